import { describe, expect, it } from 'vitest';
import { configOf, keysOf, problemsOf, TOKENS } from './load.ts';

describe('lookups', () => {
  it('are none by default, also where every line below is a comment', () => {
    expect(configOf('').lookups).toEqual({});
    expect(configOf('lookups:\n  # owners: ./owners.csv\n').lookups).toEqual({});
  });

  it('name files, whatever the tables are called', () => {
    const lookups = { owners: './owners.csv', 'api-tokens_2': '/etc/tokens.csv' };
    expect(configOf(JSON.stringify({ lookups })).lookups).toEqual(lookups);
  });

  it.each([
    'logs',
    'spans',
    'metrics',
    'sentinel-thresholds',
    'sentinel-x',
    'Owners',
    '1st',
    'a.b',
    'a*',
    'x'.repeat(129),
  ])('refuse the name %s', (name) => {
    const [problem, ...others] = problemsOf(JSON.stringify({ lookups: { [name]: 'a.csv' } }));
    expect(problem?.key).toMatch(/^lookups\./);
    expect(problem?.expected).toContain('none of logs, spans, metrics');
    expect(others).toEqual([]);
  });

  it('refuse what is no path, and more than 20', () => {
    expect(keysOf(problemsOf('lookups: {a: , b: 5, c: " "}'))).toEqual(['lookups.a', 'lookups.b', 'lookups.c']);
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`t${at}`, 'a.csv']));
    expect(problemsOf(JSON.stringify({ lookups: many }))).toMatchObject([
      { key: 'lookups', expected: expect.stringContaining('at most 20') as string },
    ]);
  });

  it.each([
    { ELASTICSEARCH_URL: 'https://one:9200' },
    { ELASTICSEARCH_URL: 'no address' },
    { ELASTICSEARCH_CLOUD_ID: 'no deployment', ELASTICSEARCH_API_KEY: 'x' },
  ])('are refused where telemetry is in Elasticsearch, and it says what to do there: %j', (env) => {
    const problem = {
      key: 'lookups',
      found: 'files, while telemetry is in Elasticsearch',
      expected: 'nothing: name indices of mode lookup in elasticsearch.lookups instead (docs/lookups.md)',
    };
    expect(problemsOf('lookups: {owners: a.csv}', { ...TOKENS, ...env })).toContainEqual(problem);
    expect(problemsOf('lookups: {}', { ...TOKENS, ...env })).not.toContainEqual(problem);
  });
});
