import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EsqlError } from '#esql/errors.ts';
import { indexOf, startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';

const schema = new Map([
  [
    'logs',
    indexOf({
      id: 'integer',
      '@timestamp': 'date',
      level: 'keyword',
      message: 'text',
      'service.name': 'keyword',
      duration_ms: 'double',
      bytes: 'long',
      cached: 'boolean',
      client: 'ip',
      nothing: 'null',
    }),
  ],
  ['owners', indexOf({ 'service.name': 'keyword', owner: 'keyword' }, true)],
]);

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(schema, [
    'CREATE TABLE logs (id INTEGER, "@timestamp" TIMESTAMP, level VARCHAR, message VARCHAR, "service.name" VARCHAR, duration_ms DOUBLE, bytes BIGINT, cached BOOLEAN, client VARCHAR, nothing INTEGER)',
    `INSERT INTO logs VALUES
      (1, '2026-11-21 10:00:00', 'error', 'Disk full on /var/log: 97.5% used', 'payment-service', 12.5, 100, true, '10.0.0.1', NULL),
      (2, '2026-11-21 11:30:00', 'info', 'Request to api.example.com took 1,250 ms; disk_usage ok', 'order-service', 1250, 5000000000, false, '192.168.1.7', NULL),
      (3, '2026-11-20 09:00:00', 'ERROR', 'Connection refused (memory low), full stop. Don''t retry v1.2', 'payment-web', NULL, NULL, NULL, 'fe80::1', NULL),
      (4, '2026-10-05 00:00:00', NULL, NULL, NULL, 7, 7, true, NULL, NULL),
      (5, '2026-11-21 11:59:00', 'warn', 'Über 磁盘 DISK-full', 'a"b', 0.5, 0, false, '::1', NULL)`,
    'CREATE TABLE owners ("service.name" VARCHAR, owner VARCHAR)',
  ]);
});
afterAll(() => engine.close());

const idsOf = async (condition: string, parameters?: Record<string, string>): Promise<readonly unknown[]> => {
  const query = `FROM logs | WHERE ${condition} | SORT id | KEEP id`;
  return (await engine.run(query, parameters ? { parameters } : {})).rows.map(([id]) => id);
};

const refusalOf = async (query: string): Promise<string> => {
  try {
    await engine.run(query);
    return 'none';
  } catch (error) {
    if (error instanceof EsqlError) return error.problems.map(({ message }) => message).join('; ');
    throw error;
  }
};

type Found = readonly [condition: string, ids: readonly number[]];

