import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Table } from '#adapters/duckdb/fill-table.ts';
import { openDuckdbTables, type TableStore } from '#adapters/duckdb/open-duckdb-tables.ts';
import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import { ARGUMENT_TYPES, type Argument, type ArgumentType, type FunctionKind } from '#esql/functions/definition.ts';
import { FUNCTIONS } from '#esql/functions/function-table.ts';
import type { FieldType, Schema } from '#esql/schema.ts';
import { systemClock } from '#kernel/clock.ts';

const VALUES: Readonly<Partial<Record<FieldType, readonly string[]>>> = {
  integer: ['0', '-1', '2147483647', '-2147483648', '7'],
  long: ['0', '9223372036854775807', '-9223372036854775808', '5', '1700000000000'],
  unsigned_long: ['0', '18446744073709551615', '3', '9223372036854775808', '1'],
  double: ['0.5', '-1.7976931348623157e308', '1.7976931348623157e308', '5e-324', '-0.0'],
  keyword: ['', 'a b', 'ß🔥e\u0301 %_\\', '2025-06-08T10:00:00Z', '1e999'],
  text: ['Connected to 10.1.0.1', 'a', 'Connected to 10.1.0.2', '', 'disk full'],
  boolean: ['true', 'false', 'true', 'false', 'true'],
  date: ['1970-01-01', '9999-12-31T23:59:59.999Z', '0001-01-01', '2024-02-29T12:00:00Z', '2025-01-01'],
  date_nanos: [
    '1970-01-01',
    '2262-04-11T23:47:16.854775807Z',
    '2024-02-29T12:00:00.000000001Z',
    '2025-01-01',
    '1999-01-01',
  ],
  ip: ['10.0.0.1', '::1', '10.0.0.2', '255.255.255.255', '2001:db8::'],
  version: ['1.2.3', 'x', '1.10-rc.1', '', '0'],
};

const TYPES = Object.keys(VALUES) as FieldType[];
const nameOf = (type: FieldType): string => `f_${type}`;
const severalOf = (type: FieldType): string => `m_${type}`;

const odd: Table = {
  name: 'odd',
  columns: [
    ...TYPES.map((type) => ({ name: nameOf(type), type, isMulti: false })),
    ...TYPES.map((type) => ({ name: severalOf(type), type, isMulti: true })),
  ],
  rows: Array.from({ length: 6 }, (_, row) => [
    ...TYPES.map((type) => VALUES[type]?.[row] ?? null),
    ...TYPES.map((type) => (row === 5 ? null : (VALUES[type] ?? []).slice(row % 4))),
  ]),
};
const looked: Table = {
  name: 'looked',
  columns: TYPES.map((type) => ({ name: nameOf(type), type, isMulti: false })).concat([
    { name: 'extra', type: 'keyword', isMulti: false },
    { name: 'more', type: 'long', isMulti: false },
  ]),
  rows: Array.from({ length: 4 }, (_, row) => [
    ...TYPES.map((type) => VALUES[type]?.[row] ?? null),
    'more',
    String(row),
  ]),
};

const field: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TYPES.map(nameOf)) },
  { weight: 2, arbitrary: fc.constantFrom(...TYPES.map(severalOf)) },
);
const constant = fc.constantFrom(
  '0', '-1', '2.5', '9223372036854775808', '"a"', '""', '"2024-01-01"', '"1.2.3.4"', 'true', 'null', '[1, 2]', '["a", "b"]', 'NOW()', '1 day', '3 months',
); // prettier-ignore
const CONSTANTS: Readonly<Partial<Record<ArgumentType, readonly string[]>>> = {
  boolean: ['true', 'null'],
  integer: ['0', '-1', '3'],
  'whole number': ['2', '-3'],
  numeric: ['0.5', '-7', '9223372036854775808'],
  string: ['"a"', '"year"', '"yyyy-MM-dd"', '"md5"', '"[a-z]"', '","'],
  datetime: ['"2024-01-01"', 'NOW()'],
  'time span': ['1 day', '3 months', '90 minutes'],
  ip: ['"10.0.0.0"'],
  version: ['"1.2"'],
};

/** Mostly an argument that the function takes, by its table. */
const argumentOf = ({ accepts, needs }: Argument, any: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const kinds =
    accepts.length === 0 ? (['numeric', 'string', 'datetime', 'boolean', 'ip', 'version'] as const) : accepts;
  const types = kinds.flatMap((kind): readonly string[] => ARGUMENT_TYPES[kind]);
  const fields = TYPES.filter((type) => types.includes(type)).flatMap((type) => [nameOf(type), severalOf(type)]);
  const constants = kinds.flatMap((kind) => CONSTANTS[kind] ?? []);
  const fitting = needs || fields.length === 0 ? constants : [...fields, ...fields, ...constants];
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...fitting, 'null') }, { weight: 2, arbitrary: any });
};

