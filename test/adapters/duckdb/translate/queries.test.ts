import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexOf, startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';
import { SHOP_SCHEMA, SHOP_TABLES } from './shop-tables.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(SHOP_SCHEMA, SHOP_TABLES);
});
afterAll(() => engine.close());

const rows = async (query: string, parameters?: Parameters<Engine['records']>[1]): Promise<unknown> =>
  (await engine.run(query, parameters ? { parameters } : {})).rows;
const names = async (query: string): Promise<string> =>
  (await engine.run(query)).columns.map(({ name }) => name).join(', ');

describe('FROM', () => {
  test('gives the columns sorted by name', async () => {
    expect(await names('FROM shop-logs')).toBe(
      '@timestamp, attributes.region, duration_ms, level, message, service.name, status_code',
    );
  });

  test('of several indices has null where one lacks a field', async () => {
    expect(
      await rows(
        'FROM shop-logs, shop-spans | WHERE service.name == "order" | SORT kind | KEEP kind, level, duration_ms',
      ),
    ).toEqual([
      ['server', null, null],
      [null, 'info', 20],
    ]);
  });

  test('takes patterns and exclusions, and never a lookup index by pattern', async () => {
    expect(await rows('FROM shop-* | STATS COUNT(*)')).toEqual([[6]]);
    expect(await rows('FROM "shop-*", -*spans | STATS COUNT(*)')).toEqual([[5]]);
    expect(await rows('FROM * | STATS COUNT(*)')).toEqual([[6]]);
  });

  test('sees no rows outside the range, whose end is excluded', async () => {
    const range = { from: new Date('2026-11-21T10:00:00.001Z'), to: new Date('2026-11-21T10:20:00.000Z') };
    const { rows: counted } = await engine.run('FROM shop-* | STATS COUNT(*)', { range });
    expect(counted).toEqual([[3]]);
    const { rows: single } = await engine.run('FROM empty | STATS COUNT(*)', { range });
    expect(single).toEqual([[0]]);
  });
});

describe('WHERE', () => {
  test('keeps only rows whose condition is true, so that null is dropped both ways', async () => {
    expect(await rows('FROM shop-logs | WHERE level == "error" | STATS COUNT(*)')).toEqual([[2]]);
    expect(await rows('FROM shop-logs | WHERE level != "error" | STATS COUNT(*)')).toEqual([[2]]);
    expect(await rows('FROM shop-logs | WHERE NOT (level == "error") | STATS COUNT(*)')).toEqual([[2]]);
    expect(await rows('FROM shop-logs | WHERE level IS NULL | STATS COUNT(*)')).toEqual([[1]]);
    expect(await rows('FROM shop-logs | WHERE null | STATS COUNT(*)')).toEqual([[0]]);
  });

  test('compares dates with string literals and spans', async () => {
    expect(
      await rows(
        'FROM shop-logs | WHERE @timestamp >= "2026-11-21T10:05:00Z" AND @timestamp < NOW() - 99 minutes | STATS COUNT(*)',
      ),
    ).toEqual([[3]]);
  });

  test('reads attributes', async () => {
    expect(await rows('FROM shop-logs | WHERE attributes.region LIKE "e*" | STATS COUNT(*)')).toEqual([[2]]);
    expect(await rows('FROM shop-logs | WHERE message LIKE "*5%" | STATS COUNT(*)')).toEqual([[1]]);
  });
});

describe('EVAL, KEEP, DROP and RENAME', () => {
  test('EVAL moves a replaced column to the end, and later fields see earlier ones', async () => {
    expect(await names('ROW a = 1, b = 2 | EVAL a = a + 1, c = a * 10')).toBe('b, a, c');
    expect(await rows('ROW a = 1, b = 2 | EVAL a = a + 1, c = a * 10')).toEqual([[2, 2, 20]]);
  });

  test('EVAL without a name is called by its text, verbatim', async () => {
    expect(await names('ROW a = 1 | EVAL a  + 1, ROUND( a )')).toBe('a, a  + 1, ROUND( a )');
    expect(await rows('ROW a = 1 | EVAL a  + 1 | KEEP `a  + 1`')).toEqual([[2]]);
  });

  test.each([
    ['KEEP b, a', 'b, a'],
    ['KEEP a, b, a', 'b, a'],
    ['KEEP *, a', 'b, ab, c, a'],
    ['KEEP a, *', 'a, b, ab, c'],
    ['KEEP a*, ab', 'a, ab'],
    ['KEEP ab, a*', 'ab, a'],
    ['KEEP *, a*', 'b, c, a, ab'],
    ['KEEP a*, *', 'a, ab, b, c'],
    ['KEEP *b', 'b, ab'],
    ['DROP a', 'b, ab, c'],
    ['DROP a*', 'b, c'],
    ['DROP a, c', 'b, ab'],
    ['RENAME a AS z', 'z, b, ab, c'],
    ['RENAME z = a', 'z, b, ab, c'],
    ['RENAME a AS c', 'c, b, ab'],
    ['RENAME a AS t, b AS a, t AS b', 'b, a, ab, c'],
    ['RENAME a AS a', 'a, b, ab, c'],
  ])('%s gives %s', async (command, expected) => {
    expect(await names(`ROW a = 1, b = 2, ab = 3, c = 4 | ${command}`)).toBe(expected);
  });

  test('a swap by RENAME swaps the values', async () => {
    expect(await engine.records('ROW a = 1, b = 2 | RENAME a AS t, b AS a, t AS b')).toEqual([{ a: 2, b: 1 }]);
  });

  test('names differ by case, though the engine ignores it', async () => {
    expect(await engine.records('ROW a = 1, A = 2 | EVAL `Á` = 3, `select` = a + A')).toEqual([
      { a: 1, A: 2, Á: 3, select: 3 },
    ]);
  });
});

