import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describeMachine } from './machine.ts';
import { readOptions, refuse } from './read-options.ts';

/**
 * Every benchmark of speed and size, each in a process of its own: a table, or with --json one JSON object.
 * `--only tick,charts` runs those.
 */

type Result = Readonly<Record<string, number | string>>;

interface Aim {
  readonly figure: string;
  readonly says: string;
  readonly aim: string;
}

/** The median of several times, their processor time, and the first, which is apart. */
const timingAims = (name: string, says: string, aim: string): readonly Aim[] => [
  { figure: `${name}MsP50`, says, aim },
  { figure: `${name}MsMax`, says: 'the same, slowest after the first', aim: '' },
  { figure: `${name}CpuMsP50`, says: 'the same, processor time', aim: '' },
  { figure: `${name}FirstMs`, says: 'the same, first of its kind', aim: '' },
];

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
    name: 'error-queries',
    aims: [
      ...timingAims('byService', 'errors of 10 M logs of an hour by service, ms (median)', '≤ 500'),
      ...timingAims('byPattern', 'errors by pattern, ms (median)', '≤ 500'),
      ...timingAims('byMinute', 'errors by minute, ms (median)', '≤ 500'),
      ...timingAims('latest', 'latest 50 errors, ms (median)', '≤ 500'),
      ...timingAims('textSearch', 'latest 50 with a word in the message, ms (median)', '≤ 500'),
      ...timingAims('wordCount', 'all with a rare word in the message, by service, ms (median)', '≤ 500'),
      ...timingAims('wordsCount', 'all with one of two words, of which one is frequent, ms (median)', ''),
      { figure: 'anyMsMax', says: 'slowest of all error queries after the first of each, ms', aim: '' },
    ],
  },
  {
    name: 'translate',
    aims: [
      { figure: 'warmMsP50', says: 'query parsed, checked and translated, ms (median)', aim: '≤ 1' },
      { figure: 'warmMsP95', says: 'the same, P95', aim: '≤ 1' },
      { figure: 'coldFirstMs', says: 'the same, first query of a process', aim: '' },
    ],
  },
  {
    name: 'charts',
    aims: ['signal', 'waterfall', 'calls', 'lines', 'bars'].flatMap((chart) =>
      timingAims(chart, `${chart} chart, ms (median)`, '≤ 150'),
    ),
  },
  {
    name: 'pattern-lines',
    aims: [
      { figure: 'linesPerSecond', says: 'invented log lines grouped into patterns per second', aim: '≥ 400,000' },
      { figure: 'linesPerCpuSecond', says: 'the same, per second of processor time', aim: '' },
      { figure: 'groupingAccuracy', says: 'share of them in the right pattern, mean of 16 times 2,000', aim: '' },
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

const values = readOptions({ json: { type: 'boolean', default: false }, only: { type: 'string' } });
const names = values.only?.split(',');
const unknown = names?.find((name) => BENCHMARKS.every((benchmark) => benchmark.name !== name));
if (unknown !== undefined)
  refuse(`There is no benchmark ${unknown}; there are ${BENCHMARKS.map(({ name }) => name).join(', ')}`);

const results: Record<string, Result> = {};
for (const { name } of BENCHMARKS) {
  if (names?.includes(name) === false) continue;
  console.error(`measuring ${name} …`);
  results[name] = await measure(name);
}
if (values.json) console.log(JSON.stringify({ ...results, machine: describeMachine() }));
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
