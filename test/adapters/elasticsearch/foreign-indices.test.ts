import { expect, test } from 'vitest';
import { fieldNames } from '#adapters/elasticsearch/field-names.ts';
import { ask, instant, logOf, NOW, rowsOf } from '../../contracts/telemetry-store-questions.ts';
import { newPrefix } from '../../support/elasticsearch/elasticsearch-under-test.ts';
import { fillIndices } from './app-indices.ts';
import { openStore, startServer } from './store-under-test.ts';

const noNames = { logs: {}, spans: {}, metrics: {} };
const ECS = fieldNames({ preset: 'ecs', durationUnit: null, names: noNames });

const PROPERTIES = {
  '@timestamp': { type: 'date' },
  'service.name': { type: 'keyword' },
  'log.level': { type: 'keyword' },
  'event.duration': { type: 'long' },
  'http.response.status_code': { type: 'long' },
  'http.request.method': { type: 'keyword' },
  message: { type: 'text' },
  level: { type: 'integer' },
};
const DOCUMENT = {
  '@timestamp': instant(60).toISOString(),
  service: { name: 'checkout' },
  log: { level: 'ERROR' },
  event: { duration: 12_500_000 },
  http: { response: { status_code: 503 }, request: { method: 'GET' } },
  message: 'payment failed',
  level: 3,
};

const openEcs = async () => {
  const { proxy, upstream } = await startServer();
  const app = newPrefix();
  await fillIndices(upstream, { [`${app}app-1`]: { properties: PROPERTIES, documents: [DOCUMENT] } });
  const opened = await openStore(proxy.url, {
    fields: ECS,
    indices: { logs: `${app}app-*`, spans: null, metrics: null },
  });
  return { ...opened, proxy, upstream, app };
};

test("answers under Sentinel's names what documents call by ECS's", async () => {
  const { store } = await openEcs();
  const answer = await ask(store, 'FROM logs | WHERE status_code >= 500 AND level == "error" | LIMIT 10');
  expect(Object.fromEntries(answer.columns.map(({ name }, at) => [name, answer.rows[0]?.[at]]))).toEqual({
    '@timestamp': instant(60).toISOString(),
    'service.name': 'checkout',
    level: 'error',
    message: 'payment failed',
    duration_ms: 12.5,
    'trace.id': null,
    'span.id': null,
    status_code: 503,
    'host.name': null,
    'attributes.http.request.method': 'GET',
    'attributes.level': 3,
  });
  expect(store.schema().get('logs')?.fields.get('status_code')).toBe('long');
});

test('counts, groups and joins over them', async () => {
  const { store } = await openEcs();
  await store.replaceLookup({
    name: 'usual',
    columns: [
      { name: 'service.name', type: 'keyword' },
      { name: 'tm', type: 'double' },
    ],
    rows: [['checkout', 10]],
  });
  expect(
    await rowsOf(
      store,
      `FROM logs | WHERE @timestamp >= ?from | LOOKUP JOIN usual ON service.name
       | STATS slow = COUNT(*) WHERE duration_ms > tm, gets = COUNT(attributes.http.request.method) BY service.name`,
      { parameters: { from: instant(120).toISOString() }, range: { from: instant(120), to: NOW } },
    ),
  ).toEqual([[1, 1, 'checkout']]);
});

test('neither writes to them nor deletes from them', async () => {
  const { store, app } = await openEcs();
  const outcome = await store.append({ logs: [logOf()] });
  expect(outcome).toEqual({
    accepted: 0,
    rejected: [
      { kind: 'logs', index: 0, field: null, reason: `logs are read from ${app}app-*, where Sentinel does not write` },
    ],
  });
  expect(await store.deleteOlderThan({ logs: NOW, spans: NOW, metrics: NOW })).toEqual({
    logs: 0,
    spans: 0,
    metrics: 0,
  });
  expect(await rowsOf(store, 'FROM logs | STATS n = COUNT(*)')).toEqual([[1]]);
});

test('drops days of its own that are past, and rows of the day that is half past', async () => {
  const { proxy } = await startServer();
  const { store, options } = await openStore(proxy.url);
  const days = (count: number): number => NOW.getTime() - count * 86_400_000;
  await store.append({ logs: [0, 1, 2, 3, 60].map((count) => logOf({ timestampMs: days(count) })) });
  const deleted = await store.deleteOlderThan({ logs: new Date(days(1) + 1), spans: NOW, metrics: NOW });
  expect(deleted.logs).toBe(4);
  expect(await rowsOf(store, 'FROM logs | STATS n = COUNT(*)')).toEqual([[1]]);
  const dropped = proxy.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  expect(dropped.join()).toContain(`${options.prefix}logs-2026.11.17`);
  expect(dropped.join()).not.toMatch(/2026\.11\.(19|20)|earlier/);
});
