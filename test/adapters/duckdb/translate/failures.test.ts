import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexOf, startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';

const schema = new Map([
  ['requests', indexOf({ service: 'keyword', bad: 'long', total: 'long', code: 'keyword', at: 'date' })],
]);

const TABLES = [
  'CREATE TABLE requests (service VARCHAR, bad BIGINT, total BIGINT, code VARCHAR, "at" TIMESTAMP)',
  `INSERT INTO requests VALUES
    ('cart', 1, 10, '200', '2026-11-21 10:00:00'),
    ('cart', 0, 0, 'none', '2026-11-21 10:01:00'),
    ('checkout', 3, 0, '5x3', '2026-11-21 10:02:00'),
    ('checkout', NULL, 0, NULL, NULL),
    ('search', 9223372036854775807, 1, '99999999999', '2026-11-21 10:03:00')`,
];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(schema, TABLES);
});
afterAll(() => engine.close());

const warningsOf = async (query: string): Promise<readonly string[]> =>
  (await engine.run(`${query} | LIMIT 1000`)).warnings;

const failed = (place: string, source: string, ...reasons: readonly string[]): readonly string[] => [
  `Line ${place}: evaluation of [${source}] failed, treating result as null. Only first 20 failures recorded.`,
  ...reasons.map((reason) => `Line ${place}: ${reason}`),
];

test('a condition of several values is null, and AND and OR tell nobody, as NOT does', async () => {
  const why = 'java.lang.IllegalArgumentException: single-value function encountered multi-value';
  expect(await warningsOf('ROW b = [true, false] | EVAL x = b AND true OR (b) AND true AND b | KEEP x')).toEqual([]);
  expect(await warningsOf('ROW b = [true, false] | EVAL x = NOT b | KEEP x')).toEqual(failed('1:34', 'NOT b', why));
});

describe('a value that cannot be computed is null and told with its place and reason', () => {
  test.each([
    ['3 % 0', 'java.lang.ArithmeticException: / by zero'],
    ['1 / 0', 'java.lang.ArithmeticException: / by zero'],
    ['1.0 / 0', 'java.lang.ArithmeticException: / by zero'],
    ['2000000000 + 2000000000', 'java.lang.ArithmeticException: integer overflow'],
    ['9223372036854775807 - -1', 'java.lang.ArithmeticException: long overflow'],
    ['1e308 * -10.0', 'java.lang.ArithmeticException: not a finite double number: -Infinity'],
    ['LOG(-1)', 'java.lang.ArithmeticException: Log of non-positive number'],
    ['LOG(1, 5)', 'java.lang.ArithmeticException: Log of base 1'],
    ['SQRT(-4)', 'java.lang.ArithmeticException: Square root of negative'],
    ['ACOS(2)', 'java.lang.ArithmeticException: Acos input out of range'],
    ['POW(10, 400)', 'java.lang.ArithmeticException: not a finite double number: Infinity'],
    ['TO_LONG("1k")', 'org.elasticsearch.xpack.esql.core.InvalidArgumentException: Cannot parse number [1k]'],
    [
      'TO_INTEGER(3000000000)',
      'org.elasticsearch.xpack.esql.core.InvalidArgumentException: [3000000000] out of [integer] range',
    ],
    ['"3e9"::integer', 'org.elasticsearch.xpack.esql.core.InvalidArgumentException: [3.0E9] out of [integer] range'],
    ['TO_DOUBLE("")', 'java.lang.NumberFormatException: empty String'],
    ['TO_DOUBLE("1k")', 'java.lang.NumberFormatException: For input string: "1k"'],
    ['TO_LONG("")', 'org.elasticsearch.xpack.esql.core.InvalidArgumentException: Cannot parse number []'],
    [
      'TO_DATETIME("yesterday")',
      "java.lang.IllegalArgumentException: failed to parse date field [yesterday] with format [yyyy-MM-dd'T'HH:mm:ss.SSS'Z']",
    ],
    [
      'DATE_PARSE("yyyy-MM-dd", "2026-02-29")',
      'java.lang.IllegalArgumentException: failed to parse date field [2026-02-29] with format [yyyy-MM-dd]',
    ],
    [
      'DATE_DIFF("ms", "1970-01-01", "2026-01-01")',
      'org.elasticsearch.xpack.esql.core.InvalidArgumentException: [1767225600000] out of [integer] range',
    ],
    ['REPEAT("a", -1)', 'java.lang.IllegalArgumentException: Number parameter cannot be negative, found [-1]'],
    ['SUBSTRING("abc", 1, -1)', 'java.lang.IllegalArgumentException: Length parameter cannot be negative, found [-1]'],
  ])('%s', async (expression, reason) => {
    const { rows, warnings } = await engine.run(`ROW r = ${expression} | LIMIT 1`);
    expect(rows).toEqual([[null]]);
    expect(warnings).toEqual(failed('1:9', expression, reason));
  });
});

