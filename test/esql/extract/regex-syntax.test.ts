import { describe, expect, test } from 'vitest';
import { regexProblem, replacementProblem } from '#esql/extract/regex-syntax.ts';

describe('a regular expression of REPLACE', () => {
  test.each(['[0-9]+', '(a|b)*', String.raw`\d{4}-\d{2}`, String.raw`\(\?=`, '[(?=]', '(?i)x', '(?<year>[0-9]+)', String.raw`\p{L}+`, '(?:[0-9a-f]{8})-(?:[0-9a-f]{4})', ''])(
    '%s is accepted',
    (pattern) => expect(regexProblem(pattern)).toBeUndefined(),
  ); // prettier-ignore

  test.each([
    ['(?=x)', 'look-around'],
    ['(?<!x)y', 'look-around'],
    [String.raw`(a)\1`, 'back-reference'],
    [String.raw`(?<n>a)\k<n>`, 'back-reference'],
    ['a++', 'possessive'],
    ['[a[bc]]', 'nested character classes'],
    [String.raw`\h+`, String.raw`uses \h`],
    [String.raw`\p{Alpha}`, String.raw`uses \p`],
    ['(', 'Invalid pattern'],
    ['a{1001}', 'more than [1000] times'],
    ['(a{100}){100}', 'more than [1000] times'],
    ['x'.repeat(1001), 'more than the limit of [1000]'],
  ])('%s is refused', (pattern, reason) => {
    expect(regexProblem(pattern)).toContain(reason);
  });

  test('a replacement may name only groups that there are', () => {
    expect(replacementProblem('(a)(b)', '$2$1$0')).toBeUndefined();
    expect(replacementProblem('(?:a)', '$1')).toContain('names group [1]');
    expect(replacementProblem('a', 'cost: $')).toContain('without the number');
    expect(replacementProblem('a', String.raw`\$`)).toBeUndefined();
  });
});
