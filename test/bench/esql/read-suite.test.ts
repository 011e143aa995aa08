import { describe, expect, test } from 'vitest';
import { readExpectedTable } from '../../../bench/esql/expected-table.ts';
import { readSuite } from '../../../bench/esql/read-suite.ts';
import { readTable } from '../../../bench/esql/read-table.ts';

describe('a suite', () => {
  test('is titles, queries, options and tables; comments and what other runners need are left out', () => {
    const cases = readSuite(
      [
        '// tag::first[]',
        'first#[skip:-8.11, reason:whatever]',
        'required_capability: something',
        'FROM a',
        '  // not part of it',
        '  | KEEP x;',
        'ignoreOrder:true',
        'warning:Line 1:1: oh: no',
        'x:integer',
        '1',
        ';',
        '',
        'second',
        'ROW a = ?b',
        ';',
        'params:[{"b": 1}]',
        'ignoreWarnings:true',
        'error: .*\\[b\\]',
        ';',
      ].join('\r\n'),
    );
    expect(cases).toMatchObject([
      {
        title: 'first',
        line: 2,
        query: 'FROM a\n| KEEP x',
        ignoresOrder: true,
        warnings: ['Line 1:1: oh: no'],
        table: ['x:integer', '1'],
        fault: null,
      },
      { title: 'second', query: 'ROW a = ?b', parameters: { b: 1 }, ignoresWarnings: true, error: '.*\\[b\\]' },
    ]);
  });

  test('goes on after an error that is expected, whether or not a semicolon ends its case', () => {
    const cases = readSuite(
      [
        'one',
        'ROW a = b;',
        'error: b',
        '',
        'two',
        'ROW a = 1',
        ';',
        'a:integer',
        '1',
        ';',
        'three',
        'x;',
        'error: x',
      ].join('\n'),
    );
    expect(cases).toMatchObject([
      { title: 'one', error: 'b', table: [], fault: null },
      { title: 'two', query: 'ROW a = 1', error: null, table: ['a:integer', '1'], fault: null },
      { title: 'three', query: 'x', error: 'x', fault: null },
    ]);
  });

  test('that is broken is a case with a fault, and no reason to stop', () => {
    expect(readSuite('lost\nFROM a').map(({ fault }) => fault)).toEqual(['the file ends within the case']);
    expect(readSuite('bad\nROW a = 1;\nparams:{oh\na:integer\n1\n;')[0]?.fault).toBe('params are not JSON: {oh');
  });
});

test('a table of data has types, nulls, quotes, escapes and several values', () => {
  const { table, leftOut } = readTable(
    't',
    'a:integer, b.c : keyword ,d:date,e:geo_point,f:keyword\n1,[y,x\\, z,x\\, z],2020-01-02T03:04:05Z,POINT(1 1),"q, ""r"""\n , [] ,null,,""',
  );
  expect(leftOut).toEqual(['e']);
  expect(table.columns).toEqual([
    { name: 'a', type: 'integer', isMulti: false },
    { name: 'b.c', type: 'keyword', isMulti: true },
    { name: 'd', type: 'date', isMulti: false },
    { name: 'f', type: 'keyword', isMulti: false },
  ]);
  expect(table.rows).toEqual([
    ['1', ['x, z', 'y'], '2020-01-02T03:04:05.000Z', 'q, "r"'],
    [null, null, null, ''],
  ]);
});

test('an expected table has casts in names, bars in quotes, nulls and several values', () => {
  const { fields, rows } = readExpectedTable([
    'x::long:long | `a b`:s|n:geo_point',
    '5 | "a|b" | null',
    '[1, 2] | [a\\, b] |',
  ]);
  expect(fields.map(({ name, type }) => [name, type])).toEqual([
    ['x::long', 'long'],
    ['`a b`', 'keyword'],
    ['n', undefined],
  ]);
  expect(rows).toEqual([
    ['5', 'a|b', null],
    [['1', '2'], 'a, b', ''],
  ]);
});

test('a suite from another editor reads the same: a byte order mark, tabs, values over lines, bars with a backslash', () => {
  const [spec] = readSuite('\u{FEFF}odd\r\nROW a = 1;\r\n\r\na:s\t|\tb:s\r\n"one\r\ntwo" | x\\|y\r\n3 | 4\r\n;');
  expect(spec).toMatchObject({ title: 'odd', query: 'ROW a = 1', fault: null });
  expect(readExpectedTable(spec?.table ?? [])).toMatchObject({
    fields: [{ name: 'a' }, { name: 'b' }],
    rows: [
      ['one\ntwo', 'x|y'],
      ['3', '4'],
    ],
  });
});

test('a date without its zone is UTC on every machine, and names of types have their short forms', () => {
  const { table } = readTable(
    't',
    '\u{FEFF}d:dt,i:i,b:bool,t:match_only_text\n2020-01-02T03:04:05,1,true,x\n2020-01-02 03:04,2,,',
  );
  expect(table.columns.map(({ type }) => type)).toEqual(['date', 'integer', 'boolean', 'text']);
  expect(table.rows.map(([date]) => date)).toEqual(['2020-01-02T03:04:05.000Z', '2020-01-02T03:04:00.000Z']);
});