describe('MATCH and :', () => {
  const FOUND: readonly Found[] = [
    ['message : "disk"', [1, 5]],
    ['MATCH(message, "DISK full")', [1, 3, 5]],
    ['MATCH(message, "disk full", {"operator": "AND"})', [1, 5]],
    ['MATCH(message, "disk full memory", {"minimum_should_match": 2})', [1, 3, 5]],
    ['MATCH(message, "dsk", {"fuzziness": "AUTO"})', [1, 5]],
    ['MATCH(message, "dikc refsed", {"fuzziness": 2, "boost": 3})', [1, 3, 5]],
    ['message : "97.5"', [1]],
    ['message : "97"', []],
    ['message : "api.example.com"', [2]],
    ['message : "example"', []],
    ['message : "1,250"', [2]],
    ['message : "disk_usage"', [2]],
    ['message : "don\'t"', [3]],
    ['message : "v1.2"', [3]],
    ['message : "über"', [5]],
    ['message : "盘"', [5]],
    ['message : "…"', []],
    ['message : "dis*"', []],
    ['level : "error"', [1]],
    ['level : "error info"', []],
    ['service.name : "payment-service"', [1]],
    ['duration_ms : 12.5', [1]],
    ['bytes : "5000000000"', [2]],
    ['bytes : 7.5', []],
    ['cached : true', [1, 4]],
    ['client : "10.0.0.0/8"', [1]],
    ['client : "::1"', [5]],
    ['@timestamp : "2026-11-21"', [1, 2, 5]],
    ['@timestamp : "2026-11-21T11:30:00.000Z"', [2]],
    ['nothing : "x"', []],
    ['MATCH(duration_ms, "x", {"lenient": true})', []],
    ['NOT message : "disk"', [2, 3, 4]],
    ['message : "disk" OR id > 4', [1, 5]],
    ['MATCH(message, "disk") == false', [2, 3, 4]],
    ['message::keyword : "disk"', [1, 5]],
    ['MULTI_MATCH("error disk", level, message)', [1, 5]],
    ['MULTI_MATCH("12.5", message, duration_ms)', [1]],
    ['MATCH_PHRASE(message, "disk full")', [1, 5]],
    ['MATCH_PHRASE(message, "full disk")', []],
    ['MATCH_PHRASE(message, "memory low full")', [3]],
    ['MATCH_PHRASE(level, "error")', [1]],
  ];
  test.each(FOUND)('%s', async (condition, ids) => {
    expect(await idsOf(condition)).toEqual(ids);
  });

  test('take what they look for as a parameter', async () => {
    expect(await idsOf('message : ?q', { q: 'disk' })).toEqual([1, 5]);
    expect(await idsOf('MATCH(message, ?q)', { q: `x' OR 1=1 --` })).toEqual([]);
  });

  test('stand in the WHERE of an aggregate', async () => {
    expect(
      (
        await engine.run(
          'FROM logs | STATS n = COUNT(*) WHERE message : "disk", k = COUNT(*) WHERE KQL("level: error")',
        )
      ).rows,
    ).toEqual([[2, 1]]);
  });

  test('find a field under its new name', async () => {
    expect((await engine.run('FROM logs | RENAME message AS m | WHERE m : "disk" | SORT id | KEEP id')).rows).toEqual([
      [1],
      [5],
    ]);
  });
});

describe('KQL', () => {
  const FOUND: readonly Found[] = [
    ['KQL("level: error")', [1]],
    ['KQL("not level: error")', [2, 3, 4, 5]],
    ['KQL("level: (error or INFO or warn)")', [1, 5]],
    ['KQL("level: (error OR info) AND NOT service.name: order*")', [1]],
    ['KQL("service.name: payment*")', [1, 3]],
    ['KQL("service.name: *")', [1, 2, 3, 5]],
    ['KQL("message: disk full")', [1, 3, 5]],
    ['KQL("message: \\"disk full\\"")', [1, 5]],
    ['KQL("message: dis*")', [1, 2, 5]],
    ['KQL("duration_ms > 10")', [1, 2]],
    ['KQL("duration_ms >= 12.5 and duration_ms < 1000")', [1]],
    ['KQL("@timestamp >= \\"2026-11-21T11:00:00Z\\"")', [2, 5]],
    ['KQL("@timestamp >= now-1h")', [2, 5]],
    ['KQL("@timestamp < now/d")', [3, 4]],
    ['KQL("@timestamp > 2026-10")', [1, 2, 3, 5]],
    ['KQL("@timestamp <= 2026-11-20")', [3, 4]],
    ['KQL("client: \\"192.168.0.0/16\\"")', [2]],
    ['KQL("disk")', [1, 5]],
    ['KQL("error")', [1]],
    ['KQL("12.5")', [1]],
    ['KQL("*.name: order-service")', [2]],
    ['KQL("*: refused")', [3]],
    ['KQL("")', [1, 2, 3, 4, 5]],
    ['KQL("*")', [1, 2, 3, 4, 5]],
    ['KQL("service.name: a\\\\\\"b")', [5]],
    ['KQL("(level: error or level: info) and message: (disk or memory)")', [1]],
    ['KQL("level: error or level: info and message: refused")', [1]],
    ['KQL("cached: true")', [1, 4]],
  ];
  test.each(FOUND)('%s', async (condition, ids) => {
    expect(await idsOf(condition)).toEqual(ids);
  });
});