describe('SORT and LIMIT', () => {
  test('nulls count as the greatest, unless it is said otherwise', async () => {
    const last = async (keys: string): Promise<unknown> =>
      rows(`FROM shop-logs | SORT ${keys} | KEEP duration_ms | LIMIT 2`);
    expect(await last('duration_ms')).toEqual([[10.5], [20]]);
    expect(await last('duration_ms DESC')).toEqual([[null], [900]]);
    expect(await last('duration_ms NULLS FIRST')).toEqual([[null], [10.5]]);
    expect(await last('duration_ms DESC NULLS LAST')).toEqual([[900], [30]]);
    expect(await last('-duration_ms')).toEqual([[900], [30]]);
  });

  test('the order survives the commands after it', async () => {
    expect(
      await rows(
        'FROM shop-logs | SORT duration_ms DESC NULLS LAST | EVAL d = duration_ms | WHERE d > 10 | DROP duration_ms | LIMIT 3 | KEEP d',
      ),
    ).toEqual([[900], [30], [20]]);
    expect(
      await rows(
        'FROM shop-logs | SORT duration_ms | LIMIT 3 | SORT level DESC, duration_ms DESC | KEEP level, duration_ms',
      ),
    ).toEqual([
      ['info', 20],
      ['info', 10.5],
      ['error', 30],
    ]);
  });

  test('strings sort by bytes, false before true', async () => {
    expect(await rows('FROM shop-logs | EVAL late = duration_ms > 25 | SORT late, level | KEEP late, level')).toEqual([
      [false, 'info'],
      [false, 'info'],
      [true, 'error'],
      [true, 'error'],
      [null, null],
    ]);
  });

  test('LIMIT applies where it stands', async () => {
    expect(await rows('FROM shop-logs | LIMIT 2 | STATS COUNT(*)')).toEqual([[2]]);
    expect(await rows('FROM shop-logs | LIMIT 0')).toEqual([]);
  });

  test('a query without LIMIT gets the default one, with a warning; a greater one is cut', async () => {
    const without = await engine.run('FROM shop-logs');
    expect(without.rowLimit).toBe(1000);
    expect(without.warnings).toEqual(['Without a LIMIT the answer has at most 1,000 rows']);
    const greater = await engine.run('FROM shop-logs | LIMIT 20000');
    expect(greater.rowLimit).toBe(10_000);
    expect(greater.warnings).toEqual(['LIMIT 20000 was cut to 10,000']);
    const cut = await engine.run('FROM shop-logs | LIMIT 20000', { maxRows: 3 });
    expect(cut.rows).toHaveLength(3);
    expect((await engine.run('FROM shop-logs | LIMIT 2')).rowLimit).toBe(2);
    expect((await engine.run('FROM shop-logs | LIMIT 2 | STATS c = COUNT(*) BY level')).rowLimit).toBe(10_000);
  });
});

describe('LOOKUP JOIN', () => {
  test('keeps every row, null where nothing matches, one row per match, and overwrites columns', async () => {
    expect(await names('FROM shop-logs | LOOKUP JOIN sentinel-thresholds ON service.name | LIMIT 1')).toBe(
      '@timestamp, attributes.region, duration_ms, message, service.name, status_code, level, tm',
    );
    expect(
      await rows(
        'FROM shop-logs | LOOKUP JOIN sentinel-thresholds ON service.name | SORT @timestamp, tm | KEEP service.name, duration_ms, tm, level',
      ),
    ).toEqual([
      ['payment', 10.5, 100, 'high'],
      ['payment', 900, 100, 'high'],
      ['payment', null, 100, 'high'],
      ['order', 20, 15, 'a'],
      ['order', 20, 25, 'b'],
      [null, 30, null, null],
    ]);
  });

  test('joins on a key that was renamed or computed', async () => {
    expect(
      await rows(
        'ROW s = "PAYMENT" | EVAL service.name = TO_LOWER(s) | LOOKUP JOIN sentinel-thresholds ON service.name | KEEP tm',
      ),
    ).toEqual([[100]]);
  });
});

