import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describeMachine } from './machine.ts';

/** Every benchmark of speed and size, each in a process of its own: a table, or with --json one JSON object. */

type Result = Readonly<Record<string, number | string>>;

interface Aim {
  readonly figure: string;
  readonly says: string;
  readonly aim: string;
}

const BENCHMARKS: readonly { readonly name: string; readonly aims: readonly Aim[] }[] = [
  {
    name: 'append',
    aims: [
      { figure: 'logsPerSecond', says: 'logs appended per second, from objects in memory', aim: '≥ 300,000' },
      { figure: 'longestBlockMs', says: 'longest stand-still of the event loop meanwhile, ms', aim: '≤ 50' },
    ],
  },
  {
    name: 'ingest',
    aims: [
      { figure: 'ndjsonLogsPerSecond', says: 'NDJSON logs per second through HTTP into DuckDB', aim: '≥ 200,000' },
      { figure: 'otlpLogsPerSecond', says: 'OTLP logs per second, protobuf, the same way', aim: '≥ 100,000' },
      { figure: 'otlpSpansPerSecond', says: 'OTLP spans per second, protobuf, the same way', aim: '≥ 100,000' },
    ],
  },
  {
    name: 'tick',
    aims: [
      { figure: 'tickSecondsP50', says: 'detection tick over 1,000 services and 10 M logs, s (median)', aim: '≤ 1' },
      { figure: 'tickSecondsMax', says: 'the same, slowest tick', aim: '' },
    ],
  },
  {
    name: 'scorer',
    aims: [{ figure: 'pointsPerSecond', says: 'windows scored per second on one thread', aim: '≥ 1,000,000' }],
  },
  {
    name: 'slack',
    aims: [
      { figure: 'receiptMsP99', says: 'receipt of a slash command, 50 people at once, ms (P99)', aim: '≤ 50' },
      { figure: 'receiptMsP50', says: 'the same, median', aim: '' },
    ],
  },
  {
    name: 'start',
    aims: [
      { figure: 'warmStartSeconds', says: 'npm start until it watches, warm data directory, s', aim: '≤ 3' },
      { figure: 'residentMb', says: 'resident memory after two minutes of work, MB', aim: '≤ 700' },
      { figure: 'residentMbAtMost', says: 'resident memory at most, MB', aim: '' },
    ],
  },
  {
    name: 'start-outside',
    aims: [
      { figure: 'warmStartSeconds', says: 'the start with Elasticsearch, PostgreSQL and Redis outside, s', aim: '≤ 3' },
      { figure: 'residentMb', says: 'resident memory then, after two minutes of work, MB', aim: '≤ 250' },
      { figure: 'skipped', says: 'why that was not measured', aim: '' },
    ],
  },
];

const measure = (name: string): Promise<Result> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`), '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
    });
    child.once('exit', (code) => {
      if (code === 0) resolve(JSON.parse(printed) as Result);
      else reject(new Error(`bench/${name}.ts ended with ${code}`));
    });
  });

const results: Record<string, Result> = {};
for (const { name } of BENCHMARKS) {
  console.error(`measuring ${name} …`);
  results[name] = await measure(name);
}
if (process.argv.includes('--json')) console.log(JSON.stringify({ ...results, machine: describeMachine() }));
else {
  console.table(
    BENCHMARKS.flatMap(({ name, aims }) =>
      aims
        .filter(({ figure }) => results[name]?.[figure] !== undefined)
        .map(({ figure, says, aim }) => ({ what: says, measured: results[name]?.[figure], aim })),
    ),
  );
  console.log(describeMachine());
}
