import { describe, expect, it } from 'vitest';
import { type Config, formatProblems, loadConfig } from '#config.ts';

type Environment = Readonly<Record<string, string>>;

const TOKENS: Environment = { SLACK_BOT_TOKEN: 'xoxb-1-secret', SLACK_APP_TOKEN: 'xapp-1-secret' };

const load = (yaml: string, env: Environment = TOKENS) => loadConfig({ env, readFile: () => yaml });

const configOf = (yaml: string, env: Environment = TOKENS): Config => {
  const outcome = load(yaml, env);
  if (outcome.kind === 'invalid') throw new Error(formatProblems(outcome.problems));
  return outcome.config;
};

const problemsOf = (yaml: string, env: Environment = TOKENS) => {
  const outcome = load(yaml, env);
  return outcome.kind === 'invalid' ? outcome.problems : [];
};

it('keeps telemetry in indices of its own with plain names by default', () => {
  expect(configOf('').elasticsearch).toEqual({
    prefix: 'sentinel-',
    indices: { logs: null, spans: null, metrics: null },
    lookups: [],
    fields: { preset: 'plain', durationUnit: null, names: { logs: {}, spans: {}, metrics: {} } },
    refreshIntervalMs: 1000,
    startLimitMs: 60_000,
    caFile: null,
    verifyTls: true,
  });
});

describe('where telemetry lives', () => {
  const ELASTICSEARCH_URL = 'https://one:9200, https://two:9200';
  const nodes = ['https://one:9200', 'https://two:9200'];
  const server = { kind: 'elasticsearch', addressIn: 'ELASTICSEARCH_URL', nodes };

  it.each([
    ['nothing', {}, { kind: 'embedded' }],
    ['an address', { ELASTICSEARCH_URL }, { ...server, credentials: { kind: 'none' } }],
    [
      'an API key',
      { ELASTICSEARCH_URL, ELASTICSEARCH_API_KEY: 'abc' },
      { ...server, credentials: { kind: 'api-key', apiKey: 'abc' } },
    ],
    [
      'a user',
      { ELASTICSEARCH_URL, ELASTICSEARCH_USERNAME: 'me', ELASTICSEARCH_PASSWORD: 'pw' },
      { ...server, credentials: { kind: 'basic', username: 'me', password: 'pw' } },
    ],
  ])('follows %s in the environment', (_name, env, telemetry) => {
    expect(configOf('', { ...TOKENS, ...env }).telemetry).toEqual(telemetry);
  });

  it.each([
    ['a user in the address', { ELASTICSEARCH_URL: 'https://me:hidden@one' }, 'ELASTICSEARCH_URL'],
    ['a user without a password', { ELASTICSEARCH_USERNAME: 'hidden' }, 'ELASTICSEARCH_PASSWORD'],
    [
      'two kinds of credentials',
      { ELASTICSEARCH_API_KEY: 'hidden', ELASTICSEARCH_USERNAME: 'hidden', ELASTICSEARCH_PASSWORD: 'hidden' },
      'ELASTICSEARCH_API_KEY',
    ],
  ])('refuses %s without repeating it', (_name, env, key) => {
    const problems = problemsOf('', { ...TOKENS, ...env });
    expect(problems.map((problem) => problem.key)).toEqual([key]);
    expect(formatProblems(problems)).not.toContain('hidden');
  });

  it.each([
    ['a field that logs have not', 'logs: {levl: severity}'],
    ["another field's name", 'logs: {level: message}'],
    ['a name twice', 'logs: {level: a, message: a}'],
  ])('refuses %s', (_name, names) => {
    expect(problemsOf(`elasticsearch: {fields: {${names}}}`).map(({ key }) => key)).toEqual([
      'elasticsearch.fields.logs',
    ]);
  });

  it('keeps the API key out of the file', () => {
    expect(problemsOf('elasticsearch: {apiKey: hidden}')[0]?.expected).toContain('ELASTICSEARCH_API_KEY');
  });
});

