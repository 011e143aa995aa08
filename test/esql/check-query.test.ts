import { describe, expect, test } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import type { Parameters } from '#esql/checked-query.ts';
import { EsqlError } from '#esql/errors.ts';
import type { FieldType, IndexSchema, Schema } from '#esql/schema.ts';

const index = (fields: Record<string, FieldType>, isLookup = false): IndexSchema => ({
  fields: new Map(Object.entries(fields)),
  isLookup,
});

const schema: Schema = new Map([
  ['logs', index({ '@timestamp': 'date', 'service.name': 'keyword', level: 'keyword', message: 'text', status_code: 'integer', duration_ms: 'double', ok: 'boolean' })],
  ['spans', index({ '@timestamp': 'date', status_code: 'keyword', level: 'keyword' })],
  ['teams', index({ 'service.name': 'keyword', status_code: 'keyword', team: 'keyword' }, true)],
]); // prettier-ignore

const problemsOf = (query: string, parameters?: Parameters): readonly string[] => {
  try {
    checkQuery(query, { schema, ...(parameters ? { parameters } : {}) });
  } catch (error) {
    if (!(error instanceof EsqlError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
};

const columnsOf = (query: string, parameters?: Parameters): string =>
  checkQuery(query, { schema, ...(parameters ? { parameters } : {}) })
    .columns.map(({ name, type }) => `${name} ${type}`)
    .join(', ');

describe('problems, with their place', () => {
  test.each([
    ['FROM logs | WHERE levl == "x"', '1:19 Unknown column [levl], did you mean [level]?'],
    ['FROM logs | KEEP lvel', '1:18 Unknown column [lvel], did you mean [level]?'],
    ['FROM logs | EVAL a = ABZ(1)', '1:22 Unknown function [ABZ], did you mean [ABS]?'],
    ['FROM lgs', '1:6 Unknown index [lgs], did you mean [logs]? There are logs and spans'],
    ['FROM x*', '1:6 Unknown index [x*]; there are logs and spans'],
    ['FROM teams', '1:6 Unknown index [teams]; it can only be joined by LOOKUP JOIN. There are logs and spans'],
    ['FROM logs*, -logs', '1:5 No index is left after the exclusions'],
    ['FROM logs | WHERE status_code', '1:19 Condition expression needs to be boolean, found [INTEGER]'],
    ['FROM logs | WHERE @timestamp', '1:19 Condition expression needs to be boolean, found [DATETIME]'],
    ['FROM logs | WHERE "true"', '1:19 Condition expression needs to be boolean, found [KEYWORD]'],
    ['FROM logs | LIMIT -1', '1:19 Invalid value for LIMIT [-1], expecting a non negative integer'],
    ['FROM logs | LIMIT 1.5', '1:19 Invalid value for LIMIT [1.5], expecting a non negative integer'],
    ['FROM logs | EVAL a = MAX(status_code)', '1:22 aggregate function [MAX(status_code)] not allowed outside STATS command'],
    ['FROM logs | WHERE COUNT(*) > 1', '1:19 aggregate function [COUNT(*)] not allowed outside STATS command'],
    ['FROM logs | STATS MAX(MIN(status_code))', '1:23 nested aggregations [MIN(status_code)] not allowed inside other aggregations [MAX(MIN(status_code))]'],
    ['FROM logs | STATS COUNT(*) BY MAX(level)', '1:31 cannot use an aggregate [MAX(level)] for grouping'],
    ['FROM logs | STATS COUNT(*) WHERE MAX(status_code) > 1', '1:34 cannot use an aggregate [MAX(status_code)] in the WHERE of another'],
    ['FROM logs | STATS MAX(status_code) + duration_ms BY level', '1:38 column [duration_ms] must appear in the STATS BY clause or be used in an aggregate function'],
    ['FROM logs | STATS duration_ms BY level', '1:19 column [duration_ms] must appear in the STATS BY clause or be used in an aggregate function'],
    ['FROM logs | STATS level BY level', '1:19 grouping key [level] already specified in the STATS BY clause'],
    ['FROM logs | STATS x = 1 BY level', '1:23 expected an aggregate function but found [1]'],
    ['FROM logs | EVAL b = BUCKET(@timestamp, 1 hour)', '1:22 cannot use grouping function [BUCKET(@timestamp, 1 hour)] outside of a STATS command'],
    ['FROM logs | STATS MAX(BUCKET(duration_ms, 5)) BY level', '1:23 can only use grouping function [BUCKET(duration_ms, 5)] as part of the BY clause'],
    ['FROM logs | EVAL a = 1 day', '1:22 EVAL does not support type [date_period]'],
    ['FROM logs | EVAL a = 1 hour', '1:22 EVAL does not support type [time_duration]'],
    ['FROM logs | EVAL a = @timestamp - @timestamp', '1:22 [-] has arguments with incompatible types [datetime] and [datetime]'],
    ['FROM logs | EVAL a = 1 day - @timestamp', '1:22 [-] has arguments with incompatible types [date_period] and [datetime]'],
    ['FROM logs | EVAL a = level + 1', '1:22 first argument of [level + 1] must be [numeric], found value [level] type [keyword]'],
    ['ROW a = CONCAT("a", 1)', '1:21 second argument of [CONCAT("a", 1)] must be [string], found value [1] type [integer]'],
    ['ROW a = LENGTH(1)', '1:16 argument of [LENGTH(1)] must be [string], found value [1] type [integer]'],
    ['ROW a = CONCAT("a")', '1:9 error building [CONCAT]: expects at least [2] arguments, found [1]'],
    ['ROW a = ROUND()', '1:9 error building [ROUND]: expects [1] or [2] arguments, found [0]'],
    ['ROW a = CASE(true)', '1:9 error building [CASE]: expects at least [2] arguments, found [1]'],
    ['ROW a = CASE(true, 1, "x")', '1:23 third argument of [CASE(true, 1, "x")] must be [integer], found value ["x"] type [keyword]'],
    ['ROW a = CASE(1, 2)', '1:14 first argument of [CASE(1, 2)] must be [boolean], found value [1] type [integer]'],
    ['ROW a = LOCATE("a", "b", 1.5)', '1:26 third argument of [LOCATE("a", "b", 1.5)] must be [integer], found value [1.5] type [double]'],
    ['ROW a = 1 == "x"', '1:9 first argument of [1 == "x"] is [numeric] so second argument must also be [numeric] but was [keyword]'],
    ['ROW a = true AND 1', '1:18 second argument of [true AND 1] must be [boolean], found value [1] type [integer]'],
    ['ROW a = (true) AND (true /* ) */) AND (1) AND true', '1:40 second argument of [true) AND (true /* ) */) AND (1)] must be [boolean], found value [1] type [integer]'],
    ['ROW a = NOT 1', '1:13 argument of [NOT 1] must be [boolean], found value [1] type [integer]'],
    ['ROW a = -"x"', '1:9 argument of [-"x"] must be [numeric], found value ["x"] type [keyword]'],
    ['ROW a = 1 LIKE "x"', '1:9 argument of [1 LIKE "x"] must be [string], found value [1] type [integer]'],
    ['ROW a = 1 IN (1, "x")', '1:18 2nd argument of [1 IN (1, "x")] must be [numeric], found value ["x"] type [keyword]'],
    ['FROM logs | WHERE @timestamp > "yesterday"', '1:32 Cannot convert string [yesterday] to [DATETIME]'],
    ['FROM logs | WHERE "yesterday" < @timestamp', '1:19 Cannot convert string [yesterday] to [DATETIME]'],
    ['FROM logs | STATS x = 1 + LENGTH("a") BY level', '1:23 expected an aggregate function but found [1 + LENGTH("a")]'],
    ['FROM logs | WHERE ok == "perhaps"', '1:25 Cannot convert string [perhaps] to [BOOLEAN]'],
    ['FROM logs | STATS COUNT(*) BY BUCKET(@timestamp, "soon")', '1:50 Cannot convert string [soon] to [TIME SPAN]'],
    ['FROM logs | STATS COUNT(*) BY BUCKET(@timestamp, 0 hours)', '1:50 the size or number of buckets must be greater than 0'],
    ['FROM logs | STATS COUNT(*) BY BUCKET(duration_ms, status_code)', '1:51 second argument of [BUCKET(duration_ms, status_code)] must be [a constant], found value [status_code] type [integer]'],
    ['FROM logs | STATS PERCENTILE(duration_ms, 101)', '1:43 percentile [101] is not from 0 to 100'],
    ['ROW a = DATE_DIFF("fortnight", NOW(), NOW())', '1:19 Received value [fortnight] for the unit is not one of year, quarter, month, week, day, hour, minute, second, millisecond and their short forms'],
    ['ROW a = DATE_EXTRACT("hour", NOW())', '1:22 invalid date field [hour]'],
    ['ROW a = DATE_FORMAT("www", NOW())', '1:21 Pattern [www] in format [www] is not supported yet'],
    ['ROW a = DATE_FORMAT("\'x", NOW())', '1:21 Invalid format: [\'x]: a quote is left open'],
    ['ROW a = DATE_TRUNC(-1 day, NOW())', '1:20 Zero or negative time interval is not supported'],
    ['ROW a = HASH("crc", "x")', '1:14 Algorithm [crc] is not supported; there are md5, sha-1, sha-224, sha-256, sha-384, sha-512, sha-512/224, sha-512/256, sha3-224, sha3-256, sha3-384, sha3-512'],
    ['ROW a = REPLACE("x", "(?=y)", "")', '1:22 Pattern [(?=y)] uses look-around, which is not supported'],
    ['ROW a = REPLACE("x", "(", "")', '1:22 Invalid pattern [(]'],
    ['ROW a = REPLACE("x", "x", "$1")', '1:27 Replacement [$1] names group [1], and the pattern has [0]'],
    ['ROW a = "x" RLIKE "a~b"', '1:19 RLIKE operator [~] is not supported; as an ordinary character it is escaped: \\~'],
    ['ROW a = "x" RLIKE "a{2000}"', '1:19 Pattern repeats more than [1000] times, the limit'],
    ['FROM logs | KEEP x*', '1:18 No matches found for pattern [x*]'],
    ['FROM logs | DROP x*y', '1:18 No matches found for pattern [x*y]'],
    ['FROM logs | DROP *', '1:18 no column is left'],
    ['FROM logs | RENAME x AS y', '1:20 Unknown column [x]; there are @timestamp, service.name, level, message, duration_ms, status_code and ok'],
    ['FROM logs | LOOKUP JOIN team ON service.name', '1:25 Unknown index [team], did you mean [teams]?'],
    ['FROM logs | LOOKUP JOIN spans ON level', '1:25 LOOKUP JOIN requires a lookup index; [spans] is none'],
    ['FROM logs | LOOKUP JOIN t* ON level', '1:25 LOOKUP JOIN takes one index by its exact name, found [t*]'],
    ['FROM logs | LOOKUP JOIN teams ON level', '1:34 Unknown column [level] in right side of join'],
    ['FROM logs | LOOKUP JOIN teams ON status_code', '1:34 JOIN left field [status_code] of type [integer] is incompatible with right field [status_code] of type [keyword]'],
    ['FROM logs, spans | WHERE status_code == 500', '1:26 Cannot use field [status_code] due to ambiguities being mapped as [2] incompatible types: [integer] in [logs], [keyword] in [spans]'],
    ['ROW a = MATCH("x", "y")', '1:9 [MATCH] function is only supported in WHERE and STATS commands'],
    ['ROW a = ROUND_TOO(1)', '1:9 Unknown function [ROUND_TOO], did you mean [ROUND_TO]?'],
    ['ROW a = ABS(*)', '1:13 [*] can only stand in COUNT(*)'],
  ])('%s: %s', (query, problem) => {
    expect(problemsOf(query)).toEqual([problem]);
  }); // prettier-ignore

  test('are all listed at once, in the order of the text', () => {
    expect(
      problemsOf(
        'FROM logs | WHERE levl == "x" AND foo > 1\n| EVAL a = ABZ(1), b = bar\n| STATS c = COUNT(*) BY a, baz',
      ),
    ).toEqual([
      '1:19 Unknown column [levl], did you mean [level]?',
      '1:35 Unknown column [foo]; there are @timestamp, service.name, level, message, duration_ms, status_code and ok',
      '2:12 Unknown function [ABZ], did you mean [ABS]?',
      '2:24 Unknown column [bar]',
      '3:28 Unknown column [baz]',
    ]);
  });

  test('do not repeat themselves where a bad column is used again', () => {
    expect(problemsOf('ROW a = nope | EVAL b = a + 1 | WHERE b > 2 | STATS MAX(b) BY a')).toEqual([
      '1:9 Unknown column [nope]',
    ]);
  });

  test('do not go on where the columns cannot be known', () => {
    expect(problemsOf('FROM lgs | WHERE a > 1')).toEqual([
      '1:6 Unknown index [lgs], did you mean [logs]? There are logs and spans',
    ]);
    expect(problemsOf('FROM logs | LOOKUP JOIN nope ON level | KEEP x')).toEqual([
      '1:25 Unknown index [nope]; there is teams',
    ]);
    expect(problemsOf('FROM logs | KEEP lvl | RENAME nope AS x | WHERE lvl > 1 AND x > 1')).toEqual([
      '1:18 Unknown column [lvl], did you mean [level]?',
      '1:31 Unknown column [nope]',
    ]);
  });

  test('number twenty at most', () => {
    expect(problemsOf(`ROW a = 1 | KEEP ${Array.from({ length: 50 }, (_, at) => `x${at}`).join(', ')}`)).toHaveLength(
      20,
    );
  });
});

describe('patterns of many wildcards', () => {
  // Tried in every way that they can divide a name, they take years.
  const many = '*'.repeat(4_000);
  const few = Array.from({ length: 900 }, () => 'e').join('*');

  test.each([
    [`FROM logs, ${many}x`, []],
    [`FROM logs | WHERE KQL("${many}x: a")`, []],
    [`FROM logs | WHERE QSTR("${many}x: a")`, []],
    [`FROM logs | KEEP ${many}x`, ['1:18 No matches found for pattern [*x]']],
    [`FROM logs | DROP ${few}*x`, [`1:18 No matches found for pattern [${few}*x]`]],
  ])('are read at once: %#', (query, problems) => {
    expect(problemsOf(query)).toEqual(problems);
  });
});

describe('warnings', () => {
  const warningsOf = (query: string): readonly string[] =>
    checkQuery(query, { schema, limits: { maxRows: 1000, defaultRows: 500 } }).warnings;

  test.each([
    ['FROM logs', ['Without a LIMIT the answer has at most 500 rows']],
    ['FROM logs | LIMIT 1000', []],
    ['FROM logs | LIMIT 1000000', ['LIMIT 1000000 was cut to 1,000']],
    ['FROM logs | LIMIT 5000 | LIMIT 2000', ['LIMIT 2000 was cut to 1,000']],
    ['FROM logs | LIMIT 1000000 | LIMIT 10', []],
    ['FROM logs | LIMIT 1000000 | STATS COUNT(*)', []],
  ])('of %s are %j', (query, warnings) => {
    expect(warningsOf(query)).toEqual(warnings);
  });
});

describe('parameters', () => {
  test.each<[string, Parameters, string]>([
    ['ROW a = ?x', {}, '1:9 Unknown query parameter [x]'],
    ['ROW a = ?x', { toString: null }, '1:9 Unknown query parameter [x]'],
    ['ROW a = ?constructor', {}, '1:9 Unknown query parameter [constructor]'],
    ['ROW a = ?, b = ?', [1], '1:16 No parameter is defined for position 2'],
    ['ROW a = ?2', [1], '1:9 No parameter is defined for position 2'],
    ['ROW a = ?, b = ?x', [1], '1:16 Inconsistent parameter declaration, use one of positional, named or anonymous params but not a combination of [anonymous] and [named]'],
    ['ROW a = ?', [Number.NaN], '1:9 Query parameter [NaN] is not a finite number'],
    ['FROM logs | KEEP ??c', { c: 5 }, '1:18 Query parameter [5] is not an identifier'],
    ['FROM logs | KEEP ??c', { c: 'nope' }, '1:18 Unknown column [nope]; there are @timestamp, service.name, level, message, duration_ms, status_code and ok'],
    ['FROM logs | EVAL a = ??f(1)', { f: 'nope' }, '1:22 Unknown function [nope]'],
    ['FROM logs | LIMIT ?n', { n: -5 }, '1:19 Invalid value for LIMIT [-5], expecting a non negative integer'],
    ['FROM logs | LIMIT ?n', { n: 'x' }, '1:19 Invalid value for LIMIT [x], expecting a non negative integer'],
    ['FROM logs | WHERE @timestamp > ?t', { t: 'x' }, '1:32 Cannot convert string [x] to [DATETIME]'],
    ['FROM logs | WHERE level LIKE ?p', { p: 5 }, '1:30 pattern of LIKE must be a string, found type [integer]'],
  ])('%s with %j: %s', (query, parameters, problem) => {
    expect(problemsOf(query, parameters)).toEqual([problem]);
  }); // prettier-ignore

  test('have a limit', () => {
    const parameters = Array.from({ length: 201 }, () => 1);
    expect(problemsOf('ROW a = ?', parameters)).toEqual([
      '1:1 Query has [201] parameters, more than the limit of [200]',
    ]);
  });
});

describe('types', () => {
  test.each([
    ['FROM logs | KEEP message, status_code', 'message text, status_code integer'],
    ['FROM logs | EVAL m = message | KEEP m', 'm text'],
    ['FROM logs | STATS m = MAX(message), f = COUNT(*) BY message', 'm keyword, f long, message keyword'],
    ['FROM logs | EVAL m = COALESCE(message, level) | KEEP m', 'm keyword'],
    ['FROM logs | STATS s = SUM(status_code), d = SUM(duration_ms), a = AVG(status_code), x = MAX(status_code), q = SUM(status_code) / COUNT(*)', 's long, d double, a double, x integer, q long'],
    ['FROM logs | STATS c = COUNT(*) BY b = BUCKET(@timestamp, 1 hour), n = BUCKET(status_code, 5)', 'c long, b date, n double'],
    ['FROM logs, spans | KEEP status_code', 'status_code null'],
    ['ROW a = 2147483647, b = 2147483648, c = -2147483648, d = 1e3, e = .5, f = 5.', 'a integer, b long, c integer, d double, e double, f double'],
    ['ROW a = COALESCE(null, null), b = CASE(true, null), c = ABS(null), d = null + 1', 'a null, b null, c null, d integer'],
  ])('%s gives %s', (query, expected) => {
    expect(columnsOf(query)).toBe(expected);
  }); // prettier-ignore
});

test('a constant that is doubled again and again is not built while the query is checked', () => {
  const doubled = ' | EVAL a = CONCAT(a, a)'.repeat(40);
  expect(columnsOf(`ROW a = "0123456789"${doubled} | EVAL n = LENGTH(a) | KEEP n`)).toBe('n integer');
});

test('a pattern has only so many keys', () => {
  const keys = Array.from({ length: 201 }, (_, at) => `%{k${at}}`).join(' ');
  expect(problemsOf(`FROM logs | DISSECT message "${keys}"`)).toEqual([
    '1:29 the pattern has 201 keys, more than the limit of 200',
  ]);
});

describe('an unknown lookup table', () => {
  const refusal = (lookups: Readonly<Record<string, { readonly isInternal?: boolean }>>): string => {
    const tables = Object.entries(lookups).map(([name, more]) => [name, { ...index({}, true), ...more }] as const);
    try {
      checkQuery('FROM logs | LOOKUP JOIN unknown ON level', {
        schema: new Map([...schema].slice(0, 2).concat(tables as [])),
      });
    } catch (error) {
      if (error instanceof EsqlError) return error.problems.map(({ message }) => message).join();
      throw error;
    }
    return '';
  };

  test('lists those that there are, without those that Sentinel fills for itself', () => {
    expect(refusal({ teams: {}, 'own-usual': { isInternal: true }, hosts: {} })).toBe(
      'Unknown index [unknown]; there are hosts and teams',
    );
  });

  test('says so where there is none', () => {
    expect(refusal({ 'own-usual': { isInternal: true } })).toBe('Unknown index [unknown]; there is no lookup table');
  });

  test('lists no more than twenty', () => {
    const many = Object.fromEntries(Array.from({ length: 23 }, (_, at) => [`table-${at + 10}`, {}]));
    expect(refusal(many)).toMatch(/; there are table-10, .*, table-29 and 3 more$/);
  });
});

test.each(['text', 'version', 'unsigned_long'] as const)(
  'a field of a lookup table cannot be joined by its type: %s',
  (type) => {
    const tables: Schema = new Map([...schema, ['hosts', index({ key: type, os: 'keyword' }, true)]]);
    const value = { text: '"a"', version: '"1.2"::version', unsigned_long: '1::unsigned_long' }[type];
    expect(() => checkQuery(`ROW key = ${value} | LOOKUP JOIN hosts ON key`, { schema: tables })).toThrow(
      `JOIN with right field [key] of type [${type}] is not supported`,
    );
  },
);
