import { describe, expect, test } from 'vitest';
import { instant, faultOf, logOf, NOW, rowsOf } from '../../contracts/telemetry-store-questions.ts';
import { newPrefix } from '../../support/elasticsearch/elasticsearch-under-test.ts';
import { fillIndices } from './app-indices.ts';
import { openStore, startServer } from './store-under-test.ts';

const TIME = { '@timestamp': { type: 'date' } };
const KEYWORD = { type: 'keyword' };
const TEXT_WITH_KEYWORD = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };
const at = (seconds: number): string => instant(seconds).toISOString();

const openOn = async (
  indices: Readonly<Record<string, { properties: object; documents: readonly object[]; aliases?: readonly string[] }>>,
  logs: string,
) => {
  const { proxy, upstream } = await startServer();
  const app = newPrefix();
  const named = Object.entries(indices).map(([name, { aliases = [], ...index }]) => [
    `${app}${name}`,
    { ...index, aliases: aliases.map((alias) => `${app}${alias}`) },
  ]);
  await fillIndices(upstream, Object.fromEntries(named));
  const pattern = logs.replaceAll('@', app);
  const opened = await openStore(proxy.url, { indices: { logs: pattern, spans: null, metrics: null } });
  return { ...opened, proxy, upstream, app };
};

// The engine behind the proxy casts no field that indices map differently; Elasticsearch does.
const ONE = { kind: 'answer', body: { columns: [{ name: 'n', type: 'long' }], values: [[1]] } } as const;

const sent = (requests: readonly { readonly path: string; readonly body: string }[]): string =>
  (JSON.parse(requests.findLast(({ path }) => path.startsWith('/_query'))?.body ?? '{}') as { query: string }).query;

describe('sources', () => {
  const properties = { ...TIME, 'service.name': KEYWORD };
  const document = (service: string) => ({ '@timestamp': at(60), 'service.name': service });

  test('are several patterns, aliases in front of indices, and what is left out', async () => {
    const { store, proxy, app } = await openOn(
      {
        'ds-logs-nginx-prod-000001': { properties, documents: [document('nginx')], aliases: ['logs-nginx-prod'] },
        'ds-logs-debug-prod-000001': { properties, documents: [document('debug')], aliases: ['logs-debug-prod'] },
        'filebeat-9': { properties, documents: [document('beat')] },
        other: { properties, documents: [document('other')] },
      },
      '@logs-*-*,-@logs-debug-*,@filebeat-*',
    );
    expect(await rowsOf(store, 'FROM logs | SORT service.name | KEEP service.name')).toEqual([['beat'], ['nginx']]);
    expect(sent(proxy.requests)).toContain(`FROM ${app}logs-*-*, -${app}logs-debug-*, ${app}filebeat-*`);
  });

  test('can be asked together where one leaves out what another has', async () => {
    const { store, options } = await openOn(
      { 'app-1': { properties, documents: [document('app')] } },
      '@*,-t*-spans-*',
    );
    await store.append({
      spans: [
        {
          timestampMs: NOW.getTime() - 60_000,
          traceId: 't',
          spanId: 's',
          parentId: null,
          service: 'traced',
          name: 'GET',
          kind: 'server',
          peerService: null,
          durationMs: 1,
          status: 'ok',
        },
      ],
    });
    expect(options.prefix).toMatch(/^t/);
    for (const from of ['logs, spans', 'spans, logs']) {
      expect(await rowsOf(store, `FROM ${from} | SORT service.name | KEEP service.name`)).toEqual([
        ['app'],
        ['traced'],
      ]);
    }
  });
});

describe('a field that indices map differently', () => {
  test('is read from the keyword below a text', async () => {
    const { store, proxy } = await openOn(
      {
        'app-1': {
          properties: { ...TIME, service: { properties: { name: TEXT_WITH_KEYWORD } }, message: TEXT_WITH_KEYWORD },
          documents: [{ '@timestamp': at(60), service: { name: 'checkout' }, message: 'hello' }],
        },
      },
      '@app-*',
    );
    expect(await rowsOf(store, 'FROM logs | STATS n = COUNT(*) BY service.name')).toEqual([[1, 'checkout']]);
    expect(sent(proxy.requests)).toContain('service.name.keyword AS service.name');
    expect(await rowsOf(store, 'FROM logs | WHERE message LIKE "hel*" | KEEP message')).toEqual([['hello']]);
    expect(store.schema().get('logs')?.fields.get('service.name')).toBe('keyword');
    expect([...(store.schema().get('logs')?.fields.keys() ?? [])].join()).not.toContain('.keyword');
  });

  test('is converted where it is a keyword here, a text there and missing elsewhere', async () => {
    const { store, proxy } = await openOn(
      {
        'app-1': {
          properties: { ...TIME, 'service.name': KEYWORD },
          documents: [{ '@timestamp': at(60), 'service.name': 'a' }],
        },
        'app-2': {
          properties: { ...TIME, 'service.name': TEXT_WITH_KEYWORD },
          documents: [{ '@timestamp': at(60), 'service.name': 'b' }],
        },
        'app-3': { properties: TIME, documents: [{ '@timestamp': at(60) }] },
      },
      '@app-*',
    );
    proxy.inject(/^POST \/_query/, ONE);
    expect(await rowsOf(store, 'FROM logs | STATS n = COUNT(*)')).toEqual([[1]]);
    expect(sent(proxy.requests)).toContain('TO_STRING(service.name)');
    expect(store.schema().get('logs')?.fields.get('service.name')).toBe('keyword');
  });

  test('keeps out of the time range by its value where no index can be compared', async () => {
    const { store, proxy } = await openOn(
      {
        'app-1': { properties: TIME, documents: [] },
        'app-2': { properties: { '@timestamp': KEYWORD }, documents: [] },
      },
      '@app-*',
    );
    proxy.inject(/^POST \/_query/, ONE);
    await rowsOf(store, 'FROM logs | STATS n = COUNT(*)', { range: { from: instant(120), to: NOW } });
    expect(sent(proxy.requests)).toMatch(/WHERE TO_DATETIME\(@timestamp\) >= /);
  });
});

describe('a mapping that changes between reading it and asking', () => {
  const reason =
    'Found 1 problem\nline 1:9: Cannot use field [level] due to ambiguities being mapped as [2] incompatible types: [keyword] in [a], [long] in [b]';
  const ambiguous = { kind: 'status', status: 400, error: { type: 'verification_exception', reason } } as const;

  test('is read again, and the query asked again', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    await store.append({ logs: [logOf()] });
    proxy.inject(/^POST \/_query/, ambiguous);
    expect(await rowsOf(store, 'FROM logs | STATS n = COUNT(*)')).toEqual([[1]]);
  });

  test('is told by its field and types if it stays so', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(/^POST \/_query/, ambiguous, 2);
    expect(await faultOf(rowsOf(store, 'FROM logs | STATS n = COUNT(*)'))).toMatchObject({
      code: 'rejected',
      userMessage: expect.stringMatching(/map level in ways that cannot be asked together, as keyword and long\./),
    });
  });
});
