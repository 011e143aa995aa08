import { describe, expect, test } from 'vitest';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { ask, faultOf, logOf, rowsOf } from '../../contracts/telemetry-store-questions.ts';
import { newPrefix } from '../../support/elasticsearch/elasticsearch-under-test.ts';
import { send } from './app-indices.ts';
import { fillLookup } from './app-lookups.ts';
import { openStore, startServer } from './store-under-test.ts';

const KEYWORD = { type: 'keyword' };
const JOINED = [['checkout', 'Shop']];

const join = (store: TelemetryStore, table: string) =>
  rowsOf(store, `FROM logs | LOOKUP JOIN ${table} ON service.name | KEEP service.name, team`);

const moveAlias = (url: string, alias: string, from: string, to: string): Promise<void> =>
  send(
    url,
    'POST',
    '/_aliases',
    JSON.stringify({ actions: [{ add: { index: to, alias } }, { remove: { index: from, alias } }] }),
  );

test('joins a lookup index that the operator made under the prefix, by the name in its alias', async () => {
  const { proxy, upstream } = await startServer();
  const prefix = newPrefix();
  await fillLookup(upstream, `${prefix}lookup-owners-1`, {
    properties: { 'service.name': KEYWORD, team: KEYWORD, budget: { type: 'double' } },
    documents: [{ 'service.name': 'checkout', team: 'Shop', budget: 1.5 }],
    aliases: { [`${prefix}lookup-owners`]: {} },
  });
  const { store } = await openStore(proxy.url, { prefix });
  await store.append({ logs: [logOf()] });
  const answer = await ask(store, 'FROM logs | LOOKUP JOIN owners ON service.name | KEEP service.name, team, budget');
  expect(answer.columns.map(({ type }) => type)).toEqual(['keyword', 'keyword', 'double']);
  expect(answer.rows).toEqual([['checkout', 'Shop', 1.5]]);
});