const callOf = (kind: FunctionKind, any: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .constantFrom(...FUNCTIONS.filter((definition) => definition.kind === kind))
    .chain(({ name, signatures }) => fc.tuple(fc.constant(name), fc.constantFrom(...signatures), fc.boolean()))
    .chain(([name, signature, isLong]) => {
      const rounds = Array.from(
        { length: (signature.repeated?.minRounds ?? 0) + (isLong ? 1 : 0) },
        () => signature.repeated?.arguments ?? [],
      );
      const rules = [...signature.arguments, ...rounds.flat()];
      return fc.tuple(...rules.map((rule) => argumentOf(rule, any))).map((values) => `${name}(${values.join(', ')})`);
    });

const expression: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: field },
    { weight: 2, arbitrary: constant },
    { weight: 5, arbitrary: callOf('scalar', tie('tree')) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', 'AND', 'OR'), tie('tree'))
        .map((parts) => `(${parts.join(' ')})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          tie('tree'),
          fc.constantFrom('IS NULL', 'IS NOT NULL', 'LIKE "a*"', 'RLIKE "a.*"', 'IN (1, 2)', 'IN ("a", null)'),
        )
        .map((parts) => `(${parts.join(' ')})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          tie('tree'),
          fc.constantFrom(
            'integer',
            'long',
            'double',
            'keyword',
            'boolean',
            'date',
            'ip',
            'version',
            'ul',
            'date_nanos',
          ),
        )
        .map(([value, type]) => `(${value})::${type}`),
    },
  ),
})).tree;

const aggregate = fc
  .tuple(callOf('aggregate', expression), fc.option(expression, { freq: 5, nil: null }))
  .map(([call, filter]) => `${call}${filter === null ? '' : ` WHERE ${filter}`}`);

const group = fc.oneof(
  { weight: 3, arbitrary: field },
  { weight: 1, arbitrary: expression },
  {
    weight: 1,
    arbitrary: fc
      .tuple(field, fc.constantFrom('1 day', '10', '3 months', '5, "2024-01-01", "2025-01-01"', '5, 0, 100', '0.5'))
      .map(([of, size]) => `BUCKET(${of}, ${size})`),
  },
  { weight: 1, arbitrary: fc.constantFrom('CATEGORIZE(f_text)', 'CATEGORIZE(f_keyword)') },
);

const assigned = (names: string, values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(values, { minLength: 1, maxLength: 2 })
    .map((list) => list.map((value, at) => `${names}${at} = ${value}`).join(', '));

const command = fc.oneof(
  { weight: 4, arbitrary: assigned('e', expression).map((fields) => `EVAL ${fields}`) },
  { weight: 2, arbitrary: expression.map((condition) => `WHERE ${condition}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('STATS', 'INLINE STATS'), assigned('a', aggregate), fc.option(assigned('g', group), { nil: null }))
      .map(([word, values, by]) => `${word} ${values}${by === null ? '' : ` BY ${by}`}`),
  },
  { weight: 1, arbitrary: field.map((name) => `MV_EXPAND ${name}`) },
  { weight: 2, arbitrary: fc.tuple(expression, fc.constantFrom('', ' DESC', ' NULLS FIRST')).map(([key, order]) => `SORT ${key}${order}`) },
  { weight: 1, arbitrary: fc.constantFrom('LIMIT 3', 'LIMIT 0', 'SAMPLE 0.5', 'DROP f_text', 'KEEP f_*, m_*', 'RENAME f_long AS f_integer') },
  { weight: 1, arbitrary: fc.tuple(field, fc.constantFrom('"%{x} %{y}"', '"%{+x}.%{+x}"')).map(([of, pattern]) => `DISSECT ${of} ${pattern}`) },
  { weight: 1, arbitrary: field.map((of) => `GROK ${of} "%{WORD:w} %{NUMBER:n:int}"`) },
  { weight: 1, arbitrary: fc.constantFrom(...TYPES.map((type) => `LOOKUP JOIN looked ON ${nameOf(type)}`), 'LOOKUP JOIN looked ON f_keyword, f_ip', 'LOOKUP JOIN looked ON m_integer >= more AND m_keyword != extra', 'LOOKUP JOIN looked ON m_ip == extra') },
  { weight: 1, arbitrary: fc.tuple(field, field).map(([value, key]) => `CHANGE_POINT ${value} ON ${key}`) },
); // prettier-ignore

const query = fc
  .array(command, { minLength: 1, maxLength: 4 })
  .map((commands) => ['FROM odd', ...commands].join(' | '));

const RUNS = 400;

describe('a pipeline of any commands', () => {
  let store: TableStore;
  let schema: Schema;
  beforeAll(async () => {
    store = await openDuckdbTables({ clock: systemClock }, [odd, looked]);
    schema = new Map([...store.schema()].map(([name, index]) => [name, { ...index, isLookup: name === 'looked' }]));
  });
  afterAll(() => store.close());

  const ask = async (text: string): Promise<boolean> => {
    let checked;
    try {
      checked = checkQuery(text, { schema });
    } catch (error) {
      if (error instanceof EsqlError) return false;
      throw error;
    }
    try {
      await store.query({ query: checked, timeoutMs: 20_000, withFailureWarnings: true, purpose: 'fuzz' });
    } catch (error) {
      throw new Error(`failed in the engine: ${text}`, { cause: error });
    }
    return true;
  };

  test('is answered or refused with a message', { timeout: 120_000 }, async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        answered += (await ask(text)) ? 1 : 0;
      }),
      { numRuns: RUNS },
    );
    expect(answered).toBeGreaterThan(RUNS / 20);
  });
});
