import { describe, expect, it } from 'vitest';
import { isEsql } from '#capabilities/log-query/is-esql.ts';

describe('isEsql', () => {
  it.each([
    ['FROM logs | LIMIT 5', true],
    ['from logs', true],
    ['FROM', true],
    ['FROM "logs"', true],
    ['FROM secrets', true],
    ['from secrets | keep x', true],
    ['ROW x = 1', true],
    ['from gateway errors since 14:00', false],
    ['errors from gateway', false],
    ['row over the last hour', false],
    ['', false],
  ])('takes “%s” for ES|QL: %s', (text, expected) => {
    expect(isEsql(text, ['logs', 'spans', 'metrics'])).toBe(expected);
  });
});
