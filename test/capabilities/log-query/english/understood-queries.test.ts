import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { runQuery } from '#capabilities/log-query/index.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { GROUND } from './ground.ts';

const NOW = GROUND.now;
const clock = { now: () => NOW };
const nothing = () => undefined;
const FAILED_TRACE = 'a'.repeat(32);
const OTHER_TRACE = 'b'.repeat(32);

let telemetryStore: TelemetryStore;

const spanOf = (traceId: string, spanId: string, parentId: string | null) => ({
  timestampMs: NOW.getTime() - MINUTE_MS,
  traceId,
  spanId,
  parentId,
  service: 'gateway',
  name: 'POST /orders',
  kind: parentId === null ? ('server' as const) : ('client' as const),
  peerService: parentId === null ? null : 'payment-service',
  durationMs: 100,
  status: traceId === FAILED_TRACE ? ('error' as const) : ('ok' as const),
});

beforeAll(async () => {
  const metrics = { increment: nothing, observe: nothing, set: nothing };
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  telemetryStore = await openDuckdbTelemetryStore(
    { clock, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
  // Every second of ten minutes before 15:15 in Berlin.
  const begin = new Date('2026-11-21T14:05:00Z').getTime();
  await telemetryStore.append({
    logs: Array.from({ length: 600 }, (_, second) => ({
      timestampMs: begin + second * SECOND_MS,
      service: 'gateway',
      level: 'error',
      message: 'refused',
      durationMs: 5,
      traceId: null,
      spanId: null,
      statusCode: 500,
      host: null,
    })),
    spans: [
      spanOf(FAILED_TRACE, '1'.repeat(16), null),
      spanOf(FAILED_TRACE, '2'.repeat(16), '1'.repeat(16)),
      spanOf(OTHER_TRACE, '3'.repeat(16), null),
    ],
  });
});
afterAll(() => telemetryStore.close());

const answerTo = async (question: string) => {
  const text = readQuestion(question, GROUND)?.query ?? '';
  const deps = { telemetryStore, clock, limits: { maxRows: 100, timeoutMs: 5000 }, keptMs: {} };
  const outcome = await runQuery(deps, { text }, { kind: 'person', id: 'U01ANN', surface: 'slack' });
  if (outcome.kind !== 'answer') throw new Error(`${question} has no answer: ${JSON.stringify(outcome)}`);
  return { columns: outcome.answer.columns.map(({ name }) => name), rows: outcome.answer.rows };
};

describe('what a question in English finds', () => {
  it('is nearest to the time that was named, in its order', async () => {
    const { columns, rows } = await answerTo('errors at 15:10');
    const times = rows.map((row) => new Date(String(row[columns.indexOf('@timestamp')])).toISOString());
    expect(rows).toHaveLength(50);
    expect(times[0]).toBe('2026-11-21T14:09:35.000Z');
    expect(times).toEqual(times.toSorted());
    expect(columns).not.toContain('away_ms');
  });

  it('is each failed trace once, with the number of its spans that failed', async () => {
    const { columns, rows } = await answerTo('failed traces of gateway');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.[columns.indexOf('trace.id')]).toBe(FAILED_TRACE);
    expect(rows[0]?.[columns.indexOf('spans')]).toBe(2);
    expect((await answerTo('slowest traces')).rows).toHaveLength(2);
  });

  it('is calls from one service to another', async () => {
    expect((await answerTo('calls from gateway to payment')).rows).toHaveLength(1);
    expect((await answerTo('how many calls from gateway to order')).rows).toEqual([[0]]);
  });

  it('is a rate per second in buckets of a minute', async () => {
    const { columns, rows } = await answerTo('errors per second last 15 min');
    expect(rows).toHaveLength(10);
    expect(new Set(rows.map((row) => row[columns.indexOf('per_second')]))).toEqual(new Set([1]));
  });
});
