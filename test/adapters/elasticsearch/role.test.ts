import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openElasticsearchTelemetryStore } from '#adapters/elasticsearch/elasticsearch-telemetry-store.ts';
import { seededRandom } from '#kernel/random.ts';
import { ask, instant, logOf, NOW } from '../../contracts/telemetry-store-questions.ts';
import { newPrefix, optionsFor } from '../../support/elasticsearch/elasticsearch-under-test.ts';
import { type ElasticsearchProxy, startElasticsearchProxy } from '../../support/elasticsearch/proxy.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';
import { fillIndices } from './app-indices.ts';
import { openStore, startServer } from './store-under-test.ts';

const DAY_MS = 86_400_000;
const PROPERTIES = { '@timestamp': { type: 'date' }, 'service.name': { type: 'keyword' } };
const DOCUMENT = { '@timestamp': instant(60).toISOString(), 'service.name': 'checkout' };
const LOOKUP = { name: 'usual', columns: [{ name: 'service.name', type: 'keyword' }], rows: [['checkout']] } as const;
const SPAN = {
  timestampMs: NOW.getTime() - 60_000,
  traceId: 't',
  spanId: 's',
  parentId: null,
  service: 'checkout',
  name: 'GET',
  kind: 'server',
  peerService: null,
  durationMs: 1,
  status: 'ok',
} as const;

type Store = Awaited<ReturnType<typeof openStore>>['store'];

/** All that a running Sentinel does with a store. */
const useAll = async (store: Store): Promise<void> => {
  await store.ping(5_000);
  expect(
    (await store.append({ logs: [logOf()], spans: [SPAN, { ...SPAN, timestampMs: NOW.getTime() - 3 * DAY_MS }] }))
      .accepted,
  ).toBe(2);
  await store.replaceLookup(LOOKUP);
  await store.replaceLookup(LOOKUP);
  await ask(store, 'FROM logs | LOOKUP JOIN usual ON service.name | STATS n = COUNT(*)');
  const limit = new Date(NOW.getTime() - DAY_MS);
  expect(await store.deleteOlderThan({ logs: limit, spans: limit, metrics: limit })).toMatchObject({
    logs: 0,
    spans: 1,
  });
};

describe('indices that Sentinel does not own', () => {
  // What may be asked of them; everything else changes something, or tells more than is needed.
  const READING = /^POST \/_query$|^(?:GET|POST) \/[^/]+\/_field_caps$/;

  const touching = ({ requests }: ElasticsearchProxy, name: string): readonly string[] =>
    requests
      .filter(({ path, body }) => decodeURIComponent(path).includes(name) || body.includes(name))
      .map(({ method, path }) => `${method} ${path.split('?')[0]}`);

  test('are only ever asked, and everything that is made or deleted begins with the prefix', async () => {
    const { proxy, upstream } = await startServer();
    const app = newPrefix();
    await fillIndices(upstream, { [`${app}logs-1`]: { properties: PROPERTIES, documents: [DOCUMENT] } });
    const { store, options } = await openStore(proxy.url, {
      indices: { logs: `${app}logs-*`, spans: null, metrics: null },
    });
    await useAll(store);
    const touched = touching(proxy, app);
    expect(touched.length).toBeGreaterThan(2);
    expect(touched.filter((request) => !READING.test(request))).toEqual([]);

    const isRead = (request: string): boolean =>
      READING.test(request) || /^GET \/$|^GET \/_(?:license|alias)/.test(request);
    const changes = proxy.requests.filter(({ method, path }) => !isRead(`${method} ${path.split('?')[0]}`));
    for (const { path, body } of changes) {
      const target = decodeURIComponent(path.split('?')[0] ?? '');
      const named =
        target === '/_bulk'
          ? [...body.matchAll(/"_index":"([^"]+)"/g)].map(([, index]) => index ?? '')
          : target === '/_aliases'
            ? [...body.matchAll(/"(?:index|alias)":"([^"]+)"/g)].map(([, index]) => index ?? '')
            : target.replace(/^\/(?:_index_template\/)?([^/]+).*$/, '$1').split(',');
      expect(named.length, target).toBeGreaterThan(0);
      for (const name of named)
        expect(name, `${target} ${name}`).toMatch(new RegExp(`^${RegExp.escape(options.prefix)}`));
    }
  });
});

