import { describe, expect, test, vi } from 'vitest';
import { MAX_FUTURE_MS } from '#ports/telemetry-rules/row-limits.ts';
import { ask, faultOf, logOf, NOW, rowsOf } from '../../contracts/telemetry-store-questions.ts';
import { optionsFor } from '../../support/elasticsearch/elasticsearch-under-test.ts';
import type { ElasticsearchProxy } from '../../support/elasticsearch/proxy.ts';
import { openStore, startServer } from './store-under-test.ts';

const COUNT = 'FROM logs | STATS n = COUNT(*)';
const QUERY = /^POST \/_query/;
const BULK = /_bulk/;

/** Without the one that a start finds out with whether there is ES|QL. */
const queriesOf = ({ requests }: ElasticsearchProxy) =>
  requests.filter(({ path, body }) => path.startsWith('/_query') && !body.includes('ROW'));

describe('a write', () => {
  test.each([429, 503, 502, 504])('is sent again when the server answers %i', async (status) => {
    const { proxy } = await startServer();
    const { store, metrics } = await openStore(proxy.url);
    proxy.inject(BULK, { kind: 'status', status }, 2);
    expect(await store.append({ logs: [logOf(), logOf()] })).toEqual({ accepted: 2, rejected: [] });
    expect(await rowsOf(store, COUNT)).toEqual([[2]]);
    expect(metrics.values.get('sentinel_telemetry_retries_total operation=append')).toBe(2);
  });

  test('sends only those rows again that were refused for the moment', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(BULK, { kind: 'items', status: 429, positions: [0, 2] });
    const logs = ['a', 'b', 'c'].map((message) => logOf({ message }));
    expect(await store.append({ logs })).toEqual({ accepted: 3, rejected: [] });
    const sent = proxy.requests
      .filter(({ path }) => BULK.test(path))
      .map(({ body }) => body.split('"create"').length - 1);
    expect(sent).toEqual([3, 2]);
    expect(await rowsOf(store, 'FROM logs | SORT message | KEEP message')).toEqual([['a'], ['b'], ['c']]);
  });

  test('stores no row twice when the answer is lost, or cut off', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(BULK, { kind: 'lose-answer' });
    proxy.inject(BULK, { kind: 'cut' });
    expect(await store.append({ logs: [logOf(), logOf()] })).toEqual({ accepted: 2, rejected: [] });
    expect(await rowsOf(store, COUNT)).toEqual([[2]]);
  });

  test('gives up after its last attempt and names the rows that may be sent again', async () => {
    const { proxy } = await startServer();
    const { store, metrics } = await openStore(proxy.url);
    proxy.inject(BULK, { kind: 'items', status: 429, positions: [0] }, 1);
    proxy.inject(BULK, { kind: 'items', status: 429, positions: [0] }, 5);
    const outcome = await store.append({ logs: [logOf({ message: 'unlucky' }), logOf()] });
    expect(outcome).toEqual({
      accepted: 1,
      rejected: [
        { kind: 'logs', index: 0, field: null, reason: expect.stringContaining('send it again'), isRetryable: true },
      ],
    });
    expect(metrics.values.get('sentinel_telemetry_rows_total kind=logs outcome=overloaded')).toBe(1);
  });

  test('stores the rows of a delivery once, however often it comes', async () => {
    const { proxy } = await startServer();
    const { store, metrics } = await openStore(proxy.url);
    const logs = [0, 1, 2].map((n) => logOf({ message: `m${n}`, deliveryId: `delivery-${n}` }));
    proxy.inject(BULK, { kind: 'items', status: 429, positions: [1] }, 1);
    proxy.inject(BULK, { kind: 'items', status: 429, positions: [0] }, 5);
    expect((await store.append({ logs })).rejected).toMatchObject([{ index: 1, isRetryable: true }]);
    expect(await store.append({ logs })).toEqual({ accepted: 3, rejected: [] });
    expect(await store.append({ logs: logs.slice(0, 1) })).toEqual({ accepted: 1, rejected: [] });
    expect(await rowsOf(store, 'FROM logs | SORT message | KEEP message')).toEqual([['m0'], ['m1'], ['m2']]);
    const counted = ['accepted', 'repeated'].map((outcome) =>
      metrics.values.get(`sentinel_telemetry_rows_total kind=logs outcome=${outcome}`),
    );
    expect(counted).toEqual([3, 3]);
  });

  test('fails, to be repeated, when nothing of it could be written', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(BULK, { kind: 'status', status: 429 }, 6);
    expect(await faultOf(store.append({ logs: [logOf()] }))).toMatchObject({ code: 'rate-limited', isRetryable: true });
  });

  test('keeps out what the mapping refuses, counts it and names its field', async () => {
    const { proxy, upstream } = await startServer();
    const { store, options, metrics, logger } = await openStore(proxy.url);
    const index = `${options.prefix}logs-2026.11.19`;
    await fetch(`${upstream}/${index}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mappings: { properties: { 'host.name': { type: 'integer' } } } }),
    });
    const yesterday = NOW.getTime() - 86_400_000;
    const outcome = await store.append({
      logs: [logOf({ timestampMs: yesterday }), logOf({ timestampMs: yesterday, host: '7' }), logOf()],
    });
    expect(outcome).toEqual({
      accepted: 2,
      rejected: [
        {
          kind: 'logs',
          index: 0,
          field: 'host.name',
          reason: 'host.name does not fit the mapping of its index in Elasticsearch',
        },
      ],
    });
    expect(metrics.values.get('sentinel_telemetry_rows_total kind=logs outcome=unmapped')).toBe(1);
    expect(metrics.values.get('sentinel_telemetry_rows_total kind=logs outcome=accepted')).toBe(2);
    expect(logger.lines.map(({ message }) => message)).toContain('A mapping refused rows');
  });

  test('does not try again what the credentials may not do', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(BULK, { kind: 'items', status: 403, positions: [0] });
    expect(await faultOf(store.append({ logs: [logOf()] }))).toMatchObject({
      code: 'not-permitted',
      isRetryable: false,
    });
    expect(proxy.requests.filter(({ path }) => BULK.test(path))).toHaveLength(1);
  });

  test('keeps what is stored, and tells of each other row that it is not and why, so that no retry stores a row twice', async () => {
    const { proxy } = await startServer();
    const { store, metrics } = await openStore(proxy.url);
    proxy.inject(BULK, { kind: 'items', status: 403, positions: [1] });
    const logs = ['a', 'b', 'c'].map((message) => logOf({ message }));
    const outcome = await store.append({ logs });
    expect(outcome).toEqual({
      accepted: 2,
      rejected: [{ kind: 'logs', index: 1, field: null, reason: expect.stringContaining('lack a privilege') }],
    });
    await store.append({ logs: outcome.rejected.map(({ index }) => logs[index]!) });
    expect(await rowsOf(store, 'FROM logs | SORT message | KEEP message')).toEqual([['a'], ['b'], ['c']]);
    expect(metrics.values.get('sentinel_telemetry_rows_total kind=logs outcome=failed')).toBe(1);
  });

  test('keeps the requests before the one that is refused, and sends none after it', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    const isAllowed = (): boolean => proxy.requests.filter(({ path }) => BULK.test(path)).length === 1;
    const logs = Array.from({ length: 10_001 }, (_, index) => logOf({ message: String(index) }));
    const appending = store.append({ logs });
    await vi.waitFor(() => expect(isAllowed()).toBe(true), { timeout: 5_000, interval: 1 });
    proxy.inject(BULK, { kind: 'status', status: 403 });
    const { accepted, rejected } = await appending;
    expect([accepted, rejected.length, rejected[0]?.index]).toEqual([5_000, 5_001, 5_000]);
    expect(proxy.requests.filter(({ path }) => BULK.test(path))).toHaveLength(2);
    expect(await rowsOf(store, COUNT)).toEqual([[5_000]]);
  }, 30_000);

  test('says of rows whose last answer is missing that they may be stored', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(BULK, { kind: 'items', status: 429, positions: [1] });
    proxy.inject(BULK, { kind: 'lose-answer' }, 5);
    const { accepted, rejected } = await store.append({ logs: [logOf(), logOf()] });
    expect(accepted).toBe(1);
    expect(rejected.map(({ index, reason }) => [index, reason])).toEqual([
      [1, expect.stringContaining('may be there twice')],
    ]);
  });

  test('is accepted although its new attributes could not be read as fields', async () => {
    const { proxy } = await startServer();
    const { store, logger } = await openStore(proxy.url);
    proxy.inject(/_field_caps/, { kind: 'status', status: 500 });
    expect(await store.append({ logs: [logOf({ attributes: { region: 'eu' } })] })).toEqual({
      accepted: 1,
      rejected: [],
    });
    expect(logger.lines.map(({ message }) => message).join()).toContain('could not be read');
  });

  test('counts rows of the future apart', async () => {
    const { proxy } = await startServer();
    const { store, metrics } = await openStore(proxy.url);
    await store.append({ logs: [logOf({ timestampMs: NOW.getTime() + MAX_FUTURE_MS + 1 })] });
    expect(metrics.values.get('sentinel_telemetry_rows_total kind=logs outcome=future')).toBe(1);
  });
});

describe('a query', () => {
  test.each([429, 503])('is asked again, after a pause, when the server answers %i', async (status) => {
    const { proxy } = await startServer();
    const { store, metrics } = await openStore(proxy.url);
    proxy.inject(QUERY, { kind: 'status', status }, 2);
    expect(await rowsOf(store, COUNT)).toEqual([[0]]);
    expect(metrics.values.get('sentinel_telemetry_retries_total operation=query')).toBe(2);
  });

  test('is asked again when the connection breaks', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(QUERY, { kind: 'lose-answer' });
    proxy.inject(QUERY, { kind: 'cut' });
    expect(await rowsOf(store, COUNT)).toEqual([[0]]);
  });

  test('waits as long as Retry-After says, and not beyond its own limit', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(QUERY, { kind: 'status', status: 429, headers: { 'retry-after': '30' } });
    expect(await faultOf(ask(store, COUNT, { timeoutMs: 2_000 }))).toMatchObject({ code: 'rate-limited' });
    expect(queriesOf(proxy)).toHaveLength(1);
  });

  test('ends at its time limit, and the connection with it', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(QUERY, { kind: 'hang' });
    expect(await faultOf(ask(store, COUNT, { timeoutMs: 200 }))).toMatchObject({ code: 'timeout' });
    await vi.waitFor(() =>
      expect(proxy.requests.at(-1)).toMatchObject({ path: expect.stringContaining('_query'), isAborted: true }),
    );
  });

  test('ends when its signal is aborted, and the connection with it', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(QUERY, { kind: 'hang' });
    const stop = new AbortController();
    const fault = faultOf(ask(store, COUNT, { signal: stop.signal }));
    await vi.waitFor(() => expect(proxy.requests.at(-1)?.path).toContain('_query'));
    stop.abort();
    expect(await fault).toMatchObject({ code: 'timeout' });
    await vi.waitFor(() => expect(proxy.requests.at(-1)).toMatchObject({ isAborted: true }));
  });

  test('ends at its time limit while it looks for its lookup table', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    await store.replaceLookup({ name: 'usual', columns: [{ name: 'service.name', type: 'keyword' }], rows: [] });
    proxy.inject(/^GET \/_alias/, { kind: 'hang' });
    const query = 'FROM logs | LOOKUP JOIN usual ON service.name | LIMIT 1';
    expect(await faultOf(ask(store, query, { timeoutMs: 200 }))).toMatchObject({ code: 'timeout' });
  });

  test.each([
    [401, { type: 'security_exception' }, 'not-permitted', 'ELASTICSEARCH_API_KEY'],
    [403, { type: 'security_exception' }, 'not-permitted', 'privilege'],
    [404, { type: 'index_not_found_exception' }, 'rejected', 'elasticsearch.indices'],
    [400, { type: 'verification_exception', reason: 'Unknown index [x]' }, 'rejected', 'elasticsearch.indices'],
    [400, { type: 'parsing_exception', reason: 'line 1:1: secret' }, 'rejected', 'Rephrase'],
    [429, { type: 'circuit_breaking_exception' }, 'limit-exceeded', 'memory'],
    [500, { type: 'null_pointer_exception' }, 'unavailable', 'cluster'],
  ])('says in its own words what a %i of %o means', async (status, error, code, words) => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(QUERY, { kind: 'status', status, error });
    const fault = await faultOf(ask(store, COUNT));
    expect(fault.code).toBe(code);
    expect(fault.userMessage).toContain(words);
    expect(fault.userMessage).not.toMatch(/exception|secret/);
    expect(queriesOf(proxy)).toHaveLength(1);
  });

  test('says that the server cannot be reached', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(/./, { kind: 'lose-answer' }, 4);
    expect(await faultOf(ask(store, COUNT))).toMatchObject({
      code: 'unavailable',
      isRetryable: true,
      userMessage: expect.stringContaining('cannot be reached'),
    });
  });
});

describe('a partial answer', () => {
  const partial = (columns: readonly { name: string; type: string }[], values: readonly unknown[][]) => ({
    took: 1,
    is_partial: true,
    columns,
    values,
    _clusters: { details: { '(local)': { _shards: { total: 5, successful: 3, failed: 2 } } } },
  });

  test('of rows is shown as cut, with how much is missing', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    const body = partial([{ name: 'message', type: 'text' }], [['seen']]);
    proxy.inject(QUERY, { kind: 'answer', body });
    const answer = await ask(store, 'FROM logs | KEEP message | LIMIT 10');
    expect(answer).toMatchObject({ isCut: true, rows: [['seen']] });
    expect(answer.warnings.join()).toContain('2 of 5 shards');
  });

  test('of counts is refused', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    proxy.inject(QUERY, { kind: 'answer', body: partial([{ name: 'n', type: 'long' }], [[3]]) });
    const fault = await faultOf(ask(store, COUNT));
    expect(fault).toMatchObject({ code: 'unavailable', isRetryable: true });
    expect(fault.userMessage).toContain('2 of 5 shards');
  });

  test('passes the warnings of ES|QL on, without positions in a query that nobody wrote', async () => {
    const { proxy } = await startServer();
    const { store } = await openStore(proxy.url);
    const warning =
      '299 Elasticsearch-9.2.0-abc "Line 1:40: evaluation of [x / y] failed, treating result as null. Only first 20 failures recorded.", 299 Elasticsearch-9.2.0-abc "Line 1:40: java.lang.ArithmeticException: / by zero, said \\"why\\""';
    const body = { columns: [{ name: 'n', type: 'long' }], values: [[null]] };
    proxy.inject(QUERY, { kind: 'answer', body, headers: { warning } });
    expect((await ask(store, `${COUNT} | LIMIT 1`)).warnings).toEqual([
      'evaluation of [x / y] failed, treating result as null. Only first 20 failures recorded.',
      'java.lang.ArithmeticException: / by zero, said "why"',
    ]);
  });
});

describe('at the start', () => {
  test.each(['8.18.4', '9.0.3', '7.17.0'])('refuses Elasticsearch %s and says which it needs', async (version) => {
    const { proxy } = await startServer({ version });
    const fault = await faultOf(openStore(proxy.url));
    expect(fault).toMatchObject({ code: 'configuration', isRetryable: false });
    expect(fault.userMessage).toContain(version);
    expect(fault.userMessage).toContain('8.19, or 9.1 or later, because detection');
  });

  test.each(['8.19.0', '9.1.0', '9.2.0', '10.0.0'])('takes Elasticsearch %s', async (version) => {
    const { proxy } = await startServer({ version });
    await expect(openStore(proxy.url)).resolves.toBeDefined();
  });

  test('refuses a server that is not Elasticsearch', async () => {
    const { proxy } = await startServer({ product: null });
    const fault = await faultOf(openStore(proxy.url));
    expect(fault.code).toBe('configuration');
    expect(fault.userMessage).toContain('X-Elastic-Product');
  });

  test('waits for a server that is still starting', async () => {
    const { proxy } = await startServer();
    proxy.inject(/^GET \/$/, { kind: 'status', status: 503 }, 2);
    const { logger } = await openStore(proxy.url);
    expect(logger.lines.map(({ message }) => message)).toContain('Elasticsearch does not answer yet; waiting for it');
  });

  test('gives up on one that does not come', async () => {
    const fault = await faultOf(openStore('http://127.0.0.1:9', { startLimitMs: 0 }));
    expect(fault).toMatchObject({ code: 'unavailable', isRetryable: true });
  });

  test.each([
    ['an API key', { kind: 'api-key', apiKey: 'encoded' } as const, 'ApiKey encoded'],
    ['a user', { kind: 'basic', username: 'me', password: 'pw' } as const, `Basic ${btoa('me:pw')}`],
  ])('sends %s', async (_name, credentials, authorization) => {
    const { proxy } = await startServer();
    await openStore(proxy.url, { credentials });
    expect(new Set(proxy.requests.map(({ headers }) => headers['authorization']))).toEqual(new Set([authorization]));
  });

  test('names its indices by its own prefix', async () => {
    const { proxy } = await startServer();
    const { options } = await openStore(proxy.url, { prefix: optionsFor('http://x').prefix });
    const made = proxy.requests
      .filter(({ method }) => method === 'PUT')
      .map(({ path }) => path.split('/').at(-1) ?? '');
    expect(made).toHaveLength(6);
    for (const name of made) expect(name.startsWith(options.prefix), name).toBe(true);
  });
});
