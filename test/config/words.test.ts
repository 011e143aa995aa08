import { describe, expect, it } from 'vitest';
import { formatProblems } from '#config.ts';
import { problemsOf, TOKENS } from './load.ts';

describe('a file that is no YAML', () => {
  it.each([
    ['http:\n\tport: 1', 'sentinel.yaml:2:1', 'a tab', 'spaces before a key'],
    ['http: {}\nhttp: {}', 'sentinel.yaml:2:1', 'a key that stands there twice', 'each key once'],
    ['slack:\n  channel: "#x', 'sentinel.yaml:2:15', 'something without its end', 'an end to each quote'],
    ['slack:\n  channel: @x', 'sentinel.yaml:2:12', 'a value that begins with a reserved character', 'in quotes'],
    ['dataDirectory: C: data', 'sentinel.yaml:1:16', 'a second key in one line', 'one key a line'],
    ['http\nslack: {}', 'sentinel.yaml:1:1', 'a line that is no key', 'a colon and a space after each key'],
    ['a: 1\n---\nb: 2', 'sentinel.yaml:2:1', 'a second document', 'one document'],
    ['dataDirectory: *data', 'sentinel.yaml', 'an alias of nothing', 'in quotes'],
  ])('is told by what is wrong in it: %j', (yaml, key, found, expected) => {
    expect(problemsOf(yaml)).toContainEqual({ key, found, expected: expect.stringContaining(expected) });
  });

  it('is never repeated', () => {
    expect(formatProblems(problemsOf('- a\nkey: xoxb-very-secret\n'))).not.toContain('very-secret');
  });
});

describe('secrets of the environment', () => {
  it.each([
    ['SLACK_BOT_TOKEN', 'xapp-1-hidden', 'a token that begins with xapp-'],
    ['SLACK_BOT_TOKEN', '"xoxb-1-hidden"', 'a value with quotes around it'],
    ['SLACK_BOT_TOKEN', 'xoxb-1 hidden', 'a value with a space in it'],
    ['SLACK_BOT_TOKEN', 'xoxb-1-hidden ', 'a value with a space before or after it'],
    ['SLACK_BOT_TOKEN', 'xoxb-', 'xoxb- and nothing after it'],
    ['SLACK_BOT_TOKEN', 'hidden', 'only 6 characters'],
    ['SLACK_BOT_TOKEN', 'hidden-hidden-hidden', '20 characters that begin otherwise'],
    ['DATABASE_URL', 'mysql://me:hidden@db/x', 'an address that begins with mysql://'],
    ['DATABASE_URL', 'hidden://me:hidden@db/x', 'an address of another kind'],
    ['DATABASE_URL', 'me:hidden@db/x', 'no address'],
    ['DATABASE_URL', 'postgres://me:hid#den@db/x', 'an address with / # or @ in its password'],
    ['REDIS_URL', 'redis://', 'redis:// without a host'],
    ['REDIS_URL', 'redis://cache:hidden', 'an address that begins with redis:// and cannot be read'],
    ['ELASTICSEARCH_URL', 'https://me:hidden@es:9200', 'an address with a user or password in it'],
    ['SENTINEL_INGEST_TOKENS', 'shop=hidden', 'a token of 6 characters in pair 1'],
    ['SENTINEL_INGEST_TOKENS', 'a=0123456789abcdef,hiddenhiddenhidden', 'no = in pair 2'],
    ['SENTINEL_INGEST_TOKENS', 'a=0123456789abcdef,', 'nothing between two commas, as pair 2'],
    ['SENTINEL_INGEST_TOKENS', 'hidden/hidden+hidden==', 'pair 1 with a source that is no name'],
    ['SENTINEL_INGEST_TOKENS', 'a=0123456789abcdef,a=fedcba9876543210', 'the source of pair 2 twice'],
    ['SENTINEL_INGEST_TOKENS', 'a=0123456789abcdef,b=0123456789abcdef', 'the token of pair 2 twice'],
  ])('that are no %s are told by what is wrong: %s', (variable, value, found) => {
    const problems = problemsOf('', { ...TOKENS, [variable]: value });
    expect(problems).toEqual([{ key: variable, found, expected: expect.any(String) }]);
    expect(formatProblems(problems)).not.toMatch(/hid|0123/);
  });

  it('are told as both where one of them is enough', () => {
    const env = {
      ...TOKENS,
      ELASTICSEARCH_API_KEY: 'hidden',
      ELASTICSEARCH_USERNAME: 'a',
      ELASTICSEARCH_PASSWORD: 'b',
    };
    expect(problemsOf('', env)).toEqual([
      { key: 'ELASTICSEARCH_API_KEY', found: 'both', expected: 'either an API key or user and password' },
    ]);
  });
});