describe('where telemetry is read', () => {
  const indicesOf = (logs: string): string | null =>
    configOf(`elasticsearch: {indices: {logs: ${JSON.stringify(logs)}}}`).elasticsearch.indices.logs;
  const refusalOf = (logs: string, prefix = 'sentinel-') =>
    problemsOf(`elasticsearch: {prefix: ${prefix}, indices: {logs: ${JSON.stringify(logs)}}}`).map(
      ({ key, expected }) => `${key}: ${expected}`,
    );

  it('takes data streams, patterns, aliases and what is left out of them', () => {
    expect(indicesOf('logs-*-*')).toBe('logs-*-*');
    expect(indicesOf('filebeat-*, logs-*-* , -logs-debug-*,app')).toBe('filebeat-*,logs-*-*,-logs-debug-*,app');
    expect(indicesOf('.ds-logs-app-*')).toBe('.ds-logs-app-*');
  });

  it.each([
    ['other:logs-*', 'the cluster that ELASTICSEARCH_URL names'],
    ['*:logs-*', 'the cluster that ELASTICSEARCH_URL names'],
    ['logs-app::failures', 'no :: in it'],
    ['-logs-debug-*', 'a pattern to read first'],
    ['logs-*,,app', 'joined by commas'],
    ['Logs-*', 'joined by commas'],
    ['<logs-{now/d}>', 'date math'],
    [Array.from({ length: 51 }, (_, at) => `i${at}`).join(), 'at most 50 patterns'],
  ])('refuses %s', (logs, expected) => {
    expect(refusalOf(logs)).toEqual([
      expect.stringMatching(`^elasticsearch.indices.logs: .*${RegExp.escape(expected)}`),
    ]);
  });

  it.each([
    ['*', 'sentinel-'],
    ['*-logs', 'sentinel-'],
    ['sentinel-logs-*', 'sentinel-'],
    ['logs-*-*', 'logs-sentinel-'],
    ['app,sentinel-old', 'sentinel-'],
    ['-sentinel-*,*', 'sentinel-'],
    ['*,-sentinel-logs-*', 'sentinel-'],
  ])('refuses %s where what Sentinel writes begins with %s', (logs, prefix) => {
    expect(refusalOf(logs, prefix)).toHaveLength(1);
  });

  it('takes a pattern that leaves out what Sentinel writes', () => {
    expect(indicesOf('*,-sentinel-*')).toBe('*,-sentinel-*');
    expect(refusalOf('*')).toEqual([expect.stringContaining('add ",-sentinel-*"')]);
  });
});

describe('lookup indices', () => {
  const refusalsOf = (lookups: unknown, prefix = 'sentinel-') =>
    problemsOf(`elasticsearch: {prefix: ${prefix}, lookups: ${JSON.stringify(lookups)}}`).map(
      ({ key, expected }) => `${key}: ${expected}`,
    );

  it.each(['owners', 'asset-inventory', 'cmdb.hosts_2026', '.hidden', '2nd', 'größe', 'a'.repeat(255)])(
    'are named as Elasticsearch names indices: %s',
    (name) => {
      expect(configOf(`elasticsearch: {lookups: ["${name}"]}`).elasticsearch.lookups).toEqual([name]);
    },
  );

  it.each([
    'owners*',
    'Owners',
    '-owners',
    '_owners',
    '+owners',
    '',
    '.',
    '..',
    'a b',
    'other:owners',
    'a,b',
    '<owners-{now/d}>',
    'a|b',
    'a"b',
    'a#b',
    'a'.repeat(256),
    'ö'.repeat(128),
  ])('are refused under a name that no index has: %j', (name) => {
    expect(refusalsOf(['fine', name])).toEqual([
      expect.stringMatching(/^elasticsearch\.lookups\S*1\S*: the name of an index or alias of mode lookup/),
    ]);
  });

  it.each([['logs'], ['spans'], ['metrics']])('cannot stand for what queries read: %s', (name) => {
    expect(refusalsOf([name])).toEqual([expect.stringContaining('a name other than logs, spans, metrics')]);
  });

  it('are not what Sentinel itself makes, under its prefix or for detection', () => {
    const refusal = (own: string) => expect.stringContaining(`does not begin with ${own}`);
    expect(refusalsOf(['acme-lookup-owners', 'sentinel-thresholds', 'acme'], 'acme-')).toEqual([
      refusal('acme-'),
      refusal('sentinel-'),
    ]);
  });

  it('are a list of at most 20, each once', () => {
    const names = (count: number) => Array.from({ length: count }, (_, at) => `owners-${at}`);
    expect(refusalsOf(names(20))).toEqual([]);
    for (const wrong of [names(21), 'owners', { owners: 'owners' }, null])
      expect(refusalsOf(wrong)).toEqual([expect.stringMatching(/^elasticsearch\.lookups: a list of at most 20 names/)]);
    expect(refusalsOf(['owners', 'teams', 'owners'])).toEqual([expect.stringContaining('each name once')]);
  });
});
