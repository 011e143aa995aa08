import { describe, expect, test } from 'vitest';
import type { QueryAnswer, TelemetryStore } from '#ports/telemetry-store.ts';
import { ask, faultOf, logOf, rowsOf } from './telemetry-store-questions.ts';

export const describeLookups = (store: () => TelemetryStore): void => {
  describe('lookup tables', () => {
    const thresholds = (rows: readonly (readonly (string | number | null)[])[]) => ({
      name: 'sentinel-thresholds',
      columns: [
        { name: 'service.name', type: 'keyword' as const },
        { name: 'tail', type: 'double' as const },
      ],
      rows,
    });
    const joined =
      'FROM logs | LOOKUP JOIN sentinel-thresholds ON service.name | KEEP service.name, tail | SORT service.name';

    test('joins a lookup table, null where nothing matches', async () => {
      await store().replaceLookup(thresholds([['checkout', 12.5]]));
      expect(store().schema().get('sentinel-thresholds')?.isLookup).toBe(true);
      await store().append({ logs: [logOf(), logOf({ service: 'payments' })] });
      const answer = await ask(store(), joined);
      expect(answer.columns).toEqual([
        { name: 'service.name', type: 'keyword' },
        { name: 'tail', type: 'double' },
      ]);
      expect(answer.rows).toEqual([
        ['checkout', 12.5],
        ['payments', null],
      ]);
    });

    test('replaces the whole table, also by an empty one', async () => {
      await store().append({ logs: [logOf()] });
      await store().replaceLookup(thresholds([['checkout', 1]]));
      await store().replaceLookup(thresholds([['checkout', 2]]));
      expect(await rowsOf(store(), joined)).toEqual([['checkout', 2]]);
      await store().replaceLookup(thresholds([]));
      expect(await rowsOf(store(), joined)).toEqual([['checkout', null]]);
    });

    test('shows a query the old table or the new one, never a mixture', async () => {
      const services = Array.from({ length: 200 }, (_, index) => `service-${index}`);
      await store().append({ logs: services.map((service) => logOf({ service })) });
      const generation = (value: number) => thresholds(services.map((service) => [service, value]));
      await store().replaceLookup(generation(0));
      const query =
        'FROM logs | LOOKUP JOIN sentinel-thresholds ON service.name | STATS a = MIN(tail), b = MAX(tail), n = COUNT(tail)';
      const replaced = new AbortController();
      const replacing = (async () => {
        for (let value = 1; value <= 10; value += 1) await store().replaceLookup(generation(value));
        replaced.abort();
      })();
      const seen: QueryAnswer['rows'][number][] = [];
      while (!replaced.signal.aborted) seen.push(...(await rowsOf(store(), query)));
      await replacing;
      expect(seen.length).toBeGreaterThan(0);
      for (const [least, greatest, count] of seen) expect([greatest, count]).toEqual([least, 200]);
      expect(await rowsOf(store(), query)).toEqual([[10, 10, 200]]);
    });

    test('refuses a lookup table whose rows do not fit its columns', async () => {
      const fault = await faultOf(store().replaceLookup(thresholds([['checkout']])));
      expect(fault.code).toBe('rejected');
      expect(store().schema().has('sentinel-thresholds')).toBe(false);
    });
  });
};