const secured = env['TEST_ELASTICSEARCH_SECURED_URL'];
const authorizationOf = (user: string): string => `Basic ${btoa(`${user}:sentinel-test`)}`;

describe.runIf(secured)(
  'the role of docs/elasticsearch-role.json, on the server of TEST_ELASTICSEARCH_SECURED_URL',
  () => {
    const asAdmin = async (method: string, path: string, body?: object): Promise<number> => {
      const headers = { 'content-type': 'application/json', authorization: authorizationOf('admin') };
      const response = await fetch(`${secured}${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return response.status;
    };
    const asSentinel = async (method: string, path: string, body?: object): Promise<number> => {
      const headers = { 'content-type': 'application/json', authorization: authorizationOf('sentinel') };
      const response = await fetch(`${secured}${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return response.status;
    };

    test('is enough for everything, and for nothing beyond', async () => {
      const role = JSON.parse(
        await readFile(join(import.meta.dirname, '../../../docs/elasticsearch-role.json'), 'utf8'),
      );
      expect(role.indices.map(({ names }: { names: string[] }) => names)).toEqual([['sentinel-*'], ['app-logs-*']]);
      expect(await asAdmin('PUT', '/app-logs-1', { mappings: { properties: PROPERTIES } })).toBe(200);
      await asAdmin('PUT', '/private-1');
      onTestFinished(async () => {
        for (const index of ['app-logs-1', 'private-1']) await asAdmin('DELETE', `/${index}`);
      });
      expect(await asAdmin('POST', '/app-logs-1/_doc?refresh=true', DOCUMENT)).toBe(201);

      const proxy = await startElasticsearchProxy({ upstream: secured ?? '', now: () => NOW });
      onTestFinished(() => proxy.stop());
      // This server has no ES|QL, so the privileges of a query are not what is shown here.
      proxy.inject(
        /^POST \/_query/,
        { kind: 'answer', body: { columns: [{ name: 'n', type: 'long' }], values: [[1]] } },
        9,
      );
      const options = optionsFor(proxy.url, {
        prefix: `sentinel-${newPrefix()}`,
        credentials: { kind: 'basic', username: 'sentinel', password: 'sentinel-test' },
        indices: { logs: 'app-logs-*', spans: null, metrics: null },
      });
      const deps = {
        clock: { now: () => NOW },
        random: seededRandom(7),
        logger: recordingLogger(),
        metrics: recordingMetrics(),
      };
      const store = await openElasticsearchTelemetryStore(deps, options);
      onTestFinished(async () => {
        await store.close();
        for (const kind of ['spans', 'metrics']) await asAdmin('DELETE', `/_index_template/${options.prefix}${kind}`);
      });
      await useAll(store);
      expect(store.schema().get('logs')?.fields.get('service.name')).toBe('keyword');

      expect(await asSentinel('POST', '/app-logs-1/_doc', DOCUMENT)).toBe(403);
      expect(await asSentinel('PUT', '/app-logs-1/_mapping', { properties: { more: { type: 'long' } } })).toBe(403);
      expect(await asSentinel('DELETE', '/app-logs-1')).toBe(403);
      expect(await asSentinel('PUT', '/app-logs-2')).toBe(403);
      expect(await asSentinel('POST', '/private-1/_search', {})).toBe(403);
      expect(
        await asSentinel('PUT', '/_cluster/settings', { persistent: { 'cluster.routing.allocation.enable': null } }),
      ).toBe(403);
    });
  },
);
