import { describe, expect, test } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { at, faultOf, instant, logOf, metricOf, rowsOf, spanOf } from './telemetry-store-questions.ts';

export const describeUpkeep = (store: () => TelemetryStore): void => {
  describe('housekeeping', () => {
    test('deletes what is older than each limit, the limit itself kept', async () => {
      await store().append({
        logs: [at(101), at(100), at(99)].map((timestampMs) => logOf({ timestampMs })),
        spans: [at(201), at(10)].map((timestampMs) => spanOf({ timestampMs })),
        metrics: [metricOf()],
      });
      const deleted = await store().deleteOlderThan({
        logs: instant(100),
        spans: instant(200),
        metrics: instant(3600),
      });
      expect(deleted).toEqual({ logs: 1, spans: 1, metrics: 0 });
      expect(await rowsOf(store(), 'FROM logs | STATS n = COUNT(*)')).toEqual([[2]]);
      expect(await rowsOf(store(), 'FROM spans | STATS n = COUNT(*)')).toEqual([[1]]);
    });

    test('answers a ping', async () => {
      await expect(store().ping(10_000)).resolves.toBeUndefined();
    });

    test('refuses everything once it is closed, and may be closed twice', async () => {
      const query = checkQuery('FROM logs | LIMIT 1', { schema: store().schema() });
      await store().close();
      await store().close();
      const faults = await Promise.all([
        faultOf(store().append({ logs: [logOf()] })),
        faultOf(store().query({ query, timeoutMs: 1_000, purpose: 'test' })),
        faultOf(store().ping(1_000)),
      ]);
      expect(faults.map(({ code }) => code)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    });
  });
};
