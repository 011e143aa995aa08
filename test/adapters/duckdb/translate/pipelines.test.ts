import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EsqlError } from '#esql/errors.ts';
import { indexOf, startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';

const several = new Set(['tags', 'codes']);
const schema = new Map([
  [
    'a',
    {
      ...indexOf({
        '@timestamp': 'date',
        i: 'integer',
        l: 'long',
        d: 'double',
        s: 'keyword',
        m: 'text',
        b: 'boolean',
        ip: 'ip',
        tags: 'keyword',
        codes: 'integer',
        odd: 'keyword',
      }),
      multiValued: several,
    },
  ],
  ['b', indexOf({ '@timestamp': 'date', i: 'integer', s: 'keyword', odd: 'integer' })],
  ['t', indexOf({ s: 'keyword', team: 'keyword', i: 'long' }, true)],
]);

const TABLES = [
  'CREATE TABLE a ("@timestamp" TIMESTAMP, i INTEGER, l BIGINT, d DOUBLE, s VARCHAR, m VARCHAR, b BOOLEAN, ip VARCHAR, tags VARCHAR[], codes INTEGER[], odd VARCHAR)',
  `INSERT INTO a VALUES
    ('2025-06-08 10:00:00', 1, 10, 0.5, 'x', 'order 17 paid', true, '10.0.0.1', ['eu', 'gold'], [1, 1, 2], 'one'),
    ('2025-06-08 10:05:00', NULL, -10, NULL, 'y', NULL, NULL, '::1', NULL, [7], '2'),
    ('2025-06-09 00:00:00', 2147483647, 9223372036854775807, 1e308, NULL, '', false, NULL, ['us'], NULL, NULL)`,
  'CREATE TABLE b ("@timestamp" TIMESTAMP, i INTEGER, s VARCHAR, odd INTEGER)',
  "INSERT INTO b VALUES ('2025-06-08 11:00:00', 5, 'x', 3), (NULL, NULL, NULL, NULL)",
  'CREATE TABLE t (s VARCHAR, team VARCHAR, i BIGINT)',
  "INSERT INTO t VALUES ('x', 'core', 1), ('x', 'edge', NULL), (NULL, 'none', 2)",
];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(schema, TABLES);
});
afterAll(() => engine.close());

type Kind = 'number' | 'string' | 'boolean' | 'date';

const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  number: ['i', 'l', 'd', 'codes', '1', '-1', '0', '2.5', '[1, 2]', 'null', '?q', 'LENGTH(s)'],
  string: ['s', 'm', 'tags', '"x"', '""', '["x", "eu"]', 'null', '?p', 'ip::keyword', 'odd::keyword'],
  boolean: ['b', 'true', 'false', 'null', '[true, false]', 's IS NULL'],
  date: ['@timestamp', 'NOW()', '"2025-06-08"::date', 'null'],
};
const COLUMNS = ['i', 'l', 'd', 's', 'm', 'b', 'ip', 'tags', 'codes', 'odd', '@timestamp'];

const join = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''));
const one = (texts: string): fc.Arbitrary<string> => fc.constantFrom(...texts.split(' '));

const trees = fc.letrec<Record<Kind | 'any', string>>((tie) => {
  const [number, text, truth, date, any] = [tie('number'), tie('string'), tie('boolean'), tie('date'), tie('any')];
  const of = (kind: Kind, ...others: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.constantFrom(...LEAVES[kind]), ...others);
  return {
    number: of(
      'number',
      join('(', number, ' ', one('+ - * / %'), ' ', number, ')'),
      join(one('ABS ROUND SQRT LOG MV_SUM MV_MAX MV_MEDIAN MV_DEDUPE FLOOR EXPM1 TO_LONG TO_INTEGER MV_SORT -'), '(', number, ')'),
      join(one('GREATEST COALESCE POW MV_APPEND MV_UNION CLAMP_MIN MV_DIFFERENCE'), '(', number, ', ', number, ')'),
      join('CASE(', truth, ', ', number, ', ', number, ')'),
      join('(', text, ')::', one('integer long double')),
      join(one('LENGTH MV_COUNT'), '(', text, ')'),
      join('DATE_DIFF("', one('month day ns'), '", ', date, ', ', date, ')'),
      join('LOCATE(', text, ', ', text, ', ', number, ')'),
    ),
    string: of(
      'string',
      join(one('TO_UPPER TRIM REVERSE MV_MIN MV_SORT MV_DEDUPE MD5 URL_DECODE FROM_BASE64'), '(', text, ')'),
      join(one('CONCAT COALESCE LEAST MV_ZIP MV_APPEND MV_INTERSECTION MV_CONCAT'), '(', text, ', ', text, ')'),
      join('CASE(', truth, ', ', text, ', ', text, ')'),
      join('SUBSTRING(', text, ', (', number, ')::integer)'),
      join('REPLACE(', text, ', "([a-z])", "$1-")'),
      join('SPLIT(', text, ', " ")'),
      join('(', any, ')::keyword'),
      join('DATE_FORMAT("', one('yyyy-MM-dd EEE Q epoch_millis'), '", ', date, ')'),
      join('MV_SLICE(', text, ', 0, 1)'),
    ),
    boolean: of(
      'boolean',
      join('(', number, ' ', one('== != < >='), ' ', number, ')'),
      join('(', text, ' ', one('== != < >='), ' ', text, ')'),
      join('(', date, ' ', one('== < >='), ' ', date, ')'),
      join('(', truth, ' ', one('AND OR =='), ' ', truth, ')'),
      join('NOT (', truth, ')'),
      join('(', any, ' IS ', fc.constantFrom('', 'NOT '), 'NULL)'),
      join('(', text, ' ', fc.constantFrom('LIKE "*x*"', 'NOT LIKE "*"', 'RLIKE "[a-z]+"', 'LIKE ("a*", "?")', 'IN ("x", s, null)'), ')'),
      join('(', number, ' NOT IN (1, null, ', number, '))'),
      join(one('STARTS_WITH CONTAINS MV_CONTAINS MV_INTERSECTS'), '(', text, ', ', text, ')'),
      join('CIDR_MATCH(TO_IP(', text, '), "10.0.0.0/8")'),
    ),
    date: of(
      'date',
      join('DATE_TRUNC(', fc.constantFrom('1 day', '7 minutes', '3 months'), ', ', date, ')'),
      join('(', date, ' ', one('+ -'), ' ', fc.constantFrom('1 month', '30 minutes', '(1 day + 1 week)'), ')'),
      join('DATE_PARSE("', fc.constantFrom('yyyy[-MM-dd]', 'yyyy-MM-dd HH:mm z', 'epoch_second'), '", ', text, ')'),
      join('(', text, ')::date'),
      join('TO_DATETIME(', number, ')'),
      join('MV_MAX(', date, ')'),
    ),
    any: fc.oneof(number, text, truth, date, fc.constantFrom(...COLUMNS)),
  };
}); // prettier-ignore

