import { describe, expect, test } from 'vitest';
import type { LogRecord, TelemetryStore } from '#ports/telemetry-store.ts';
import { ask, at, logOf, metricOf, rowsOf, spanOf } from './telemetry-store-questions.ts';

export const describeFields = (store: () => TelemetryStore): void => {
  describe('fields and types', () => {
    test('gives each field of logs its value and type', async () => {
      await store().append({ logs: [logOf()] });
      const answer = await ask(
        store(),
        'FROM logs | KEEP @timestamp, service.name, level, message, duration_ms, trace.id, span.id, status_code, host.name',
      );
      expect(answer.columns).toEqual([
        { name: '@timestamp', type: 'date' },
        { name: 'service.name', type: 'keyword' },
        { name: 'level', type: 'keyword' },
        { name: 'message', type: 'text' },
        { name: 'duration_ms', type: 'double' },
        { name: 'trace.id', type: 'keyword' },
        { name: 'span.id', type: 'keyword' },
        { name: 'status_code', type: 'integer' },
        { name: 'host.name', type: 'keyword' },
      ]);
      expect(answer.rows).toEqual([
        [
          '2026-11-20T11:59:00.000Z',
          'checkout',
          'info',
          'GET /cart completed',
          12.5,
          'trace-1',
          'span-1',
          200,
          'host-1',
        ],
      ]);
    });

    test('gives each field of spans its value and type', async () => {
      await store().append({ spans: [spanOf({ parentId: 'span-0', peerService: 'payments' })] });
      const answer = await ask(
        store(),
        'FROM spans | KEEP @timestamp, trace.id, span.id, parent.id, service.name, span.name, span.kind, peer.service, duration_ms, status',
      );
      expect(answer.columns.map(({ type }) => type)).toEqual([
        'date',
        ...Array.from({ length: 7 }, () => 'keyword'),
        'double',
        'keyword',
      ]);
      expect(answer.rows).toEqual([
        [
          '2026-11-20T11:59:00.000Z',
          'trace-1',
          'span-1',
          'span-0',
          'checkout',
          'GET /cart',
          'server',
          'payments',
          12.5,
          'ok',
        ],
      ]);
    });

    test('gives each field of metrics its value and type', async () => {
      await store().append({ metrics: [metricOf({ service: null })] });
      const answer = await ask(store(), 'FROM metrics | KEEP @timestamp, metric.name, value, unit, service.name');
      expect(answer.columns.map(({ type }) => type)).toEqual(['date', 'keyword', 'double', 'keyword', 'keyword']);
      expect(answer.rows).toEqual([['2026-11-20T11:59:00.000Z', 'orders', 3, '1', null]]);
    });

    test('keeps milliseconds, and numbers to their last digit', async () => {
      const values = [0.1 + 0.2, 1e300, 5e-324, -17.25, 9_007_199_254_740_991];
      await store().append({
        metrics: values.map((value, index) => metricOf({ value, timestampMs: at(60) + index })),
      });
      expect(await rowsOf(store(), 'FROM metrics | SORT @timestamp | KEEP @timestamp, value')).toEqual(
        values.map((value, index) => [new Date(at(60) + index).toISOString(), value]),
      );
    });

    test('makes attributes columns as soon as a row brought them, absent ones null', async () => {
      expect(store().schema().get('logs')?.fields.has('attributes.http.route')).toBe(false);
      await store().append({
        logs: [
          logOf({ timestampMs: at(3), attributes: { 'http.route': '/cart', version: 'v41' } }),
          logOf({ timestampMs: at(2), attributes: { version: 'v42' } }),
          logOf({ timestampMs: at(1) }),
        ],
      });
      expect(store().schema().get('logs')?.fields.get('attributes.http.route')).toBe('keyword');
      expect(store().schema().get('spans')?.fields.has('attributes.http.route')).toBe(false);
      expect(
        await rowsOf(store(), 'FROM logs | SORT @timestamp | KEEP attributes.http.route, attributes.version'),
      ).toEqual([
        ['/cart', 'v41'],
        [null, 'v42'],
        [null, null],
      ]);
      expect(await rowsOf(store(), 'FROM logs | WHERE attributes.version == "v42" | STATS n = COUNT(*)')).toEqual([
        [1],
      ]);
    });

    test('spells attributes of unusual names in backquotes', async () => {
      const names = ['it$s', 'a b', 'x-y', 'k8s.pod[0]', "o'clock", 'größe', '日本'];
      await store().append({
        logs: [logOf({ attributes: Object.fromEntries(names.map((name) => [name, `<${name}>`])) })],
      });
      for (const name of names) {
        expect(await rowsOf(store(), `FROM logs | KEEP \`attributes.${name}\``)).toEqual([[`<${name}>`]]);
      }
    });

    test('takes null and absent for the same, and counts neither', async () => {
      const { host, ...withoutHost } = logOf({ timestampMs: at(1) });
      expect(host).toBe('host-1');
      await store().append({ logs: [logOf({ host: null, durationMs: null }), withoutHost as LogRecord] });
      expect(
        await rowsOf(
          store(),
          'FROM logs | STATS n = COUNT(*), hosts = COUNT(host.name), absent = COUNT(*) WHERE host.name IS NULL, slow = AVG(duration_ms)',
        ),
      ).toEqual([[2, 0, 2, 12.5]]);
    });
  });
};
