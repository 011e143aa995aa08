import { describe, expect, it } from 'vitest';
import { loadConfig } from '#config.ts';

const keysRefused = (expression: string): readonly string[] => {
  const outcome = loadConfig({
    env: { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
    readFile: () => `detection: {failedExpression: ${JSON.stringify(expression)}}`,
  });
  if (outcome.kind === 'ok') return [];
  for (const { expected } of outcome.problems) expect(expected).not.toBe('');
  return outcome.problems.map(({ key }) => key);
};

describe('what failed means', () => {
  it.each([
    ['an unknown field', 'statuscode >= 500'],
    ['broken syntax', 'status_code >='],
    ['a further command', 'true) | LIMIT 1 //'],
    ['a value that is no condition', 'status_code + 1'],
    ['a parameter', 'status_code >= ?limit'],
  ])('refuses %s', (_name, expression) => {
    expect(keysRefused(expression)).toEqual(['detection.failedExpression']);
  });

  it('takes attributes that rows bring along', () => {
    expect(keysRefused('attributes.outcome == "failure" OR attributes.http.code LIKE "5*"')).toEqual([]);
  });
});