const { number, string: text, boolean: truth, any } = trees;
const column = fc.constantFrom(...COLUMNS, 'n1', 'n2', 'nope');

const aggregate = fc
  .tuple(
    fc.oneof(
      fc.constant('COUNT(*)'),
      join(one('COUNT COUNT_DISTINCT MIN MAX VALUES PRESENT'), '(', any, ')'),
      join(one('SUM AVG MEDIAN STD_DEV MEDIAN_ABSOLUTE_DEVIATION SUM'), '(', number, ')'),
      join('TOP(', text, ', 2, "desc")'),
      join('PERCENTILE(', number, ', 90) + 1'),
    ),
    fc.option(truth),
  )
  .map(([call, filter]) => (filter === null ? call : `${call} WHERE ${filter}`)); // prettier-ignore

const group = fc.oneof(
  column,
  join('n2 = ', any),
  fc.constantFrom('n2 = BUCKET(@timestamp, 1 hour)', 'n2 = BUCKET(@timestamp, 5, "2025-06-01", NOW())', 'BUCKET(d, 10)', 'n1 = CATEGORIZE(m)'),
); // prettier-ignore

const command: fc.Arbitrary<string> = fc.oneof(
  join('WHERE ', truth),
  join('EVAL n1 = ', any, ', n2 = ', any),
  join('EVAL ', any),
  fc
    .tuple(fc.constantFrom('STATS', 'INLINE STATS'), fc.array(aggregate, { minLength: 1, maxLength: 3 }), fc.array(group, { maxLength: 2 }))
    .map(([name, made, by]) => `${name} ${made.map((made_, at) => `a${at} = ${made_}`).join(', ')}${by.length > 0 ? ` BY ${by.join(', ')}` : ''}`),
  join('SORT ', any, fc.constantFrom('', ' DESC', ' NULLS FIRST')),
  fc.constantFrom('LIMIT 2', 'LIMIT 0', 'SAMPLE 0.5', 'KEEP *', 'KEEP i, s, *', 'DROP d', 'KEEP n*', 'RENAME i AS n1', 'RENAME s AS i, i AS s'),
  join('MV_EXPAND ', column),
  join('DISSECT ', column, ' "%{n1} %{n2}"'),
  join('GROK ', column, ' "%{WORD:n1} %{WORD:n1}"'),
  join('CHANGE_POINT ', column, ' ON @timestamp'),
  fc.constant('LOOKUP JOIN t ON s'),
  join('WHERE ', fc.constantFrom('m : "order paid"', 'tags : "eu"', 'KQL("s: x or not i > 3")', 'QSTR("m:order* AND -s:y")', 'MATCH(i, 1)')),
); // prettier-ignore

const source = fc.constantFrom(
  'FROM a',
  'FROM a, b METADATA _index',
  'FROM a*, b',
  'ROW i = 1, s = ["x", "y"], m = null, d = 1.5',
);

test('a query of any commands over any columns is refused by its own words or answered, never by the engine', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(source, fc.array(command, { minLength: 1, maxLength: 5 }), async (from, commands) => {
      const query = [from, ...commands].join(' | ');
      try {
        await engine.run(query, { parameters: { p: 'x', q: [1, 2] } });
        answered += 1;
      } catch (error) {
        if (!(error instanceof EsqlError)) throw new Error(`failed in the engine: ${query}`, { cause: error });
      }
    }),
    { numRuns: 120 },
  );
  expect(answered).toBeGreaterThan(10);
});
