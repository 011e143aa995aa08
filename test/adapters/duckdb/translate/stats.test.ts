import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';
import { SHOP_SCHEMA, SHOP_TABLES } from './shop-tables.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(SHOP_SCHEMA, SHOP_TABLES);
});
afterAll(() => engine.close());

const rows = async (query: string, parameters?: Parameters<Engine['records']>[1]): Promise<unknown> =>
  (await engine.run(query, parameters ? { parameters } : {})).rows;

describe('STATS', () => {
  test('without BY gives exactly one row, also on no input', async () => {
    expect(
      await engine.records(
        'FROM empty | STATS c = COUNT(*), d = COUNT(a), u = COUNT_DISTINCT(b), s = SUM(a), v = AVG(a), m = MIN(b), p = PERCENTILE(a, 90), e = MEDIAN(a), sd = STD_DEV(a), mad = MEDIAN_ABSOLUTE_DEVIATION(a)',
      ),
    ).toEqual([{ c: 0, d: 0, u: 0, s: null, v: null, m: null, p: null, e: null, sd: null, mad: null }]);
  });

  test('tells spread, weight, presence and what came first', async () => {
    expect(
      await engine.records(
        'FROM shop-logs | STATS v = VARIANCE(status_code), w = WEIGHTED_AVG(duration_ms, status_code), p = PRESENT(level), a = ABSENT(level), pf = PRESENT(level) WHERE status_code > 900, f = FIRST(message, @timestamp), l = LAST(duration_ms, @timestamp)',
      ),
    ).toEqual([
      {
        v: 22_727.6875,
        w: (10.5 * 200 + 900 * 504 + 20 * 201 + 30 * 500) / (200 + 504 + 201 + 500),
        p: true,
        a: false,
        pf: false,
        f: 'paid',
        l: 30,
      },
    ]);
    expect(
      await engine.records(
        'FROM empty | STATS v = VARIANCE(a), w = WEIGHTED_AVG(a, a), p = PRESENT(a), n = ABSENT(a), f = FIRST(b, a)',
      ),
    ).toEqual([{ v: null, w: null, p: false, n: true, f: null }]);
  });

  test('with BY gives no rows on no input', async () => {
    expect(await rows('FROM empty | STATS c = COUNT(*) BY b')).toEqual([]);
  });

  test('null is a group, and aggregates skip nulls', async () => {
    expect(
      await engine.records(
        'FROM shop-logs | STATS n = COUNT(*), d = COUNT(duration_ms), m = MAX(message) BY level | SORT level',
      ),
    ).toEqual([
      { n: 2, d: 2, m: 'who am I', level: 'error' },
      { n: 2, d: 2, m: 'paid', level: 'info' },
      { n: 1, d: 0, m: null, level: null },
    ]);
  });

  test('a filter of an aggregate does not remove groups', async () => {
    expect(
      await engine.records(
        'FROM shop-logs | STATS bad = COUNT(*) WHERE status_code >= 500, COUNT(*) WHERE level == "info", slow = MAX(duration_ms) WHERE status_code >= 500 BY service.name | SORT service.name',
      ),
    ).toEqual([
      { bad: 0, 'COUNT(*) WHERE level == "info"': 1, slow: null, 'service.name': 'order' },
      { bad: 1, 'COUNT(*) WHERE level == "info"': 1, slow: 900, 'service.name': 'payment' },
      { bad: 1, 'COUNT(*) WHERE level == "info"': 0, slow: 30, 'service.name': null },
    ]);
  });

  test('counts a condition that is true or null', async () => {
    expect(await rows('FROM shop-logs | STATS COUNT(status_code >= 500 OR null), COUNT(), COUNT(level)')).toEqual([
      [2, 5, 4],
    ]);
  });

  test('takes expressions around and inside aggregates, and in BY', async () => {
    expect(
      await engine.records(
        'FROM shop-logs | STATS rate = 100.0 * SUM(CASE(status_code >= 500, 1, 0)) / COUNT(*), half = COUNT(*) / 2 BY known = service.name IS NOT NULL | SORT known',
      ),
    ).toEqual([
      { rate: 100, half: 0, known: false },
      { rate: 25, half: 2, known: true },
    ]);
  });

  test('takes groups inside the expressions of aggregates', async () => {
    expect(
      await rows('FROM shop-logs | STATS x = COUNT(*) + LENGTH(level) BY level | SORT level | KEEP x, level'),
    ).toEqual([
      [7, 'error'],
      [6, 'info'],
      [null, null],
    ]);
    expect(
      await rows(
        'FROM shop-logs | STATS m = MAX(BUCKET(duration_ms, 100)), s = BUCKET(duration_ms, 100) + 1 BY BUCKET(duration_ms, 100) | SORT m | LIMIT 1',
      ),
    ).toEqual([[0, 1, 0]]);
  });

  test('BY alone gives the distinct values', async () => {
    expect(await rows('FROM shop-logs | STATS BY level | SORT level')).toEqual([['error'], ['info'], [null]]);
  });

  test('a group beats an aggregate of the same name, the last of a name stays, with a warning', async () => {
    const answer = await engine.run(
      'FROM shop-logs | STATS level = COUNT(*), n = MAX(status_code), n = COUNT(*) BY level | SORT level | LIMIT 1',
    );
    expect(answer.columns.map(({ name }) => name)).toEqual(['n', 'level']);
    expect(answer.rows).toEqual([[2, 'error']]);
    expect(answer.warnings).toEqual([
      "Line 1:24: Field 'level' shadowed by field at line 1:80",
      "Line 1:42: Field 'n' shadowed by field at line 1:64",
    ]);
  });

  test('statistics are those of the definition', async () => {
    const { rows: found } = await engine.run(
      'FROM shop-logs | WHERE duration_ms IS NOT NULL | STATS MEDIAN(duration_ms), PERCENTILE(duration_ms, 90), MEDIAN_ABSOLUTE_DEVIATION(duration_ms), STD_DEV(duration_ms), AVG(status_code), SUM(duration_ms), SUM(status_code), PERCENTILE(duration_ms, 0) WHERE level == "info"',
    );
    const values = [10.5, 900, 20, 30];
    const mean = values.reduce((a, b) => a + b) / 4;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
    const expected = [25, 30 + 0.7 * 870, 9.75, deviation, 1405 / 4, 960.5, 1405, 10.5];
    for (const [at, value] of expected.entries()) expect(found[0]?.[at]).toBeCloseTo(value, 9);
  });

  test('a sum beyond long is null', async () => {
    expect(await rows('FROM shop-logs | EVAL big = 9223372036854775807 | STATS SUM(big), COUNT(*)')).toEqual([
      [null, 5],
    ]);
  });

  test('several STATS follow each other', async () => {
    expect(await rows('FROM shop-logs | STATS n = COUNT(*) BY level | STATS most = MAX(n), groups = COUNT(*)')).toEqual(
      [[2, 3]],
    );
  });
});

