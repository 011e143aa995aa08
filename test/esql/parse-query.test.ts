import { describe, expect, test } from 'vitest';
import { EsqlError } from '#esql/errors.ts';
import { DEFAULT_LIMITS } from '#esql/limits.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { printQuery } from '#esql/print-query.ts';

const problemOf = (text: string): string => {
  try {
    parseQuery(text);
  } catch (error) {
    if (error instanceof EsqlError) return error.message;
    throw error;
  }
  return 'no problem';
};

describe('the canonical form', () => {
  test.each([
    ['from  logs|where a==1', 'FROM logs | WHERE a == 1'],
    ['FROM\u00a0logs\u00a0|\u00a0LIMIT\u00a05', 'FROM logs | LIMIT 5'],
    ['FROM logs // all of them\n/* and\nmore */ | LIMIT 5', 'FROM logs | LIMIT 5'],
    ['from "logs", b*, -bad , """x y"""', 'FROM logs, b*, -bad, "x y"'],
    ['ROW x = (1 + 2) * 3 - (4 - 5)', 'ROW x = (1 + 2) * 3 - (4 - 5)'],
    ['ROW x = ((1 + 2)) + 3', 'ROW x = 1 + 2 + 3'],
    ['ROW x = not (a and b) or c', 'ROW x = NOT (a AND b) OR c'],
    ['ROW x = NOT a == b', 'ROW x = NOT a == b'],
    ['ROW x = (NOT a) == b', 'ROW x = (NOT a) == b'],
    ['ROW x = -b::double', 'ROW x = -b::double'],
    ['ROW x = (-b)::DOUBLE', 'ROW x = (-b)::double'],
    ['ROW x = -1::string', 'ROW x = -1::keyword'],
    ['ROW x = - 1', 'ROW x = -1'],
    ['ROW x = 6 - -2', 'ROW x = 6 - -2'],
    ['ROW x = a -2', 'ROW x = a - 2'],
    ['ROW x = -(2)', 'ROW x = -(2)'],
    ['ROW x = + 5', 'ROW x = 5'],
    ['ROW x = 5min + 1 HOUR - 3 mo', 'ROW x = 5 minutes + 1 hour - 3 months'],
    ['ROW x = "a\\n\\"\\\\" , y = """a\\n"b"""', 'ROW x = "a\\n\\"\\\\", y = "a\\\\n\\"b"'],
    ['ROW x = """a"""""', 'ROW x = "a\\"\\""'],
    ['ROW x = 1e3, y = .5, z = 5., v = 1E-7', 'ROW x = 1000.0, y = 0.5, z = 5.0, v = 1e-7'],
    ['ROW count(*), `a b`', 'ROW `count(*)` = COUNT(*), `a b`'],
    ['ROW `a`.b.`c d`', 'ROW `a.b.c d`'],
    ['FROM logs | STATS n=COUNT(*) where a > 1, MAX( b ) by x, y = z', 'FROM logs | STATS n = COUNT(*) WHERE a > 1, `MAX( b )` = MAX(b) BY x, y = z'],
    ['FROM logs | SORT a desc, b asc nulls first, c DESC NULLS FIRST', 'FROM logs | SORT a DESC, b NULLS FIRST, c DESC'],
    ['FROM logs | KEEP a*, *, `x y`, b.`c*`*, @timestamp', 'FROM logs | KEEP a*, *, `x y`, `b.c*`*, @timestamp'],
    ['FROM logs | RENAME a AS b, c = d', 'FROM logs | RENAME a AS b, d AS c'],
    ['FROM logs | LOOKUP JOIN sentinel-thresholds ON service.name', 'FROM logs | LOOKUP JOIN sentinel-thresholds ON service.name'],
    ['FROM logs | lookup join x on a == b and c > 1', 'FROM logs | LOOKUP JOIN x ON a == b AND c > 1'],
    ['FROM logs | lookup join x on a, b', 'FROM logs | LOOKUP JOIN x ON a, b'],
    ['ROW x = a not in (1,2) and b is not null and c not like "x*" and d rlike ("a", ?p)', 'ROW x = a NOT IN (1, 2) AND b IS NOT NULL AND c NOT LIKE "x*" AND d RLIKE ("a", ?p)'],
    ['ROW x = ?, y = ?1, z = ?a, w = ??f(??c)', 'ROW x = ?, y = ?1, z = ?a, w = ??f(??c)'],
    ['ROW x = 2147483648, y = -9223372036854775808', 'ROW x = 2147483648, y = -9223372036854775808'],
  ])('of %s is %s', (text, printed) => {
    expect(printQuery(parseQuery(text))).toBe(printed);
  }); // prettier-ignore
});

