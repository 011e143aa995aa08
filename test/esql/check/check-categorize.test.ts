import { describe, expect, it } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import type { Schema } from '#esql/schema.ts';

const schema: Schema = new Map([
  [
    'logs',
    {
      fields: new Map([
        ['message', 'text'],
        ['level', 'keyword'],
        ['n', 'long'],
      ] as const),
      isLookup: false,
    },
  ],
]);

const problemOf = (text: string): string => {
  try {
    checkQuery(text, { schema });
    return '';
  } catch (error) {
    if (error instanceof EsqlError) return error.problems.map(({ message }) => message).join('; ');
    throw error;
  }
};

describe('CATEGORIZE', () => {
  it('is a group by itself, in any place, once', () => {
    expect(problemOf('FROM logs | STATS n = COUNT(*) BY CATEGORIZE(message), level')).toBe('');
    expect(problemOf('FROM logs | STATS n = COUNT(*) BY level, CATEGORIZE(message)')).toBe('');
    expect(problemOf('FROM logs | STATS n = COUNT(*) BY a = CATEGORIZE(message), b = CATEGORIZE(level)')).toBe(
      'CATEGORIZE grouping function [CATEGORIZE(level)] can be used only once in BY',
    );
    expect(problemOf('FROM logs | STATS n = COUNT(*) BY LENGTH(CATEGORIZE(message))')).toBe(
      "CATEGORIZE grouping function [CATEGORIZE(message)] can't be used within other expressions",
    );
  });

  it('takes text only, and stands in no other command', () => {
    expect(problemOf('FROM logs | STATS n = COUNT(*) BY CATEGORIZE(n)')).toContain('must be [string]');
    expect(problemOf('FROM logs | EVAL c = CATEGORIZE(message)')).toBe(
      'cannot use grouping function [CATEGORIZE(message)] outside of a STATS command',
    );
  });

  it('may be repeated in an aggregate expression', () => {
    expect(problemOf('FROM logs | STATS COUNT(*), CONCAT(CATEGORIZE(message), "!") BY CATEGORIZE(message)')).toBe('');
  });
});
