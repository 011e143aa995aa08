import { describe, expect, test } from 'vitest';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { NOW, at, logOf, metricOf, rowsOf, spanOf } from './telemetry-store-questions.ts';

export const describeAppending = (store: () => TelemetryStore): void => {
  describe('appending', () => {
    test('makes rows visible to queries on return', async () => {
      const outcome = await store().append({ logs: [logOf(), logOf()], spans: [spanOf()], metrics: [metricOf()] });
      expect(outcome).toEqual({ accepted: 4, rejected: [] });
      expect(await rowsOf(store(), 'FROM logs | STATS n = COUNT(*)')).toEqual([[2]]);
      expect(await rowsOf(store(), 'FROM spans | STATS n = COUNT(*)')).toEqual([[1]]);
      expect(await rowsOf(store(), 'FROM metrics | STATS n = COUNT(*)')).toEqual([[1]]);
    });

    test('accepts an empty batch', async () => {
      expect(await store().append({})).toEqual({ accepted: 0, rejected: [] });
    });

    test('keeps the good part of a batch and names the field of each row that it refuses', async () => {
      const outcome = await store().append({
        logs: [
          logOf({ message: 'kept' }),
          logOf({ durationMs: Number.NaN }),
          logOf({ service: '' }),
          logOf({ timestampMs: undefined as unknown as number }),
          logOf({ durationMs: -1 }),
          logOf({ statusCode: 200.5 }),
          logOf({ message: 'x'.repeat(100_000) }),
          logOf({ message: 'kept too' }),
        ],
        metrics: [metricOf({ value: Number.POSITIVE_INFINITY }), metricOf()],
      });
      expect(outcome.accepted).toBe(3);
      expect(outcome.rejected.map(({ kind, index, field }) => [kind, index, field])).toEqual([
        ['logs', 1, 'duration_ms'],
        ['logs', 2, 'service.name'],
        ['logs', 3, '@timestamp'],
        ['logs', 4, 'duration_ms'],
        ['logs', 5, 'status_code'],
        ['logs', 6, 'message'],
        ['metrics', 0, 'value'],
      ]);
      expect(outcome.rejected[0]?.reason).toMatch(/duration_ms/);
      expect(await rowsOf(store(), 'FROM logs | KEEP message | SORT message')).toEqual([['kept'], ['kept too']]);
    });

    test('refuses a span of an unknown kind or status', async () => {
      const outcome = await store().append({
        spans: [spanOf({ kind: 'sideways' as 'server' }), spanOf({ status: 'maybe' as 'ok' })],
      });
      expect(outcome.rejected.map(({ field }) => field)).toEqual(['span.kind', 'status']);
    });

    test('refuses rows more than 30 s in the future and counts them by service', async () => {
      const outcome = await store().append({
        logs: [
          logOf({ timestampMs: at(-30), message: 'just within' }),
          logOf({ timestampMs: at(-31), service: 'fast-clock' }),
          logOf({ timestampMs: at(-90), service: 'fast-clock' }),
        ],
      });
      expect(outcome.accepted).toBe(1);
      expect(outcome.rejected.map(({ index, field }) => [index, field])).toEqual([
        [1, '@timestamp'],
        [2, '@timestamp'],
      ]);
      expect(store().futureRows()).toEqual([
        { service: 'fast-clock', count: 2, largestSkewMs: 90_000, lastSeenAt: NOW },
      ]);
    });

    test('keeps every row of appends that run at once', async () => {
      const appends = Array.from({ length: 20 }, (_, batch) =>
        store().append({ logs: Array.from({ length: 50 }, (__, row) => logOf({ message: `${batch}-${row}` })) }),
      );
      const outcomes = await Promise.all(appends);
      expect(outcomes.every(({ accepted }) => accepted === 50)).toBe(true);
      expect(await rowsOf(store(), 'FROM logs | STATS n = COUNT(*), d = COUNT_DISTINCT(message)')).toEqual([
        [1000, 1000],
      ]);
    });

    test('gives back text as it came, quotes, line breaks, emoji and zero characters included', async () => {
      const messages = [`it's "quoted" \\ \\u0041 \n\t`, 'naïve 東京 🙂', 'zero \u0000 inside', '', '{"a":[1]}'];
      await store().append({ logs: messages.map((message, index) => logOf({ message, timestampMs: at(60 - index) })) });
      expect(await rowsOf(store(), 'FROM logs | SORT @timestamp | KEEP message')).toEqual(
        messages.map((message) => [message]),
      );
    });

    test('refuses names with a zero character, which no database of state could hold', async () => {
      const outcome = await store().append({ logs: [logOf({ service: 'check\u0000out' }), logOf()] });
      expect(outcome).toMatchObject({ accepted: 1, rejected: [{ index: 0, field: 'service.name' }] });
    });

    test('stores half of a surrogate pair as a replacement character', async () => {
      const broken = 'cut \ud83d here';
      await store().append({ logs: [logOf({ message: broken, attributes: { note: broken } }), logOf()] });
      expect(
        await rowsOf(store(), 'FROM logs | WHERE attributes.note IS NOT NULL | KEEP message, attributes.note'),
      ).toEqual([['cut \ufffd here', 'cut \ufffd here']]);
    });
  });
};
