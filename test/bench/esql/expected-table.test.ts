import { describe, expect, test } from 'vitest';
import { readExpectedTable } from '../../../bench/esql/expected-table.ts';

const cellsOf = (...rows: readonly string[]) => readExpectedTable(['a:keyword | b:integer', ...rows]).rows;

describe('a row of an expected table', () => {
  test.each([
    ['x | 1', ['x', '1']],
    ['  x y  |  null ', ['x y', null]],
    ['" x " | 1', [' x ', '1']],
    ['"a|b" | 1', ['a|b', '1']],
    [String.raw`a\|b | 1`, ['a|b', '1']],
    ['"say ""hi""" | 1', ['say "hi"', '1']],
    ['say "hi" | 1', ['say "hi"', '1']],
    ['5" disk | 1', ['5" disk', '1']],
    ['"" | 1', ['', '1']],
    [
      '[a, b] | [1, 2]',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['["a, b", c] | 1', [['a, b', 'c'], '1']],
    [String.raw`[a\, b, c] | 1`, [['a, b', 'c'], '1']],
    [String.raw`["a\, b", "c"] | 1`, [['a, b', 'c'], '1']],
    ['[a] | 1', ['a', '1']],
  ])('%s', (row, cells) => {
    expect(cellsOf(row)).toEqual([cells]);
  });

  test('goes on in the next line while a quote is open', () => {
    expect(cellsOf('"first', 'second" | 1', 'x | 2')).toEqual([
      ['first\nsecond', '1'],
      ['x', '2'],
    ]);
  });
});

describe('a header', () => {
  test.each([
    ['a:integer | b', ['a', 'b']],
    ['LENGTH("x"):integer | b:long', ['LENGTH("x")', 'b']],
    ['CONCAT(a, "|"):keyword | b:long', ['CONCAT(a, "|")', 'b']],
    ['"CONCAT(a, ""|"")":keyword | b:long', ['CONCAT(a, "|")', 'b']],
    ['x::long:long', ['x::long']],
    ['x::long', ['x::long']],
  ])('%s', (header, names) => {
    expect(readExpectedTable([header]).fields.map(({ name }) => name)).toEqual(names);
  });
});
