import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { queryOfPattern, readPatterns } from '#capabilities/patterns/index.ts';
import { checkQuery } from '#esql/check-query.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { invariant } from '#kernel/invariant.ts';
import { windowBefore } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

const NOW = new Date('2026-11-21T14:20:00Z');
const clock = { now: () => NOW };
const nothing = () => undefined;

let telemetryStore: TelemetryStore;

beforeEach(async () => {
  telemetryStore = await openDuckdbTelemetryStore(
    {
      clock,
      logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      metrics: { increment: nothing, observe: nothing, set: nothing },
    },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
});
afterEach(() => telemetryStore.close());

/** How many lines the report tells of each pattern, and how many its query finds. */
const toldAndFound = async (messages: readonly string[]): Promise<readonly (readonly [string, number, number])[]> => {
  await telemetryStore.append({
    logs: messages.map((message, index) => ({
      timestampMs: NOW.getTime() - MINUTE_MS - index,
      service: 'payment "eu" service',
      level: 'error',
      message,
      durationMs: null,
      traceId: null,
      spanId: null,
      statusCode: null,
      host: null,
    })),
  });
  const outcome = await readPatterns(
    { telemetryStore, clock, random: () => 0.5, logsKeptMs: null },
    { service: 'payment "eu" service', window: windowBefore(NOW, 10 * MINUTE_MS) },
  );
  invariant(outcome.kind === 'patterns', 'the lines were read');
  return Promise.all(
    outcome.patterns.map(async (pattern) => {
      const text = queryOfPattern(outcome, pattern);
      invariant(text, 'its lines can be told apart');
      const query = checkQuery(text, { schema: telemetryStore.schema() });
      const { rows } = await telemetryStore.query({ query, timeoutMs: 5_000, purpose: 'test' });
      return [pattern.text, pattern.readLines, rows.length] as const;
    }),
  );
};

describe('the query of a pattern', () => {
  it('finds the lines that the pattern tells of, and none of another', async () => {
    const messages = [
      ...Array.from({ length: 9 }, (_, n) => `timed out waiting for connection after ${5000 + n} ms`),
      ...Array.from(
        { length: 7 },
        (_, n) => `order ${1000 + n * 37} of customer c-${n} was declined: insufficient funds`,
      ),
      ...Array.from({ length: 5 }, (_, n) => `GET /api/orders/${n}?page=${n} 200 in ${n} ms`),
      'started',
    ];
    const found = await toldAndFound(messages);
    expect(found.map(([, told]) => told).reduce((sum, told) => sum + told, 0)).toBe(messages.length);
    for (const [text, told, count] of found) expect([text, count]).toEqual([text, told]);
  });

  it('finds lines with marks that LIKE takes for wildcards, quotes, and more space than a pattern tells', async () => {
    const found = await toldAndFound([
      ...Array.from({ length: 6 }, (_, n) => `rule a*b? matched "C:\\temp" ${n} times`),
      ...Array.from({ length: 4 }, (_, n) => `worker   ${n}    is\tidle`),
    ]);
    for (const [text, told, count] of found) expect([text, count]).toEqual([text, told]);
  });
});