describe('QSTR', () => {
  const FOUND: readonly Found[] = [
    ['QSTR("level:error")', [1]],
    ['QSTR("level:error level:info")', [1, 2]],
    ['QSTR("message:disk AND -level:error")', [5]],
    ['QSTR("+message:disk +level:error")', [1]],
    ['QSTR("-level:error")', [2, 3, 4, 5]],
    ['QSTR("NOT level:error")', [2, 3, 4, 5]],
    ['QSTR("message:(refused memory)")', [3]],
    ['QSTR("message:(disk AND full)")', [1, 5]],
    ['QSTR("message:\\"disk full\\"")', [1, 5]],
    ['QSTR("duration_ms:[10 TO *]")', [1, 2]],
    ['QSTR("duration_ms:{12.5 TO 1250]")', [2]],
    ['QSTR("duration_ms:>12.5")', [2]],
    ['QSTR("duration_ms:<=7")', [4, 5]],
    ['QSTR("@timestamp:[2026-11-20 TO 2026-11-20]")', [3]],
    ['QSTR("message:dis*")', [1, 2, 5]],
    ['QSTR("message:d?sk")', [1, 5]],
    ['QSTR("message:dsk~1")', [1, 5]],
    ['QSTR("service.name:/payment-.+/")', [1, 3]],
    ['QSTR("_exists_:level")', [1, 2, 3, 5]],
    ['QSTR("level:*")', [1, 2, 3, 5]],
    ['QSTR("disk && memory || refused")', []],
    ['QSTR("disk full", {"default_operator": "AND"})', [1, 5]],
    ['QSTR("disk", {"default_field": "message"})', [1, 5]],
    ['QSTR("service.name:payment\\\\-service^2")', [1]],
    ['QSTR("*:refused")', [3]],
    ['QSTR("")', [1, 2, 3, 4, 5]],
  ];
  test.each(FOUND)('%s', async (condition, ids) => {
    expect(await idsOf(condition)).toEqual(ids);
  });
});

describe('whatever is searched for', () => {
  const pieces = fc.constantFrom(
    'disk', '"a b"', 'message:', 'level:', 'duration_ms:', '@timestamp:', 'client:', 'and', 'OR', 'NOT', '-', '(', ')', '*', 'x?y*', '~', '~2',
    '[1 TO 5]', '{a TO *}', '>5', '> ', 'now-1d/d', '2026-11', '10.0.0.0/8', '::1', '/a(b|c)+/', '/[/', '/<1-9>"/', '\\*', "'", '%', '_', '🔥', 'ß',
  ); // prettier-ignore

  test.each([
    'KQL(?q)',
    'QSTR(?q)',
    'MATCH(message, ?q)',
    'MATCH(message, ?q, {"fuzziness": 2})',
    'MATCH_PHRASE(message, ?q)',
    'level : ?q',
    'MULTI_MATCH(?q, level, message, bytes)',
  ])('%s answers or is refused', async (condition) => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), fc.constantFrom('', ' '), async (found, space) => {
        const text = found.join(space);
        try {
          const { rows } = await engine.run(`FROM logs | WHERE ${condition} | STATS n = COUNT(*)`, {
            parameters: { q: text },
          });
          expect(rows).toHaveLength(1);
          answered += 1;
        } catch (error) {
          if (!(error instanceof EsqlError)) throw new Error(`failed in the engine: ${text}`, { cause: error });
        }
      }),
      { numRuns: 60 },
    );
    expect(answered).toBeGreaterThan(0);
  });
});

