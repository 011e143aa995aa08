import { describe, expect, onTestFinished, test } from 'vitest';
import { fieldNames } from '#adapters/elasticsearch/field-names.ts';
import { inspectElasticsearch } from '#adapters/elasticsearch/inspect-elasticsearch.ts';
import type { ElasticsearchOptions } from '#adapters/elasticsearch/elasticsearch-options.ts';
import { checkQuery } from '#esql/check-query.ts';
import { seededRandom } from '#kernel/random.ts';
import { faultOf, instant } from '../../contracts/telemetry-store-questions.ts';
import { newPrefix, optionsFor } from '../../support/elasticsearch/elasticsearch-under-test.ts';
import type { ProxyOptions } from '../../support/elasticsearch/proxy.ts';
import { recordingLogger } from '../../support/recording.ts';
import { fillIndices } from './app-indices.ts';
import { openStore, startServer } from './store-under-test.ts';

const KEYWORD = { type: 'keyword' };
const TIME = { '@timestamp': { type: 'date' } };
const ECS = fieldNames({ preset: 'ecs', durationUnit: null, names: { logs: {}, spans: {}, metrics: {} } });

const inspect = (url: string, changed: Partial<ElasticsearchOptions> = {}, limitMs = 20_000) =>
  inspectElasticsearch({ logger: recordingLogger(), random: seededRandom(1) }, optionsFor(url, changed), limitMs);

/** Logs of one service by ECS names: one index whole, one without trace ids and with its level as a number. */
const startEcs = async () => {
  const { proxy, upstream } = await startServer();
  const app = newPrefix();
  const whole = {
    ...TIME,
    'service.name': { type: 'text', fields: { keyword: KEYWORD } },
    message: { type: 'text' },
    'event.duration': { type: 'long' },
  };
  await fillIndices(upstream, {
    [`${app}app-1`]: { properties: { ...whole, 'log.level': KEYWORD, 'trace.id': KEYWORD }, documents: [] },
    [`${app}app-2`]: { properties: { ...whole, 'log.level': { type: 'long' } }, documents: [] },
  });
  const indices = { logs: `${app}app-*`, spans: `${app}traces-*`, metrics: null };
  return { proxy, app, settings: { fields: ECS, indices } };
};

describe('what an Elasticsearch has', () => {
  test('is told field by field, with what is done about it and what is lost', async () => {
    const { proxy, app, settings } = await startEcs();
    const { version, sources } = await inspect(proxy.url, settings);
    expect(version).toBe('9.2.0');
    const [logs, spans, metrics] = sources;
    const told = logs?.fields.map(({ field, stored, mappedAs, notes }) => [field, stored, mappedAs, ...notes]);
    expect(told).toEqual([
      ['@timestamp', '@timestamp', 'date'],
      ['service.name', 'service.name', 'text', 'read from service.name.keyword'],
      ['level', 'log.level', expect.stringMatching(/keyword in .*app-1/), 'read in lower case'],
      ['message', 'message', expect.stringMatching(/text/)],
      ['duration_ms', 'event.duration', 'long', 'divided by 1,000,000'],
      ['trace.id', 'trace.id', 'keyword', `missing in ${app}app-2`],
      ['span.id', 'span.id', null, 'missing'],
      ['status_code', 'http.response.status_code', null, 'missing'],
      ['host.name', 'host.name', null, 'missing'],
    ]);
    expect(logs?.losses.map(({ what }) => what)).toEqual([
      'no way from a log line to its span',
      'a request counts as failed by its level only',
      'no way to tell one host from another',
    ]);
    expect(spans).toMatchObject({ isOwn: false, indices: 0, losses: [{ what: expect.stringContaining('no traces') }] });
    expect(metrics).toMatchObject({ isOwn: true, losses: [] });
  });

  test('is looked at without making anything there', async () => {
    const { proxy, settings } = await startEcs();
    await inspect(proxy.url, settings);
    const used = proxy.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
    const allowed = /^GET \/(_license)?$|^POST \/_query$|^(GET|POST) \/[^/]+\/_field_caps$/;
    expect(used.filter((request) => !allowed.test(request))).toEqual([]);
  });

  test('is said once in the log at the start, and of detection in the status', async () => {
    const { proxy, app, settings } = await startEcs();
    const indices = { ...settings.indices, logs: `${app}nothing-*` };
    const { store, logger } = await openStore(proxy.url, { ...settings, indices });
    expect(logger.lines.filter(({ message }) => message.includes('--check-config'))).toHaveLength(1);
    expect(store.fieldGaps()).toEqual([
      `No index in Elasticsearch fits ${app}nothing-*: no detection: no service is watched.`,
    ]);
  });

  test('is a gap of detection where failed or slow requests cannot be seen', async () => {
    const { proxy, upstream } = await startServer();
    const app = newPrefix();
    const documents = [{ '@timestamp': instant(60).toISOString(), 'service.name': 'a' }];
    await fillIndices(upstream, { [`${app}a`]: { properties: { ...TIME, 'service.name': KEYWORD }, documents } });
    const { store } = await openStore(proxy.url, { indices: { logs: `${app}a`, spans: null, metrics: null } });
    expect(store.fieldGaps()).toEqual([
      `${app}a has no duration_ms that can be read: no latency signal, and no requests: detection counts log lines by level.`,
      `${app}a: no error signal: neither level nor status_code says what failed.`,
    ]);
  });
});

