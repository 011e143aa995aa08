import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFaults } from '../../simulator/faults.ts';
import { isAppError } from '../../src/kernel/errors.ts';
import { helpText, parseFlags } from './flags.ts';
import { DemoFault, runDemo } from './run-demo.ts';

const parsed = parseFlags(
  process.argv.slice(2),
  listFaults().map((fault) => fault.name),
);

if (parsed.kind === 'help') {
  console.log(helpText());
} else if (parsed.kind === 'invalid') {
  for (const problem of parsed.problems) console.error(problem);
  console.error('\nnpm run demo -- --help lists the flags.');
  process.exitCode = 1;
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'sentinel-demo-'));
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());
  try {
    await runDemo(parsed.flags, { scratch, signal: stop.signal });
  } catch (error) {
    if (!isAppError(error) && !(error instanceof DemoFault)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  // Sockets that libraries keep open must not hold the terminal.
  process.exit();
}