describe('indices that elasticsearch.lookups names', () => {
  test('are joined by their own name and by that of an alias', async () => {
    const { proxy, upstream } = await startServer();
    const app = newPrefix();
    await fillLookup(upstream, `${app}owners`, { aliases: { [`${app}by-alias`]: {} } });
    const { store } = await openStore(proxy.url, { lookups: [`${app}owners`, `${app}by-alias`] });
    await store.append({ logs: [logOf()] });
    expect(await join(store, `${app}owners`)).toEqual(JOINED);
    expect(await join(store, `${app}by-alias`)).toEqual(JOINED);
  });

  test('are only ever read', async () => {
    const { proxy, upstream } = await startServer();
    const app = newPrefix();
    await fillLookup(upstream, `${app}owners`);
    const { store } = await openStore(proxy.url, { lookups: [`${app}owners`] });
    await store.append({ logs: [logOf()] });
    await join(store, `${app}owners`);
    const touched = proxy.requests
      .filter(({ path, body }) => path.includes(app) || body.includes(app))
      .map(({ method, path }) => `${method} ${path.split('?')[0]?.replace(`${app}owners`, 'owners')}`);
    expect([...new Set(touched)].toSorted()).toEqual([
      'GET /owners',
      'POST /_query',
      'POST /owners/_field_caps',
      'POST /owners/_search',
    ]);
  });

  test('have their fields in the types of ES|QL, and none of a type that it does not read', async () => {
    const { proxy, upstream } = await startServer();
    const name = `${newPrefix()}assets`;
    const types: Readonly<Record<string, string>> = {
      boolean: 'boolean',
      byte: 'integer',
      short: 'integer',
      integer: 'integer',
      long: 'long',
      half_float: 'double',
      float: 'double',
      double: 'double',
      keyword: 'keyword',
      text: 'text',
      date: 'date',
      date_nanos: 'date_nanos',
      ip: 'ip',
    };
    const mapped = Object.keys(types).map((type) => [`a_${type}`, { type }] as const);
    await fillLookup(upstream, name, {
      properties: {
        ...Object.fromEntries(mapped),
        region: { properties: { name: { type: 'text', fields: { keyword: KEYWORD } } } },
        place: { type: 'geo_point' },
      },
      documents: [],
    });
    const { store } = await openStore(proxy.url, { lookups: [name] });
    const fields = store.schema().get(name)?.fields;
    expect(Object.fromEntries(fields ?? [])).toEqual({
      ...Object.fromEntries(Object.entries(types).map(([type, ours]) => [`a_${type}`, ours])),
      'region.name': 'text',
    });
  });

  test('give values of those types to computations', async () => {
    const { proxy, upstream } = await startServer();
    const name = `${newPrefix()}owners`;
    await fillLookup(upstream, name, {
      properties: {
        'service.name': KEYWORD,
        tier: { type: 'short' },
        budget: { type: 'long' },
        critical: { type: 'boolean' },
        since: { type: 'date' },
      },
      documents: [{ 'service.name': 'checkout', tier: 1, budget: 40, critical: true, since: '2024-03-01' }],
    });
    const { store } = await openStore(proxy.url, { lookups: [name] });
    await store.append({ logs: [logOf()] });
    const answer = await ask(
      store,
      `FROM logs | LOOKUP JOIN ${name} ON service.name | WHERE critical AND since < "2025-01-01" | EVAL more = budget + tier | KEEP tier, more, critical, since`,
    );
    expect(answer.columns.map(({ type }) => type)).toEqual(['integer', 'long', 'boolean', 'date']);
    expect(answer.rows).toEqual([[1, 41, true, '2024-03-01T00:00:00.000Z']]);
  });

  test('are found again when an alias has moved and what was behind it is gone', async () => {
    const { proxy, upstream } = await startServer();
    const app = newPrefix();
    await fillLookup(upstream, `${app}1`, { aliases: { [`${app}owners`]: {} } });
    const { store } = await openStore(proxy.url, { lookups: [`${app}owners`] });
    await store.append({ logs: [logOf()] });
    await fillLookup(upstream, `${app}2`, { documents: [{ 'service.name': 'checkout', team: 'Money' }] });
    await moveAlias(upstream, `${app}owners`, `${app}1`, `${app}2`);
    await fetch(`${upstream}/${app}1`, { method: 'DELETE' });
    expect(await join(store, `${app}owners`)).toEqual([['checkout', 'Money']]);
  });

  test('go before a table under the prefix of the same name', async () => {
    const { proxy, upstream } = await startServer();
    const prefix = newPrefix();
    const name = `${newPrefix()}owners`;
    await fillLookup(upstream, name);
    await fillLookup(upstream, `${prefix}lookup-x`, {
      documents: [{ 'service.name': 'checkout', team: 'Other' }],
      aliases: { [`${prefix}lookup-${name}`]: {} },
    });
    const { store } = await openStore(proxy.url, { prefix, lookups: [name] });
    await store.append({ logs: [logOf()] });
    expect(await join(store, name)).toEqual(JOINED);
  });

  test('that are not there, or not of mode lookup, are no tables, and the log says so once at the start', async () => {
    const { proxy, upstream } = await startServer();
    const app = newPrefix();
    await fillLookup(upstream, `${app}usual`, { mode: null });
    await fillLookup(upstream, `${app}owners`);
    const lookups = [`${app}missing`, `${app}usual`, `${app}owners`];
    const { store, logger } = await openStore(proxy.url, { lookups });
    expect([...store.schema().keys()].filter((name) => name.startsWith(app))).toEqual([`${app}owners`]);
    expect(logger.lines.filter(({ message }) => message.includes('--check-config'))).toHaveLength(1);
    await store.append({ logs: [logOf()] });
    expect(await join(store, `${app}owners`)).toEqual(JOINED);
  });

  test('end a start when the server fails for another reason', async () => {
    const { proxy } = await startServer();
    const name = `${newPrefix()}owners`;
    proxy.inject(new RegExp(`^GET /${name}`), { kind: 'status', status: 401 });
    expect(await faultOf(openStore(proxy.url, { lookups: [name] }))).toMatchObject({ code: 'not-permitted' });
  });
});

test.each(['logs', 'spans', 'metrics'])('no alias under the prefix hides %s', async (kind) => {
  const { proxy, upstream } = await startServer();
  const prefix = newPrefix();
  await fillLookup(upstream, `${prefix}lookup-a`, { aliases: { [`${prefix}lookup-${kind}`]: {} } });
  const { store } = await openStore(proxy.url, { prefix });
  expect(store.schema().get(kind)).toMatchObject({ isLookup: false });
  expect(store.schema().get(kind)?.fields.has('@timestamp')).toBe(true);
  expect(await rowsOf(store, `FROM ${kind} | STATS n = COUNT(*)`)).toEqual([[0]]);
});