describe('a search is refused', () => {
  const REFUSED: readonly (readonly [query: string, message: string])[] = [
    ['FROM logs | LIMIT 5 | WHERE message : "x"', '[:] operator cannot be used after LIMIT'],
    [
      'FROM logs | STATS n = COUNT(*) BY message | WHERE MATCH(message, "x")',
      '[MATCH] function cannot be used after STATS',
    ],
    ['FROM logs | MV_EXPAND level | WHERE level : "x"', '[:] operator cannot be used after MV_EXPAND'],
    [
      'FROM logs | LOOKUP JOIN owners ON service.name | WHERE QSTR("x")',
      '[QSTR] function cannot be used after LOOKUP JOIN',
    ],
    ['FROM logs | EVAL z = 2 | WHERE KQL("x")', '[KQL] function cannot be used after EVAL'],
    ['FROM logs | KEEP id | WHERE QSTR("x")', '[QSTR] function cannot be used after KEEP'],
    ['ROW a = "x" | WHERE KQL("x")', '[KQL] function cannot be used after ROW'],
    [
      'FROM logs | EVAL m = CONCAT(level, "x") | WHERE MATCH(m, "x")',
      '[MATCH] function cannot operate on [m], which is not a field from an index mapping',
    ],
    [
      'FROM logs | LOOKUP JOIN owners ON service.name | WHERE owner : "x"',
      '[:] operator cannot operate on [owner], which is not a field from an index mapping',
    ],
    ['FROM logs | EVAL y = message : "x"', '[:] operator is only supported in WHERE and STATS commands'],
    ['FROM logs | SORT MATCH(message, "x")', '[MATCH] function is only supported in WHERE and STATS commands'],
    ['FROM logs | STATS n = COUNT(*) BY KQL("x")', '[KQL] function is only supported in WHERE and STATS commands'],
    [
      'FROM logs | WHERE COALESCE(MATCH(message, "x"), true)',
      `Invalid condition [MATCH(message, "x")]. [MATCH] function can't be used with COALESCE`,
    ],
    ['FROM logs | WHERE duration_ms : "x"', 'Cannot convert string [x] to [DOUBLE]'],
    ['FROM logs | WHERE @timestamp : "x"', 'Cannot convert string [x] to [DATETIME]'],
    [
      'FROM logs | WHERE MATCH(message, level)',
      'argument of [MATCH(message, level)] must be a constant, received [level]',
    ],
    ['FROM logs | WHERE MATCH(message, null)', 'argument of [MATCH(message, null)] cannot be null, received [null]'],
    ['FROM logs | WHERE KQL(5)', 'argument of [KQL(5)] must be [string], found value [5] type [integer]'],
    ['FROM logs | WHERE MATCH(message)', 'error building [MATCH]: expects [2] arguments, found [1]'],
    [
      'FROM logs | WHERE MATCH(message, "x", {"operater": "AND"})',
      'Invalid option [operater] in [MATCH], expected one of [operator, minimum_should_match, fuzziness, prefix_length, fuzzy_transpositions, max_expansions, fuzzy_rewrite, analyzer, zero_terms_query, auto_generate_synonyms_phrase_query, lenient, boost], did you mean [operator]?',
    ],
    [
      'FROM logs | WHERE MATCH(message, "x", {"operator": "XOR"})',
      'Invalid option [operator] in [MATCH]: [XOR] is not supported, expected "and" or "or"',
    ],
    ['FROM logs | WHERE KQL("level: ")', 'KQL query cannot be read: expected a value, found its end'],
    ['FROM logs | WHERE KQL("(a")', 'KQL query cannot be read: expected [)], found its end'],
    ['FROM logs | WHERE KQL("a { b }")', 'KQL query cannot be read: expected AND, OR or the end, found [{]'],
    ['FROM logs | WHERE QSTR("level:")', 'QSTR query cannot be read: [] means nothing here; escape it by a backslash'],
    ['FROM logs | WHERE QSTR("(a")', 'QSTR query cannot be read: a parenthesis is not closed'],
    ['FROM logs | WHERE QSTR("duration_ms:[1 TO 2")', 'QSTR query cannot be read: a range is not closed'],
    [
      'FROM logs | EVAL x = ABS(1, {"a": 1})',
      'options in braces can only be the last argument of a function that takes any',
    ],
  ];
  test.each(REFUSED)('%s', async (query, message) => {
    expect(await refusalOf(query)).toBe(message);
  });
});
