import { systemClock } from '#kernel/clock.ts';
import { parseSimulateFlags, simulateHelp } from './simulate/flags.ts';
import { runSimulate, type SimulateSecrets } from './simulate/run-simulate.ts';
import { SimulateFault } from './simulate/target.ts';

const readSecrets = (): SimulateSecrets => {
  const read = (name: string): string | null => process.env[name] || null;
  const username = read('ELASTICSEARCH_USERNAME');
  return {
    token: read('SENTINEL_INGEST_TOKEN'),
    elasticsearch: {
      apiKey: read('ELASTICSEARCH_API_KEY'),
      basic: username === null ? null : { username, password: read('ELASTICSEARCH_PASSWORD') ?? '' },
    },
  };
};

const parsed = parseSimulateFlags(process.argv.slice(2));

if (parsed.kind === 'help') {
  console.log(simulateHelp());
} else if (parsed.kind === 'invalid') {
  for (const problem of parsed.problems) console.error(problem);
  console.error('\nnpm run simulate -- --help lists the flags and the faults.');
  process.exitCode = 1;
} else {
  const stop = new AbortController();
  // A second Ctrl-C ends the process at once.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());
  try {
    await runSimulate({ clock: systemClock, out: process.stdout, signal: stop.signal }, parsed.flags, readSecrets());
  } catch (error) {
    if (!(error instanceof SimulateFault)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
