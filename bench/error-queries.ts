import { HOUR_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { DEFAULT_QUERY_LIMITS, runQuery } from '#capabilities/log-query/index.ts';
import { inventFailingLine, inventOrdinaryLine } from './invented-lines.ts';
import { printResult } from './machine.ts';
import { ERROR_QUESTIONS } from './queries/error-questions.ts';
import { openBenchSentinel } from './sentinel.ts';
import { makeRequests } from './synthetic-logs.ts';
import { quantileOf, roundTo, timed, type Timing } from './timed.ts';

/**
 * Milliseconds from the text of a responder's query about errors to its answer, over 10 M logs of the last
 * hour in the embedded store's file, one query at a time. The first of each, which finds less of the file in
 * memory, stands apart. `--rows=<number>` takes fewer logs, `--all` shows each run.
 */

const ROWS = 10_000_000;
const SERVICES = 50;
const BATCH = 50_000;
const RUNS = 5;
const RESPONDER = { kind: 'person', id: 'U1', surface: 'slack' } as const;

const given = process.argv.find((argument) => argument.startsWith('--rows='))?.slice('--rows='.length);
const rows = given === undefined ? ROWS : Number(given);

const { sentinel, stop } = await openBenchSentinel();
try {
  const random = seededRandom(1);
  const end = new Date();
  const fromMs = end.getTime() - HOUR_MS;
  const at = (row: number): number => fromMs + (HOUR_MS * row) / rows;
  for (let row = 0; row < rows; row += BATCH) {
    const span = { count: BATCH, services: SERVICES, fromMs: at(row), toMs: at(row + BATCH) };
    const logs = makeRequests(random, span).map((log) => ({
      ...log,
      message: log.level === 'error' ? inventFailingLine(random) : inventOrdinaryLine(random),
    }));
    await sentinel.telemetryStore.append({ logs });
  }

  const { telemetryStore } = sentinel;
  // The hour is the one of the logs, however long it took to write them.
  const deps = { telemetryStore, clock: { now: () => end }, limits: DEFAULT_QUERY_LIMITS, keptMs: {} };
  const ask = async (text: string): Promise<number> => {
    const outcome = await runQuery(deps, { text }, RESPONDER);
    if (outcome.kind === 'invalid') throw new Error(outcome.report);
    if (outcome.kind === 'failed') throw new Error(outcome.userMessage);
    return outcome.answer.rows.length;
  };

  const result: Record<string, number> = {};
  const later: Timing[] = [];
  for (const [name, text] of Object.entries(ERROR_QUESTIONS)) {
    let found = 0;
    const first = await timed(async () => {
      found = await ask(text);
    });
    if (found === 0) throw new Error(`Nothing was found, which would measure nothing: ${text}`);
    const runs: Timing[] = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await timed(() => ask(text)));
    later.push(...runs);
    const wall = runs.map(({ wallMs }) => wallMs);
    if (process.argv.includes('--all'))
      console.error(name, found, 'rows:', roundTo(first.wallMs, 0), '|', ...wall.map((ms) => roundTo(ms, 0)));
    result[`${name}MsP50`] = quantileOf(wall, 0.5, 0);
    result[`${name}MsMax`] = quantileOf(wall, 1, 0);
    result[`${name}CpuMsP50`] = quantileOf(
      runs.map(({ cpuMs }) => cpuMs),
      0.5,
      0,
    );
    result[`${name}FirstMs`] = roundTo(first.wallMs, 0);
  }
  const wall = later.map(({ wallMs }) => wallMs);
  printResult({ rows, ...result, anyMsP50: quantileOf(wall, 0.5, 0), anyMsMax: quantileOf(wall, 1, 0) });
} finally {
  await stop();
}