describe('rows', () => {
  test('are told by their reasons, each once', async () => {
    expect(await warningsOf('FROM requests\n| EVAL share = bad / total, n = TO_INTEGER(code)')).toEqual([
      ...failed('2:16', 'bad / total', 'java.lang.ArithmeticException: / by zero'),
      ...failed(
        '2:33',
        'TO_INTEGER(code)',
        'org.elasticsearch.xpack.esql.core.InvalidArgumentException: Cannot parse number [5x3]',
        'org.elasticsearch.xpack.esql.core.InvalidArgumentException: Cannot parse number [none]',
        'org.elasticsearch.xpack.esql.core.InvalidArgumentException: [9.9999999999E10] out of [integer] range',
      ),
    ]);
  });

  test('that a filter, a group or a limit takes away later are told as well', async () => {
    const expected = failed('1:23', 'bad / total', 'java.lang.ArithmeticException: / by zero');
    expect(await warningsOf('FROM requests | WHERE bad / total > 5')).toEqual(expected);
    expect((await warningsOf('FROM requests | STATS m = MAX(bad / total) BY service')).length).toBe(2);
    expect((await warningsOf('FROM requests | SORT bad / total | KEEP service')).length).toBe(2);
  });

  test('that were filtered away before are not', async () => {
    expect(await warningsOf('FROM requests | WHERE total > 0 | EVAL share = bad / total')).toEqual([]);
  });

  test('whose argument is null have not failed', async () => {
    expect(await warningsOf('FROM requests | WHERE bad IS NULL | EVAL share = bad / total')).toEqual([]);
  });

  test('are told of the innermost part that failed, not of what is around it', async () => {
    expect(await warningsOf('FROM requests | EVAL share = ROUND(100.0 * (bad / total) + 1, 1)')).toEqual(
      failed('1:45', 'bad / total', 'java.lang.ArithmeticException: / by zero'),
    );
  });

  test('of an assignment that uses the one before it are told at both places', async () => {
    expect(await warningsOf('FROM requests | EVAL less = total - 1, share = bad / (less + 1)')).toEqual(
      failed('1:48', 'bad / (less + 1)', 'java.lang.ArithmeticException: / by zero'),
    );
  });
});

describe('a guard', () => {
  test.each([
    'CASE(total > 0, bad / total)',
    'CASE(total == 0, 0, ROUND(100.0 * bad / total, 1))',
    'CASE(total == 0, -1, bad < 0, 7, bad / total * 2)',
    'COALESCE(total / 1, bad / 0)',
  ])('%s keeps the division from its rows', async (expression) => {
    expect(await warningsOf(`FROM requests | WHERE bad < 5 | EVAL share = ${expression}`)).toEqual([]);
  });

  test('does not hide what its own branch cannot compute', async () => {
    expect(await warningsOf('FROM requests | EVAL share = CASE(service == "checkout", bad / total)')).toEqual(
      failed('1:58', 'bad / total', 'java.lang.ArithmeticException: / by zero'),
    );
  });
});

describe('aggregates', () => {
  test('a sum beyond long is null and told', async () => {
    const { rows, warnings } = await engine.run('FROM requests | STATS s = SUM(bad) | LIMIT 1');
    expect(rows).toEqual([[null]]);
    expect(warnings).toEqual(failed('1:27', 'SUM(bad)', 'java.lang.ArithmeticException: long overflow'));
  });

  test('a rate around aggregates is told at its own place', async () => {
    expect(
      await warningsOf(
        'FROM requests | WHERE bad < 5 | STATS rate = SUM(bad) / SUM(total) BY service | WHERE rate > 0',
      ),
    ).toEqual(failed('1:46', 'SUM(bad) / SUM(total)', 'java.lang.ArithmeticException: / by zero'));
  });
});

test('a query that cannot fail asks nothing twice', async () => {
  expect(await warningsOf('FROM requests | WHERE at > NOW() - 1 hour | EVAL hundreds = total / 100')).toEqual([]);
});

test('twenty reasons of one place are told, and no more', async () => {
  const names = Array.from({ length: 30 }, (_, at) => `('s', 0, 0, 'x${String(at).padStart(2, '0')}', NULL)`);
  const many = await startEngine(schema, [TABLES[0] ?? '', `INSERT INTO requests VALUES ${names.join(', ')}`]);
  const { warnings } = await many.run('FROM requests | EVAL n = TO_LONG(code) | STATS COUNT(n) | LIMIT 1');
  const { warnings: ofFive } = await many.run('FROM requests | EVAL n = TO_LONG(code) | LIMIT 5');
  many.close();
  expect(warnings).toHaveLength(21);
  expect(ofFive).toHaveLength(6);
});

describe('what is left out of a query over indices is not evaluated', () => {
  test.each([
    'FROM requests | EVAL x = bad / total | DROP x',
    'FROM requests | EVAL x = bad / total, n = LENGTH(service) | STATS MAX(n)',
    'FROM requests | EVAL x = bad / total | WHERE total > 0',
    'FROM requests | EVAL x = bad / total | EVAL y = x + 1 | SORT service | WHERE total > 0 AND service == "cart"',
    'FROM requests | SORT at | EVAL x = bad / total | LIMIT 1',
    'FROM requests | EVAL x = bad / total | LIMIT 0',
  ])('%s', async (query) => expect(await warningsOf(query)).toEqual([]));

  test.each([
    'FROM requests | EVAL x = bad / total | WHERE x > 0 OR total > 0',
    'FROM requests | EVAL x = bad / total, y = x | DROP x',
    'FROM requests | EVAL x = bad / total | SORT x | LIMIT 1',
    'FROM requests | SORT at | LIMIT 3 | EVAL x = bad / total | STATS MAX(x)',
    'FROM requests | STATS s = SUM(bad / total) | WHERE s < 0',
  ])('but %s is', async (query) =>
    expect(await warningsOf(query)).toContainEqual(expect.stringContaining('[bad / total] failed')),
  );
});
