import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Sentinel } from './app.ts';
import { checkHealth } from './check-health.ts';
import { formatProblems, loadConfig, printEffectiveConfig } from './config.ts';
import { systemClock } from './kernel/clock.ts';
import { isAppError } from './kernel/errors.ts';

const USAGE = `node src/main.ts [--config FILE] [--check-config | --check-health]

  --config FILE    settings, default sentinel.yaml where there is one
  --check-config   print the effective configuration, secrets masked, the lookup tables, and what
                   telemetry in Elasticsearch has and lacks, and end
  --check-health   ask the Sentinel that runs on this machine whether it is alive; 1 if it is not`;

const OLDEST_NODE = 24;

const fail = (text: string): void => {
  console.error(text);
  process.exitCode = 1;
};

const readFlags = (): {
  config?: string;
  'check-config'?: boolean;
  'check-health'?: boolean;
  help?: boolean;
} | null => {
  try {
    return parseArgs({
      options: {
        config: { type: 'string' },
        'check-config': { type: 'boolean' },
        'check-health': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return null;
  }
};

/** What is printed stays a configuration that can be read. */
const asComment = (text: string): string => text.replaceAll(/^(?=.)/gm, '# ').replaceAll(/^$/gm, '#');

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
const untilToldToStop = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.once(signal, () => process.exit(1));
      resolve(signal);
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });

const run = async (): Promise<void> => {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    fail(`Sentinel needs Node ${OLDEST_NODE} or later; this is ${process.versions.node}. Start it with npm start.`);
    return;
  }
  const flags = readFlags();
  if (!flags) return;
  if (flags.help === true) {
    console.log(USAGE);
    return;
  }
  const loaded = loadConfig(flags.config === undefined ? {} : { file: flags.config });
  if (loaded.kind === 'invalid') {
    fail(formatProblems(loaded.problems));
    return;
  }
  if (flags['check-config'] === true) {
    console.log(printEffectiveConfig(loaded.config));
    const { checkTelemetry } = await import('./app/check-telemetry.ts');
    const check = await checkTelemetry({ random: Math.random }, loaded.config);
    if (check === null) return;
    if (check.isUsable) console.log(asComment(check.text));
    else fail(check.text);
    return;
  }
  if (flags['check-health'] === true) {
    const trouble = await checkHealth(loaded.config);
    if (trouble !== null) fail(trouble);
    return;
  }

  const told = untilToldToStop();
  process.on('unhandledRejection', (error) => {
    // A library failed where nobody waits for it: end in order, once, so that a supervisor starts afresh.
    console.error(error);
    if (process.exitCode !== 1) process.kill(process.pid, 'SIGTERM');
    process.exitCode = 1;
  });
  // Stripping types and compiling is half of a start. A directory that cannot be written is none.
  enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'compiled'));
  let sentinel: Sentinel | undefined;
  try {
    const { createSentinel } = await import('./app.ts');
    sentinel = await createSentinel(loaded.config, { clock: systemClock, random: Math.random });
    // Whoever says stop during a slow start is heard as well.
    const started = sentinel.start();
    await Promise.race([started, told]);
    started.catch(() => undefined);
    const fault = await Promise.race([told, sentinel.ousted]);
    if (typeof fault !== 'string') throw fault;
  } catch (error) {
    // A bug shows its stack; a fault of the outside world its sentence.
    if (!isAppError(error)) console.error(error);
    fail(isAppError(error) ? error.userMessage : 'Sentinel could not start.');
  } finally {
    await sentinel?.stop();
  }
  // Sockets that libraries keep open must not hold the process.
  process.exit();
};

await run();
