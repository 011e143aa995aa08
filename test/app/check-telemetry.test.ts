import { expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { checkTelemetry } from '../../src/app/check-telemetry.ts';
import { fillIndices } from '../adapters/elasticsearch/app-indices.ts';
import { configOf, TOKENS } from '../config/load.ts';
import { newPrefix, startProxiedServer } from '../support/elasticsearch/elasticsearch-under-test.ts';

const check = (yaml: string, url: string | null, limitMs = 20_000) => {
  const config = configOf(yaml, url === null ? TOKENS : { ...TOKENS, ELASTICSEARCH_URL: url });
  return checkTelemetry({ random: seededRandom(1), limitMs }, config);
};

it('tells what telemetry in Elasticsearch has, field by field, and what is lost', async () => {
  const server = await startProxiedServer();
  onTestFinished(() => server.stop());
  const app = newPrefix();
  const properties = {
    '@timestamp': { type: 'date' },
    'service.name': { type: 'keyword' },
    'log.level': { type: 'keyword' },
    message: { type: 'text' },
    'event.duration': { type: 'long' },
  };
  await fillIndices(server.upstream, { [`${app}logs-a`]: { properties, documents: [] } });
  const yaml = `elasticsearch: {indices: {logs: "${app}logs-*", spans: "${app}traces-*"}, fields: {preset: ecs}}`;
  const checked = await check(yaml, server.proxy.url);
  expect(checked?.isUsable).toBe(true);
  expect(checked?.text.replaceAll(app, '')).toBe(
    [
      'Elasticsearch 9.2.0 (basic licence) answers.',
      '',
      'logs: 1 index of logs-*',
      '  @timestamp                               date',
      '  service.name                             keyword',
      '  level         log.level                  keyword  read in lower case',
      '  message                                  text',
      '  duration_ms   event.duration             long     divided by 1,000,000',
      '  trace.id                                 -        missing',
      '  span.id                                  -        missing',
      '  status_code   http.response.status_code  -        missing',
      '  host.name                                -        missing',
      '  What that costs:',
      '  - no way from a log line to its trace',
      '  - no way from a log line to its span',
      '  - a request counts as failed by its level only',
      '  - no way to tell one host from another',
      '',
      'spans: no index fits traces-*',
      '  no traces, and no call graph but what services that share trace ids in logs show',
      '',
      "metrics: Sentinel's own, sentinel-metrics-*, with every field",
    ].join('\n'),
  );
});

it('tells what a field costs that only some indices have, and which they are', async () => {
  const server = await startProxiedServer();
  onTestFinished(() => server.stop());
  const app = newPrefix();
  const lines = {
    '@timestamp': { type: 'date' },
    'service.name': { type: 'keyword' },
    message: { type: 'text' },
    'trace.id': { type: 'keyword' },
    'span.id': { type: 'keyword' },
    'host.name': { type: 'keyword' },
  };
  const requests = { ...lines, level: { type: 'keyword' }, duration_ms: { type: 'double' } };
  await fillIndices(server.upstream, {
    [`${app}logs-a`]: { properties: lines, documents: [] },
    [`${app}logs-b`]: { properties: requests, documents: [] },
    [`${app}logs-c`]: { properties: { ...requests, status_code: { type: 'integer' } }, documents: [] },
  });
  const checked = await check(`elasticsearch: {indices: {logs: "${app}logs-*"}}`, server.proxy.url);
  const costs = checked?.text.replaceAll(app, '').split('What that costs:\n')[1]?.split('\n\n')[0];
  expect(costs?.split('\n')).toEqual([
    '  - of rows in logs-a: no errors among lines that are no requests, and no query by level',
    '  - of rows in logs-a: no latency signal, and no requests: detection counts log lines by level',
    '  - of rows in logs-a, logs-b: a request counts as failed by its level only',
    '  - of rows in logs-a: no error signal: neither level nor status_code says what failed',
  ]);
});

it('has nothing to look at where telemetry is embedded', async () => {
  expect(await check('', null)).toBeNull();
});

it('says that a server is away, and that the rest is valid', async () => {
  const checked = await check('', 'http://127.0.0.1:9');
  expect(checked?.isUsable).toBe(true);
  expect(checked?.text).toMatch(/cannot be reached.*\n.*the rest of the configuration is valid/);
});

it('ends at its limit where nothing answers', async () => {
  const server = await startProxiedServer();
  onTestFinished(() => server.stop());
  server.proxy.inject(/./, { kind: 'hang' }, 10);
  expect((await check('', server.proxy.url, 200))?.text).toContain('no answer within the time limit');
});

it.each([
  ['of an old version', { version: '8.10.0' }, '8.19'],
  ['that is none', { product: null }, 'not Elasticsearch'],
])('refuses a server %s', async (_which, options, words) => {
  const server = await startProxiedServer(options);
  onTestFinished(() => server.stop());
  expect(await check('', server.proxy.url)).toEqual({ isUsable: false, text: expect.stringContaining(words) });
});