describe('parameters', () => {
  test('are named, positional or anonymous, and identifiers', async () => {
    expect(await rows('FROM shop-logs | WHERE level == ?level | STATS COUNT(*)', { level: 'error' })).toEqual([[2]]);
    expect(await rows('ROW a = ?2, b = ?1', [1, 'x'])).toEqual([['x', 1]]);
    expect(await rows('ROW a = ?, b = ?, c = ?', [1.5, null, true])).toEqual([[1.5, null, true]]);
    expect(
      await rows('FROM shop-logs | STATS n = ??f(??c) BY ??g | SORT ??g | LIMIT 1', {
        f: 'max',
        c: 'duration_ms',
        g: 'service.name',
      }),
    ).toEqual([[20, 'order']]);
    expect(
      await rows('FROM shop-logs | SORT ?? DESC NULLS LAST | KEEP ?? | LIMIT ?', ['duration_ms', 'duration_ms', 1]),
    ).toEqual([[900]]);
  });

  test('are typed as JSON is', async () => {
    const { columns } = await engine.run('ROW a = ?, b = ?, c = ?, d = ?, e = ?', {
      parameters: [1, 3_000_000_000, 0.5, 'x', null],
    });
    expect(columns.map(({ type }) => type)).toEqual(['integer', 'long', 'double', 'keyword', 'null']);
  });

  test('convert to dates and spans like literals', async () => {
    expect(
      await rows('FROM shop-logs | WHERE @timestamp >= ?from | STATS COUNT(*)', { from: '2026-11-21T10:06:00Z' }),
    ).toEqual([[2]]);
    expect(await engine.value('DATE_TRUNC(?s, NOW())', { s: '1 day' })).toBe('2026-11-21T00:00:00.000Z');
  });
});

describe('what a query says never becomes SQL', () => {
  const EVIL = [`'; DROP TABLE empty; --`, `"; DROP TABLE empty; --`, '$1', '@1@', '?', "\\' OR 1=1", 'c1', ') FROM x'];

  test.each(EVIL)('%s as a string, a parameter, a pattern and a name', async (evil) => {
    const literal = `"${evil.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
    expect(await engine.value(literal)).toBe(evil);
    expect(await engine.value('?', [evil])).toBe(evil);
    expect(await engine.value(`CONCAT(${literal}, ?) LIKE CONCAT(?, "x")`.replace(/ LIKE .*/, ''), [evil])).toBe(
      evil + evil,
    );
    expect(await engine.value(`${literal} LIKE ?p`, { p: evil.replaceAll('\\', '\\\\').replaceAll('?', '\\?') })).toBe(
      true,
    );
    const name = `\`${evil.replaceAll('`', '``')}\``;
    expect(
      await engine.records(`ROW ${name} = 1 | EVAL b = ${name} + 1 | STATS SUM(b) BY ${name} | DROP \`SUM(b)\``),
    ).toEqual([{ [evil]: 1 }]);
    expect(await engine.records('ROW ??n = 1', { n: evil })).toEqual([{ [evil]: 1 }]);
    expect(await rows('FROM empty | STATS COUNT(*)')).toEqual([[0]]);
  });

  test('an attribute whose name looks like a placeholder stays a name', async () => {
    const odd = new Map([['shop-logs', indexOf({ 'attributes.$1@1@': 'keyword', level: 'keyword' })]]);
    const other = await startEngine(odd, SHOP_TABLES.slice(0, 2));
    expect(
      (await other.run('FROM shop-logs | WHERE `attributes.$1@1@` IS NULL AND level == "info"')).rows,
    ).toHaveLength(2);
    other.close();
  });

  test('a string may hold a zero character', async () => {
    expect(await engine.value('LENGTH(?)', ['a\u0000b'])).toBe(3);
  });
});

test('the two queries of detection run as they are written', async () => {
  const parameters = { from: '2026-11-21T09:15:00.000Z', to: '2026-11-21T10:20:00.000Z' };
  expect(
    await engine.records(
      `FROM shop-logs | WHERE @timestamp >= ?from AND @timestamp < ?to
       | STATS n=COUNT(duration_ms), p50=PERCENTILE(duration_ms,50), p99=PERCENTILE(duration_ms,99) BY service.name, b = BUCKET(@timestamp, 5 minutes) | LIMIT 10000`,
      parameters,
    ),
  ).toHaveLength(3);
  const counted = await engine.records(
    `FROM shop-logs | WHERE @timestamp >= ?from AND @timestamp < ?to
     | LOOKUP JOIN sentinel-thresholds ON service.name
     | EVAL age = DATE_DIFF("seconds", @timestamp, ?to), slot = CASE(age<120, age/30, age<180, 4, age<300, 5, 5+age/300)  // h0..h3, m3, m5, b0..b11
     | STATS n=COUNT(*), e=COUNT(*) WHERE status_code >= 500 OR (status_code IS NULL AND level IN ("error", "critical", "fatal")),
             nd=COUNT(duration_ms), mid=COUNT(*) WHERE duration_ms>tm BY service.name, slot | SORT service.name, slot | LIMIT 10000`,
    parameters,
  );
  expect(counted).toEqual([
    { n: 2, e: 0, nd: 2, mid: 1, 'service.name': 'order', slot: 7 },
    { n: 2, e: 1, nd: 1, mid: 1, 'service.name': 'payment', slot: 8 },
    { n: 1, e: 0, nd: 1, mid: 0, 'service.name': 'payment', slot: 9 },
  ]);
});
