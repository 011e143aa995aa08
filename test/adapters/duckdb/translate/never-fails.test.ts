import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST_TYPES } from '#esql/ast.ts';
import { EsqlError } from '#esql/errors.ts';
import type { Argument, FunctionDefinition } from '#esql/functions/definition.ts';
import { FUNCTIONS } from '#esql/functions/function-table.ts';
import { indexOf, startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';

const schema = new Map([
  [
    'odd',
    indexOf({
      i: 'integer',
      l: 'long',
      d: 'double',
      s: 'keyword',
      t: 'date',
      b: 'boolean',
      n: 'keyword',
      u: 'unsigned_long',
      z: 'date_nanos',
      v: 'version',
    }),
  ],
]);

// The ends of each type, and texts that look like something else.
const TABLES = [
  'CREATE TABLE odd (i INTEGER, l BIGINT, d DOUBLE, s VARCHAR, t TIMESTAMP, b BOOLEAN, n VARCHAR, u UBIGINT, z BIGINT, v VARCHAR)',
  `INSERT INTO odd VALUES
    (0, 0, 0.0, '', '1970-01-01', true, NULL, 0, 0, '~'),
    (2147483647, 9223372036854775807, 1.7976931348623157e308, '2025-06-08T10:00:00.123Z', '9999-12-31 23:59:59.999', false, NULL, 18446744073709551615, 9223372036854775807, '~x y'),
    (-2147483648, -9223372036854775808, -1.7976931348623157e308, '-9999999999999999999', '0001-01-01', NULL, NULL, 9223372036854775808, 1, NULL),
    (-1, 1, 5e-324, 'ß🔥e\u0301 %_\\', '2024-02-29 12:00:00', true, NULL, NULL, NULL, NULL),
    (7, -7, -0.5, '1e999', '1969-12-31 23:59:59.999', false, NULL, 7, 1698063303360103847, '0011.0012' || chr(3) || ' 1.2'),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 1000000, 1e16, 'NaN', '2025-06-08 10:00:00.123', true, NULL, 3, 86400000000000, NULL)`,
];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(schema, TABLES);
});
afterAll(() => engine.close());

type Kind = 'numeric' | 'unsigned' | 'whole' | 'string' | 'date' | 'boolean' | 'ip' | 'version';

const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  numeric: ['i', 'l', 'd', 'u', '0', '-1', '3', '0.5', '1e308', '9223372036854775807', 'null'],
  unsigned: ['u', '18446744073709551615', 'TO_UNSIGNED_LONG(s)', 'null'],
  whole: ['i', '0', '-1', '2', '2147483647', 'null'],
  string: ['s', 'n', '""', '"a.b"', '"7.5"', '"2025-06-08"', 'null', 'CONCAT(s, "x")'],
  date: ['t', 'z', 'TO_DATE_NANOS(s)', 'NOW()', '"2025-06-08T01:02:03Z"', 'null'],
  boolean: ['b', 'true', 'false', 'null'],
  ip: ['TO_IP(s)', 'TO_IP("::1")', '"10.0.0.1"', 'null'],
  version: ['v', 'TO_VERSION(s)', 'null'],
};

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  DATE_DIFF: 'year quarter month week day hour minute second ms mcs ns'.split(' ').map((unit) => `"${unit}"`),
  DATE_EXTRACT: [
    '"year"',
    '"day_of_week"',
    '"epoch_day"',
    '"nano_of_day"',
    '"aligned_week_of_year"',
    '"instant_seconds"',
  ],
  DATE_FORMAT: ['"yyyy-MM-dd"', "\"EEEE 'o''clock' h a SSS%\"", '"Q S yy DDD YYYY ww e W F"'],
  DATE_PARSE: [
    '"yyyy-MM-dd"',
    '"d/MMM/yyyy:HH:mm:ss Z"',
    '"yyyy-MM-dd\'T\'HH:mm:ss.SSSX"',
    '"yy h a"',
    '"yyyy-DDD"',
    '"YYYY-ww-e"',
  ],
  REPLACE: ['"[a-z]+"', '"(.)"', '""', '"$0"'],
};

const SPANS = ['1 week', '7 minutes', '2147483647 years', '2147483647 days', '5 months', '3 years', '1 ms', '400 days'];