describe('a server', () => {
  const start = async (options: Omit<ProxyOptions, 'upstream'> = {}) => (await startServer(options)).proxy;
  const licence = (license: object) => ({ kind: 'answer', body: { license } }) as const;
  const past = Date.parse('2026-10-01T00:00:00Z');

  test('whose licence has expired is told, with what to do', async () => {
    const proxy = await start();
    proxy.inject(/_license/, licence({ status: 'expired', type: 'trial', expiry_date_in_millis: past }), 2);
    const { licence: words, troubles } = await inspect(proxy.url);
    expect(words).toBe('trial licence, expired');
    expect(troubles).toEqual([expect.stringMatching(/trial licence .* expired on 2026-10-01.*Basic/)]);
    const { logger } = await openStore(proxy.url);
    expect(logger.lines.some(({ level, message }) => level === 'warn' && message.includes('expired on'))).toBe(true);
  });

  test('on trial is told that nothing ends with it', async () => {
    const proxy = await start();
    proxy.inject(/_license/, licence({ status: 'active', type: 'trial', expiry_date_in_millis: past }));
    expect((await inspect(proxy.url)).licence).toBe(
      'trial licence until 2026-10-01; Basic after it has all that Sentinel needs',
    );
  });

  test('that does not tell its licence is taken', async () => {
    const proxy = await start();
    proxy.inject(/_license/, { kind: 'status', status: 403 });
    expect(await inspect(proxy.url)).toMatchObject({ licence: 'licence not told', troubles: [] });
  });

  test('that is serverless is taken whatever its version, and asked neither for a licence nor for replicas', async () => {
    const proxy = await start({ flavor: 'serverless', version: '8.11.0' });
    expect(await inspect(proxy.url)).toMatchObject({ version: 'serverless', troubles: [] });
    const { store } = await openStore(proxy.url);
    await store.replaceLookup({ name: 'usual', columns: [{ name: 'service.name', type: 'keyword' }], rows: [] });
    const sent = proxy.requests.map(({ path, body }) => `${path} ${body}`).join('\n');
    expect(sent).not.toMatch(/_license|auto_expand_replicas|refresh_interval/);
  });

  test.each([
    ['Incorrect HTTP method for uri [/_query?format=json] and method [POST], allowed: [GET]', 405],
    ['no handler found for uri [/_query] and method [POST]', 400],
  ])('without ES|QL is refused for that: %s', async (error, status) => {
    const proxy = await start();
    proxy.inject(/^POST \/_query/, { kind: 'status', status, error: error as unknown as object });
    const fault = await faultOf(inspect(proxy.url));
    expect(fault).toMatchObject({ code: 'configuration', userMessage: expect.stringContaining('has no ES|QL') });
  });

  test('whose licence forbids a query says so', async () => {
    const proxy = await start();
    const { store } = await openStore(proxy.url);
    const error = { type: 'security_exception', reason: 'current license is non-compliant for [esql]' };
    proxy.inject(/^POST \/_query/, { kind: 'status', status: 403, error });
    const query = checkQuery('FROM logs | LIMIT 1', { schema: store.schema() });
    const fault = await faultOf(store.query({ query, timeoutMs: 5_000, purpose: 'test' }));
    expect(fault).toMatchObject({ code: 'configuration', userMessage: expect.stringContaining('licence') });
  });

  test('that is OpenSearch is refused, with what is needed', async () => {
    const proxy = await start({ product: null });
    const fault = await faultOf(inspect(proxy.url));
    expect(fault).toMatchObject({ code: 'configuration', userMessage: expect.stringMatching(/OpenSearch .* 8\.19/) });
  });

  test('that never answers ends the look at its limit', async () => {
    const proxy = await start();
    proxy.inject(/./, { kind: 'hang' }, 10);
    onTestFinished(() => proxy.heal());
    expect(await faultOf(inspect(proxy.url, {}, 200))).toMatchObject({ code: 'timeout', isRetryable: true });
  });
});
