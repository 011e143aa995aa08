import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFaults } from '../../simulator/faults.ts';
import { isAppError } from '../../src/kernel/errors.ts';
import { helpText, parseFlags } from './flags.ts';
import { DemoFault } from './demo-fault.ts';
import { listenForStop } from './stop-signals.ts';

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
  const signal = listenForStop();
  const scratch = mkdtempSync(join(tmpdir(), 'sentinel-demo-'));
  // However it ends. Retried, because the stores may still write where they were not waited for.
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));
  try {
    // Stripping types and compiling is a good part of the wait for the card; it is kept for the next time.
    enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compiled'));
    const { runDemo } = await import('./run-demo.ts');
    await runDemo(parsed.flags, { scratch, signal });
  } catch (error) {
    if (!isAppError(error) && !(error instanceof DemoFault)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
  // Sockets that libraries keep open must not hold the terminal.
  process.exit();
}