describe('BUCKET', () => {
  test.each([
    'BUCKET(duration_ms, 0, 0, 0)',
    'BUCKET(duration_ms, 0.0)',
    'BUCKET(duration_ms, -1, 0, 0)',
    'BUCKET(duration_ms, 100000000000, 0, 0)',
  ])('%s of no width is null with a warning', async (bucket) => {
    const answer = await engine.run(`FROM shop-logs | STATS most = MAX(duration_ms) BY b = ${bucket}`);
    expect(answer.rows).toEqual([[900, null]]);
    expect(answer.warnings).toContainEqual(
      expect.stringMatching(/^Line 1:\d+: java\.lang\.ArithmeticException: \/ by zero$/),
    );
  });

  test('takes constants that are computed before it', async () => {
    expect(
      await rows(
        `FROM shop-logs | EVAL n = CONCAT("1", "0")::int, size = n * 10 | STATS c = COUNT(*) BY b = BUCKET(duration_ms, size) | SORT b`,
      ),
    ).toEqual(await rows('FROM shop-logs | STATS c = COUNT(*) BY b = BUCKET(duration_ms, 100) | SORT b'));
    expect(
      await rows(
        'FROM shop-logs | STATS c = COUNT(*) BY b = BUCKET(@timestamp, 2 + 3, TO_DATETIME("2026-11-21T10:00:00Z"), "2026-11-21T10:25:00Z"::date) | SORT b',
      ),
    ).toEqual(await rows('FROM shop-logs | STATS c = COUNT(*) BY b = BUCKET(@timestamp, 5 minutes) | SORT b'));
  });

  const at = (time: string): string => `2026-11-21T${time}.000Z`;

  test('floors dates to a span; empty buckets do not appear', async () => {
    expect(await rows('FROM shop-logs | STATS COUNT(*) BY b = BUCKET(@timestamp, 5 minutes) | SORT b')).toEqual([
      [2, at('10:00:00')],
      [2, at('10:05:00')],
      [1, at('10:20:00')],
    ]);
    expect(await rows('FROM shop-logs | STATS COUNT(*) BY b = BUCKET(@timestamp, 1 week)')).toEqual([
      [5, '2026-11-16T00:00:00.000Z'],
    ]);
    expect(await rows('FROM shop-logs | STATS COUNT(*) BY b = BUCKET(@timestamp, ?s)', { s: '1 month' })).toEqual([
      [5, '2026-11-01T00:00:00.000Z'],
    ]);
  });

  test.each([
    [12, 'NOW() - 6 hours', 'NOW()', '10:00:00', '10:00:00'],
    [40, '"2026-11-21T06:00:00Z"', '"2026-11-21T12:00:00Z"', '10:00:00', '10:20:00'],
    [3, '"2026-11-21T06:00:00Z"', '"2026-11-21T12:00:00Z"', '09:00:00', '09:00:00'],
  ])('divides a range into at most %i buckets', async (buckets, from, to, first, last) => {
    const found = await rows(
      `FROM shop-logs | STATS c = COUNT(*) BY b = BUCKET(@timestamp, ${buckets}, ${from}, ${to}) | STATS MIN(b), MAX(b)`,
    );
    expect(found).toEqual([[at(first), at(last)]]);
  });

  test('floors numbers to a width, also below zero', async () => {
    expect(await rows('FROM shop-logs | STATS c = COUNT(*) BY b = BUCKET(duration_ms - 15, 10) | SORT b')).toEqual([
      [1, -10],
      [1, 0],
      [1, 10],
      [1, 880],
      [1, null],
    ]);
    expect(
      await rows('FROM shop-logs | STATS c = COUNT(*) BY b = BUCKET(duration_ms, 8, 0, 300) | SORT b | LIMIT 2'),
    ).toEqual([
      [3, 0],
      [1, 900],
    ]);
  });
});