const kindsOf = (argument: Argument): readonly Kind[] => {
  if (argument.accepts.length === 0) return ['numeric', 'unsigned', 'string', 'date', 'boolean', 'version'];
  const kinds: Readonly<Partial<Record<Argument['accepts'][number], Kind>>> = {
    boolean: 'boolean',
    integer: 'whole',
    'whole number': 'whole',
    numeric: 'numeric',
    string: 'string',
    datetime: 'date',
    ip: 'ip',
    version: 'version',
  };
  return argument.accepts.flatMap((type) => kinds[type] ?? []);
};

const argumentOf = (
  definition: FunctionDefinition,
  argument: Argument,
  inner: (kind: Kind) => fc.Arbitrary<string>,
  kind: Kind | undefined,
): fc.Arbitrary<string> => {
  if (argument.accepts.includes('time span')) return fc.constantFrom(...SPANS);
  if (argument.needs) return fc.constantFrom(...(LITERALS[definition.name] ?? ['5', '0.5', '99']));
  const [first = 'numeric'] = kindsOf(argument);
  return argument.sharesType || argument.accepts.length === 0 ? inner(kind ?? first) : inner(first);
};

const callOf = (definition: FunctionDefinition, inner: (kind: Kind) => fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .record({
      signature: fc.constantFrom(...definition.signatures),
      kind: fc.constantFrom<Kind>('numeric', 'unsigned', 'string', 'date', 'boolean', 'version'),
      hasLast: fc.boolean(),
    })
    .chain(({ signature, kind, hasLast }) => {
      const rules = [
        ...signature.arguments,
        ...(signature.repeated?.arguments ?? []),
        ...(signature.last && hasLast ? [signature.last] : []),
      ];
      return fc
        .tuple(...rules.map((rule) => argumentOf(definition, rule, inner, kind)))
        .map((values) => `${definition.name}(${values.join(', ')})`);
    });

const OPERATIONS: readonly ((inner: (kind: Kind) => fc.Arbitrary<string>) => fc.Arbitrary<string>)[] = [
  (inner) =>
    fc
      .tuple(inner('numeric'), fc.constantFrom('+', '-', '*', '/', '%', '==', '<'), inner('numeric'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
  (inner) =>
    fc
      .tuple(inner('unsigned'), fc.constantFrom('+', '-', '*', '/', '%', '==', '<'), inner('unsigned'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
  (inner) => inner('numeric').map((value) => `-(${value})`),
  (inner) =>
    fc
      .tuple(inner('date'), fc.constantFrom('+', '-'), fc.constantFrom(...SPANS))
      .map((parts) => `(${parts.join(' ')})`),
  (inner) =>
    fc
      .tuple(
        inner('string'),
        fc.constantFrom('LIKE "*a_%?"', 'NOT LIKE """\\\\*"""', 'RLIKE "[^a-z]+.?"', 'IN ("a", n)', 'IS NULL'),
      )
      .map((parts) => `(${parts.join(' ')})`),
  (inner) =>
    fc
      .tuple(
        fc.constantFrom<Kind>('numeric', 'unsigned', 'string', 'boolean', 'date', 'version').chain(inner),
        fc.constantFrom(...CAST_TYPES),
      )
      .map(([value, type]) => `(${value})::${type}`),
];

// A span is no column.
const calls = FUNCTIONS.filter(
  ({ kind, name }) => kind === 'scalar' && !name.startsWith('TO_DATEP') && !name.startsWith('TO_TIMED'),
);

const expression = (depth: number): fc.Arbitrary<string> => {
  const inner = (kind: Kind): fc.Arbitrary<string> =>
    depth === 0
      ? fc.constantFrom(...LEAVES[kind])
      : fc.oneof(
          { weight: 1, arbitrary: fc.constantFrom(...LEAVES[kind]) },
          { weight: 2, arbitrary: expression(depth - 1) },
        );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...calls).chain((definition) => callOf(definition, inner)) },
    { weight: 2, arbitrary: fc.constantFrom(...OPERATIONS).chain((operation) => operation(inner)) },
  );
};

/** Runs the query; false where it is refused before it runs. */
const runs = async (query: string): Promise<boolean> => {
  try {
    await engine.run(query);
    return true;
  } catch (error) {
    if (error instanceof EsqlError) return false;
    throw new Error(`failed in the engine: ${query}`, { cause: error });
  }
};

describe('a checked query never fails in the engine', () => {
  test.each(calls.map((definition) => [definition.name, definition] as const))(
    '%s of odd values',
    async (_, definition) => {
      const leaf = (kind: Kind): fc.Arbitrary<string> => fc.constantFrom(...LEAVES[kind]);
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(callOf(definition, leaf), async (call) => {
          answered += (await runs(`FROM odd | EVAL x = ${call}`)) ? 1 : 0;
        }),
        { numRuns: 20 },
      );
      expect(answered).toBeGreaterThan(0);
    },
  );

  test('whatever is put into each other', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(expression(2), async (text) => {
        // What occurs twice is computed once by the engine, and must not escape its guard there.
        const twice = `x = ${text}, y = COALESCE(${text}, ${text}), z = TO_STRING(${text})`;
        answered += (await runs(`FROM odd | EVAL ${twice} | WHERE x IS NULL OR y == x | SORT z DESC | LIMIT 5`))
          ? 1
          : 0;
      }),
      { numRuns: 150 },
    );
    expect(answered).toBeGreaterThan(20);
  });

  test('whatever is aggregated and grouped', async () => {
    const aggregate = fc.constantFrom(...FUNCTIONS.filter(({ kind }) => kind === 'aggregate'));
    const inner = (kind: Kind): fc.Arbitrary<string> => fc.oneof(fc.constantFrom(...LEAVES[kind]), expression(0));
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(
        aggregate.chain((definition) => callOf(definition, inner)),
        fc.oneof(
          fc.constantFrom(
            'BUCKET(t, 7 days)',
            'BUCKET(t, 20, "1969-01-01", NOW())',
            'BUCKET(d, 1e-300)',
            'BUCKET(l, 5, 0, 1e18)',
            'b',
          ),
          expression(0),
        ),
        expression(0),
        async (call, group, filter) => {
          const queries = [
            `FROM odd | STATS x = ${call} BY g = ${group}`,
            `FROM odd | STATS x = ${call} WHERE (${filter}) IS NULL`,
          ];
          for (const query of queries) answered += (await runs(query)) ? 1 : 0;
        },
      ),
      { numRuns: 150 },
    );
    expect(answered).toBeGreaterThan(20);
  });

  test('an expression as deep as the limit allows', async () => {
    const deep = ['1 + ', '1.5 * '].map((step) => `${step.repeat(99)}i`);
    const calls99 = [`${'ABS('.repeat(99)}d${')'.repeat(99)}`, `${'ROUND('.repeat(99)}d${', 1)'.repeat(99)}`];
    const nots = `${'NOT '.repeat(98)}b`;
    const others = [
      `${'GREATEST('.repeat(98)}d${', 1.0)'.repeat(98)}`,
      `${'SUBSTRING('.repeat(98)}s${', 1)'.repeat(98)}`,
      `${'(1 / '.repeat(98)}d${')'.repeat(98)}`,
    ];
    for (const text of [...deep, ...calls99, nots, ...others])
      expect([text.slice(0, 12), await runs(`FROM odd | EVAL x = ${text}`)]).toEqual([text.slice(0, 12), true]);
  });

  test('lists as long as the length of a query allows', async () => {
    const listOf = (member: (at: number) => string, glue: string): string =>
      Array.from({ length: 1_100 }, (_, at) => member(at)).join(glue);
    const long = [
      listOf((at) => `i==${at}`, ' OR '),
      listOf((at) => `i/${at}>d`, ' AND '),
      listOf((at) => `b AND i>${at}`, ' OR '),
      `i IN (${listOf((at) => `${at}`, ', ')})`,
      `s LIKE (${listOf((at) => `"a${at}*"`, ', ')})`,
      `CONCAT(${listOf(() => 's', ', ')}) == s`,
      `COALESCE(${listOf(() => 's', ', ')}) == s`,
    ];
    for (const text of long)
      for (const command of ['WHERE', 'EVAL x =', 'STATS n = COUNT(*) WHERE', 'STATS n = COUNT(*) BY x ='])
        expect([command, text.slice(0, 12), await runs(`FROM odd | ${command} ${text}`)]).toEqual([
          command,
          text.slice(0, 12),
          true,
        ]);
  });

  test('as many commands as the limit allows', async () => {
    expect(await runs(`FROM odd${' | EVAL d = d / 3 | SORT d'.repeat(24)}`)).toBe(true);
  });
});
