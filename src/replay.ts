import { openReplayState } from './app/create-replay.ts';
import { formatProblems, loadWatchSettings } from './config.ts';
import { isAppError } from './kernel/errors.ts';
import { InputFault } from './replay/open-input.ts';
import { printReport } from './replay/print-report.ts';
import { createProgress } from './replay/progress.ts';
import { readFlags, USAGE } from './replay/read-flags.ts';
import { runReplay } from './replay/run-replay.ts';

const fail = (text: string): void => {
  console.error(text);
  process.exitCode = 1;
};

const run = async (): Promise<void> => {
  const read = readFlags(process.argv.slice(2));
  if (read.kind === 'help') {
    console.log(USAGE);
    return;
  }
  if (read.kind === 'invalid') {
    fail(`${read.problem}\nnpm run replay -- --help lists the flags.`);
    return;
  }
  const { flags } = read;
  const loaded = loadWatchSettings(flags.config === undefined ? {} : { file: flags.config });
  if (loaded.kind === 'invalid') {
    fail(formatProblems(loaded.problems));
    return;
  }
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  try {
    const progress = createProgress(process.stderr, elapsedMs);
    const report = await runReplay(
      { stdin: process.stdin, progress, openState: openReplayState },
      flags,
      loaded.settings,
    );
    console.log(flags.isJson ? JSON.stringify(report) : printReport(report, elapsedMs()));
  } catch (error) {
    if (error instanceof InputFault) fail(error.message);
    else if (isAppError(error)) fail(error.userMessage);
    else {
      // A bug shows its stack.
      console.error(error);
      fail('The replay failed.');
    }
  }
};

// Whoever reads only the beginning, such as head, ends the rest.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

await run();
