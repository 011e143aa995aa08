import { describe, expect, test } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import type { Schema } from '#esql/schema.ts';

const schema: Schema = new Map([['logs', { fields: new Map([['level', 'keyword']]), isLookup: false }]]);

const errorOf = (query: string): EsqlError => {
  try {
    checkQuery(query, { schema });
  } catch (error) {
    if (error instanceof EsqlError) return error;
    throw error;
  }
  throw new Error('the query is right');
};

describe('report', () => {
  test('shows the line with a caret under the whole of what is wrong', () => {
    expect(errorOf('FROM logs | WHERE levl == "error"').report()).toBe(
      [
        'line 1, column 19: Unknown column [levl], did you mean [level]?',
        'FROM logs | WHERE levl == "error"',
        '                  ^^^^',
      ].join('\n'),
    );
  });

  test('shows 16 characters either side of the caret in a long line', () => {
    expect(errorOf('FROM logs\n| WHERE level == "error" AND levl == "error" AND level == "a"').report()).toBe(
      [
        'line 2, column 30: Unknown column [levl], did you mean [level]?',
        '… == "error" AND levl == "error" AND …',
        '                 ^^^^',
      ].join('\n'),
    );
  });

  test('counts code points, so that the caret stands right after an emoji', () => {
    expect(errorOf('ROW a = "🔥", b = nope').report().split('\n').slice(1)).toEqual([
      'ROW a = "🔥", b = nope',
      '                 ^^^^',
    ]);
  });

  test('shows the end of the text', () => {
    expect(errorOf('FROM logs |').report().split('\n').slice(1)).toEqual(['FROM logs |', '           ^']);
  });

  test('lists every problem', () => {
    const error = errorOf('FROM logs | KEEP a, b');
    expect(error.message).toBe(
      'Found 2 problems\nline 1:18: Unknown column [a]; there is level\nline 1:21: Unknown column [b]',
    );
    expect(error.report().split('\n\n')).toHaveLength(2);
  });
});