describe('what the grammar refuses, with its place', () => {
  test.each([
    ['', 'line 1:1: a query begins with FROM and an index, such as FROM logs'],
    ['WHERE a', 'line 1:1: a query begins with FROM and an index, such as FROM logs; WHERE comes after it and a pipe |'],
    ['FROM logs |', 'line 1:12: a command is missing after the pipe |: WHERE, EVAL, STATS, INLINE STATS, LOOKUP JOIN, MV_EXPAND, SAMPLE, DISSECT, GROK, CHANGE_POINT, SORT, LIMIT, KEEP, DROP or RENAME'],
    ['errors last hour', 'line 1:1: a query begins with FROM and an index, such as FROM logs, and not with [errors]'],
    ['FRM logs', 'line 1:1: Unknown command [FRM], did you mean [FROM]?'],
    ['SELECT a FROM logs', 'line 1:1: a query begins with FROM and an index, such as FROM logs, and not with [SELECT]; columns are chosen by KEEP'],
    ['FROM logs | WHER a', 'line 1:13: Unknown command [WHER], did you mean [WHERE]?'],
    ['FROM logs | lokup x', 'line 1:13: Unknown command [lokup], did you mean [LOOKUP]?'],
    ['FROM logs | ORDER BY a', 'line 1:13: Unknown command [ORDER]; rows are sorted by SORT'],
    ['FROM logs | FOO', 'line 1:13: Unknown command [FOO]; there are WHERE, EVAL, STATS, INLINE STATS, LOOKUP JOIN, MV_EXPAND, SAMPLE, DISSECT, GROK, CHANGE_POINT, SORT, LIMIT, KEEP, DROP and RENAME'],
    ['FROM logs | | LIMIT 1', 'line 1:13: a command comes after the pipe |, and not [|]: WHERE, EVAL, STATS, INLINE STATS, LOOKUP JOIN, MV_EXPAND, SAMPLE, DISSECT, GROK, CHANGE_POINT, SORT, LIMIT, KEEP, DROP or RENAME'],
    ['FROM logs WHERE a == 1', 'line 1:11: a pipe | is missing before WHERE'],
    ['FROM logs | WHERE a == 1 ADN b == 2', 'line 1:26: expected a pipe | or the end of the query, found [ADN], did you mean [AND]?'],
    ['FROM logs | WHERE (a == 1', 'line 1:26: the query ends where [)] is expected'],
    ['FROM logs | WHERE', 'line 1:18: the query ends where an expression is expected'],
    ['FROM logs | STATS n = COUNT(* BY a', 'line 1:31: expected [)], found [BY]'],
    ['FROM logs | "a"', 'line 1:13: a command comes after the pipe |, and not ["a"]: WHERE, EVAL, STATS, INLINE STATS, LOOKUP JOIN, MV_EXPAND, SAMPLE, DISSECT, GROK, CHANGE_POINT, SORT, LIMIT, KEEP, DROP or RENAME'],
    ['FROM logs | WHERE a <> 1', 'line 1:22: inequality is written != and not <>'],
    ['FROM logs | WHERE a BETWEEN 1 AND 2', 'line 1:21: expected a pipe | or the end of the query, found [BETWEEN]; a range is written x >= a AND x <= b'],
    ['FROM logs | ENRICH x', "line 1:13: ENRICH is not in Sentinel's language; LOOKUP JOIN adds columns of another index"],
    ['FROM logs | FORK (LIMIT 1)', "line 1:13: FORK is not in Sentinel's language; ask one query for each branch"],
    ['SHOW INFO', "line 1:1: SHOW is not in Sentinel's language"],
    ['FROM remote:logs', "line 1:12: indices of other clusters are not in Sentinel's language"],
    ['FROM logs | WHERE a = 1', 'line 1:21: expected a pipe | or the end of the query, found [=]; equality is written =='],
    ['FROM logs | WHERE a == 1 == 2', 'line 1:26: comparisons do not chain; join them by AND'],
    ["FROM logs | WHERE a == 'x'", 'line 1:24: strings are written in double quotes, not single ones'],
    ['FROM logs | WHERE a == "x', 'line 1:24: a string without its end: ["x]'],
    ['FROM logs | WHERE a == "\\q"', 'line 1:24: unknown escape \\q in a string; a backslash is written \\\\, or use """…"""'],
    ['FROM logs | WHERE a LIKE b', 'line 1:26: expected a string in double quotes, found [b]'],
    ['FROM logs | WHERE a NOT b', 'line 1:25: expected IN, LIKE or RLIKE, found [b]'],
    ['FROM logs | WHERE by == 1', 'line 1:19: [by] is a reserved word; as a name it stands in backticks'],
    ['FROM logs | WHERE a ~ 1', 'line 1:21: [~] means nothing here'],
    ['FROM logs | WHERE a == “x”', 'line 1:24: [“] means nothing here; it only looks like ", so type that'],
    ['FROM logs | KEEP ʼaʼ', 'line 1:18: [ʼ] means nothing here; it only looks like `, so type that'],
    ['FROM logs /* x', 'line 1:11: comment without its end */'],
    ['FROM logs | WHERE ``', 'line 1:19: quoted name is empty or without its end `'],
    ['ROW a = b::geo_point', 'line 1:12: a cast to [geo_point] is not supported yet'],
    ['ROW a = b::geo_point', 'line 1:12: a cast to [geo_point] is not supported yet'],
    ['ROW a = b::nope', 'line 1:12: Unknown data type named [nope]'],
    ['ROW a = b::constructor', 'line 1:12: Unknown data type named [constructor]'],
    ['ROW a = 1e999', 'line 1:9: number [1e999] is beyond the range of double'],
    ['ROW a = 5000000000 days', 'line 1:9: time span of [5000000000] is beyond the range of integer'],
    ['ROW a + 1 = 2', 'line 1:5: only a name can stand before [=]; equality is written =='],
    ['FROM logs | LOOKUP JOIN x ON a == b, c', 'line 1:38: LOOKUP JOIN takes names of fields, or one condition'],
    [
      'FROM logs METADATA _id',
      "line 1:20: METADATA [_id] is not in Sentinel's language: rows have no ids of their own; @timestamp, trace.id and span.id tell them apart; there is _index",
    ],
    [
      'FROM logs METADATA _index, _score',
      "line 1:28: METADATA [_score] is not in Sentinel's language: a search tells whether a row matches and not how well; SORT @timestamp DESC puts the newest match first; there is _index",
    ],
    ['FROM logs METADATA _indx', 'line 1:20: unsupported metadata field [_indx], did you mean [_index]?'],
    ['FROM logs METADATA level', 'line 1:20: unsupported metadata field [level]; there is _index'],
    ['ROW a = [1, b]', 'line 1:13: a list holds constants: numbers, strings, true or false'],
    ['ROW a = [1, 2 days]', 'line 1:13: a time span cannot stand in a list'],
    ['ROW a = []', 'line 1:10: a list holds constants: numbers, strings, true or false'],
    ['FROM logs | INLINE JOIN x', 'line 1:20: expected STATS, found [JOIN]'],
    ['FROM logs | GROK message', 'line 1:25: the query ends where a string in double quotes is expected'],
    ['FROM logs | SAMPLE a', 'line 1:20: SAMPLE takes a number between 0 and 1 or a parameter'],
    ['FROM logs | LIMIT a', 'line 1:19: LIMIT takes a whole number or a parameter'],
  ])('%s: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  }); // prettier-ignore

  test('places are counted over lines', () => {
    expect(problemOf('FROM logs\r\n| WHERE a\n| EVAL = 1')).toMatch(/^line 3:8: /);
  });
});

describe('limits', () => {
  test.each([
    ['a long text', `ROW a = "${'x'.repeat(DEFAULT_LIMITS.maxQueryLength)}"`, 'Query has [20010] characters, more than the limit of [20000]'],
    ['a megabyte', `ROW a = 1${' | EVAL b = (('.repeat(75_000)}`, 'Query has [1050009] characters, more than the limit of [20000]'],
    ['many commands', `ROW a = 1${' | LIMIT 1'.repeat(50)}`, 'Query has more than [50] commands, the limit of one query'],
    ['many parentheses', `ROW a = ${'('.repeat(5_000)}`, 'Expression is nested deeper than [100], the limit of one query'],
    ['many signs', `ROW a = ${'-'.repeat(5_000)}a`, 'Expression is nested deeper than [100], the limit of one query'],
    ['many NOTs', `ROW a = ${'NOT '.repeat(4_000)}a`, 'Expression is nested deeper than [100], the limit of one query'],
    ['a long sum', `ROW a = 1${'+1'.repeat(5_000)}`, 'Expression is nested deeper than [100], the limit of one query'],
  ])('%s is refused by the name of its limit', (_, text, problem) => {
    expect(problemOf(text)).toContain(problem);
  }); // prettier-ignore

  test.each([
    ['AND', `WHERE ${'('.repeat(101)}b${' AND b)'.repeat(101)}`],
    ['AND and OR in turns', `WHERE ${'b AND (b OR ('.repeat(51)}b${'))'.repeat(51)}`],
    ['OR behind brackets', `WHERE ${'b OR ('.repeat(3_000)}`],
  ])('%s nested by brackets is refused by the name of its limit', (_, condition) => {
    expect(problemOf(`FROM t | ${condition}`)).toContain(
      'Expression is nested deeper than [100], the limit of one query',
    );
  });

  test.each(['AND', 'OR'])('a list of conditions joined by %s is not nested', (operator) => {
    const conditions = Array.from({ length: 2_000 }, (_, at) => `x>${at % 10}`);
    expect(problemOf(`FROM t | WHERE ${conditions.join(` ${operator} `)}`)).toBe('no problem');
    expect(problemOf(`FROM t | WHERE ${'NOT ('.repeat(49)}${conditions.join(` ${operator} `)}${')'.repeat(49)}`)).toBe(
      'no problem',
    );
  });

  test('a query at the limit of nesting is accepted', () => {
    expect(problemOf(`ROW a = 1${'+1'.repeat(99)}`)).toBe('no problem');
  });
});
