import { describe, expect, test } from 'vitest';
import { lucenePatternProblem, lucenePieces } from '#esql/extract/lucene-regex.ts';

describe('a pattern of RLIKE', () => {
  test.each([
    'POST .*',
    '[A-Z][0-9]?',
    'a|b',
    String.raw`a\~b`,
    '["~]',
    '(ab){2,3}',
    '<1-9>',
    '"a(b"',
    '@',
    'a++',
    '*a',
    '|a',
    '>',
    '[]a]',
    '[[:alpha:]]',
    '#',
    String.raw`\"`,
  ])('%s is accepted', (pattern) => expect(lucenePatternProblem(pattern)).toBeUndefined());

  test.each([
    'a~b',
    '[^]',
    String.raw`\n`,
    'a|',
    '(a|)',
    'a{',
    'a{,2}',
    '<1-9',
    '<a-b>',
    '<1-9999>',
    '<1-600><1-600>',
    '(<1-9>){9}',
    'a&b',
    '"a',
    '(?i)a',
    '[',
    'a\\',
  ])('%s is refused', (pattern) => expect(lucenePatternProblem(pattern)).toBeDefined());

  test.each([
    ['a+?', ['a', '*']],
    ['*+a', [String.raw`\*`, '+', 'a']],
    ['(|a)', ['(', String.raw`\|`, 'a', ')']],
    ['[]x]"a.b"<1-9>', ['[]x]', '"a.b"', '<1-9>']],
  ])('%s is read as %j', (pattern, pieces) => expect(lucenePieces(pattern)).toEqual(pieces));
});
