import { expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { checkTelemetry } from '../../src/app/check-telemetry.ts';
import { fillIndices } from '../adapters/elasticsearch/app-indices.ts';
import { fillLookup } from '../adapters/elasticsearch/app-lookups.ts';
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

it('tells of each lookup index what is in it, or why nothing of it can be joined', async () => {
  const server = await startProxiedServer();
  onTestFinished(() => server.stop());
  const app = newPrefix();
  const wide = Array.from({ length: 10 }, (_, at) => [`f${at}`, { type: 'long' }] as const);
  await fillLookup(server.upstream, `${app}owners`);
  await fillLookup(server.upstream, `${app}wide`, { properties: Object.fromEntries(wide), documents: [] });
  await fillLookup(server.upstream, `${app}hosts-1`, { aliases: { [`${app}hosts`]: {}, [`${app}two`]: {} } });
  await fillLookup(server.upstream, `${app}hosts-2`, { aliases: { [`${app}two`]: {} } });
  await fillLookup(server.upstream, `${app}places`, { properties: { at: { type: 'geo_point' } }, documents: [] });
  await fillLookup(server.upstream, `${app}usual`, { mode: null });
  const filter = { term: { team: 'Shop' } };
  await fillLookup(server.upstream, `${app}all`, { aliases: { [`${app}some`]: { filter } } });
  for (const name of ['hidden', 'closed', 'secret']) await fillLookup(server.upstream, `${app}${name}`);
  server.proxy.inject(new RegExp(`^GET /${app}hidden`), { kind: 'status', status: 403 });
  server.proxy.inject(new RegExp(`^POST /${app}secret/_search`), { kind: 'status', status: 403 });
  const closed = { type: 'index_closed_exception', reason: 'closed' };
  server.proxy.inject(new RegExp(`^POST /${app}closed/_search`), { kind: 'status', status: 400, error: closed });
  const names = ['owners', 'wide', 'hosts', 'two', 'places', 'usual', 'some', 'hidden', 'secret', 'closed', 'missing'];
  const yaml = `elasticsearch: {lookups: [${names.map((name) => app + name).join(', ')}]}`;
  const checked = await check(yaml, server.proxy.url);
  expect(checked?.isUsable).toBe(true);
  const told = checked?.text.replaceAll(app, '').split('\n') ?? [];
  expect(
    told.slice(told.findIndex((line) => line.startsWith('lookups:'))).map((line) => line.replace(/  +/g, '  ')),
  ).toEqual([
    'lookups: 3 of 11 can be joined',
    '  owners  service.name (keyword), team (keyword)',
    '  wide  f0 (long), f1 (long), f2 (long), f3 (long), f4 (long), f5 (long), f6 (long), f7 (long) and 2 more',
    '  hosts  hosts-1: service.name (keyword), team (keyword)',
    '  two  2 indices, where LOOKUP JOIN takes one',
    '  places  no field that ES|QL reads',
    '  usual  index.mode is standard, where LOOKUP JOIN takes lookup',
    '  some  an alias with a filter, which LOOKUP JOIN would not keep to: name the index, or an alias without one',
    '  hidden  the credentials may not read it: they need read and view_index_metadata, of an alias also for its index',
    '  secret  the credentials may not read it: they need read and view_index_metadata, of an alias also for its index',
    '  closed  it is closed',
    '  missing  there is no such index or alias',
    '  What that costs:',
    ...['two', 'places', 'usual', 'some', 'hidden', 'secret', 'closed', 'missing'].map(
      (name) => `  - no LOOKUP JOIN ${name}`,
    ),
  ]);
});
