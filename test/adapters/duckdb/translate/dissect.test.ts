import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printString } from '#esql/print/print-expression.ts';
import { startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(new Map());
});
afterAll(() => engine.close());

type Keys = Record<string, unknown> | null;

/** What DISSECT makes of each text; null where it does not match. */
const dissectAll = async (pattern: string, texts: readonly string[]): Promise<readonly Keys[]> => {
  const { columns, rows } = await engine.run(
    `ROW text = ?texts, at = ?places | EVAL both = MV_ZIP(text, at, "\\n") | MV_EXPAND both | EVAL at = SPLIT(both, "\\n") | EVAL at = TO_INTEGER(MV_LAST(at)), text = SUBSTRING(both, 1, LENGTH(both) - LENGTH(TO_STRING(at)) - 1) | SORT at | DROP both, at | DISSECT text ${printString(pattern)} APPEND_SEPARATOR="/" | DROP text | LIMIT 10000`,
    { parameters: { texts: ['', ...texts], places: ['', ...texts].map((_, at) => String(at)) } },
  );
  return rows.slice(1).map((row) => {
    if (row.every((value) => value === null)) return null;
    return Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]));
  });
};

interface ModelKey {
  readonly name: string;
  readonly isKept: boolean;
  readonly isAppended: boolean;
  readonly order: number;
  readonly isPadded: boolean;
  readonly delimiter: string;
}

/** What a pattern of these keys makes of a text: one cursor that never goes back. Null where it does not match. */
const model = (leading: string, keys: readonly ModelKey[], text: string): Keys => {
  if (!text.startsWith(leading) || text.length === leading.length) return null;
  const held: string[] = [];
  let cursor = leading.length;
  while (held.length < keys.length) {
    const current = keys[held.length];
    if (!current) break;
    const { delimiter } = current;
    if (delimiter === '') {
      held.push(text.slice(cursor));
      break;
    }
    const end = text.indexOf(delimiter, cursor);
    if (end === -1) return null;
    held.push(text.slice(cursor, end));
    cursor = end + delimiter.length;
    // Each delimiter that stands again empties a key, until one is padded.
    for (; text.startsWith(delimiter, cursor); cursor += delimiter.length)
      if (keys[held.length - 1]?.isPadded === false && held.length < keys.length) held.push('');
  }
  const filled = keys.map((key, at) => ({ ...key, value: held[at] ?? '' })).filter(({ isKept }) => isKept);
  return Object.fromEntries(
    [...Map.groupBy(filled, ({ name }) => name)].map(([name, parts]) => {
      if (!parts.some(({ isAppended }) => isAppended)) return [name, parts.at(-1)?.value ?? ''];
      return [
        name,
        parts
          .toSorted((a, b) => a.order - b.order)
          .map(({ value }) => value)
          .join('/'),
      ];
    }),
  );
};

describe('DISSECT', () => {
  test.each([
    ['%{a} %{b}', 'x y z', { a: 'x', b: 'y z' }],
    ['[%{a}]-%{b};', '[x]-y;', { a: 'x', b: 'y' }],
    ['%{a->} %{b}', 'x    y', { a: 'x', b: 'y' }],
    ['%{} %{?no} %{c}', '1 2 3', { c: '3' }],
    ['%{+a/2} %{+a/1}', '1 2', { a: '2/1' }],
    ['%{a}.%{b}', 'x\ny.z', { a: 'x\ny', b: 'z' }],
    ['%{a}=%{b}', 'nothing', null],
    ['%{a} %{b}.', 'x y. and more', { a: 'x', b: 'y' }],
    ['%{a},%{b}', 'x,,y', { a: 'x', b: '' }],
    ['%{a},%{b},%{c}', 'x,,y', { a: 'x', b: '', c: 'y' }],
    ['%{a} %{b},%{c}', 'x  y,z', { a: 'x', b: '', c: 'y,z' }],
    ['%{a} %{b->},%{c}', 'x y,,,z', { a: 'x', b: 'y', c: 'z' }],
    ['%{a} %{a}', 'x y', { a: 'y' }],
    ['%{+a} %{a} %{b}', 'x y z', { a: 'x/y', b: 'z' }],
    ['%{a} %{b', 'x y', { a: 'x' }],
    ['%{a}%{b} %{c}', 'x%{b} y', { a: 'x', c: 'y' }],
    ['%{a}', '', null],
    ['[%{a}]', '[]', { a: '' }],
    ['%{a},%{b}:%{c}', 'x,,y', { a: 'x', b: '', c: 'y' }],
    ['%{a},%{b}:%{c}', 'x,,,y', { a: 'x', b: '', c: '' }],
    ['%{a->},%{b},', 'x,,', null],
    ['%{a},%{b->}:%{c}', 'x,,,y', { a: 'x', b: '', c: 'y' }],
    ['%{a},%{b}:%{c}', 'x,:,y', { a: 'x', b: '', c: ',y' }],
    ['é%{a} %{b}', 'éx ü', { a: 'x', b: 'ü' }],
    ['%{a}--%{b}', 'x---y', { a: 'x', b: '-y' }],
  ])('%s of %s', async (pattern, text, expected) => {
    expect(await dissectAll(pattern, [text])).toEqual([expected]);
  });

  test('reads whatever is written by one cursor that never goes back', async () => {
    const delimiter = fc.string({ unit: fc.constantFrom(',', ':', ' ', '-', '|', 'é'), minLength: 1, maxLength: 3 });
    const key = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      modifier: fc.constantFrom('', '', '', '?', '+', '+/'),
      order: fc.integer({ min: 0, max: 3 }),
      isPadded: fc.boolean(),
    });
    const given = fc
      .tuple(
        fc.constantFrom('', '', '<', 'é:'),
        fc.array(key, { minLength: 1, maxLength: 6 }),
        fc.array(delimiter, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
      )
      .chain(([leading, keys, delimiters, isClosed]) =>
        fc.record({
          leading: fc.constant(leading),
          keys: fc.constant(keys),
          between: fc.array(fc.constantFrom(...delimiters), { minLength: keys.length, maxLength: keys.length }),
          isClosed: fc.constant(isClosed),
          texts: fc.array(
            fc
              .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...delimiters) }, { weight: 1, arbitrary: fc.constantFrom('x', 'é', 'yz', ',', '-') }), { maxLength: 12 })
              .map((pieces) => `${leading}${pieces.join('')}`),
            { minLength: 30, maxLength: 60 },
          ),
        }),
      ); // prettier-ignore
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(given, async ({ leading, keys, between, isClosed, texts }) => {
        const modelKeys = keys.map(({ name, modifier, order, isPadded }, at): ModelKey => ({
          name,
          isKept: modifier !== '?',
          isAppended: modifier.startsWith('+'),
          order: modifier === '+/' ? order : -1,
          isPadded,
          delimiter: at < keys.length - 1 || isClosed ? (between[at] ?? '') : '',
        }));
        const written = keys.map(({ name, modifier, order, isPadded }, at) => {
          const number = modifier === '+/' ? `/${order}` : '';
          return `%{${modifier.charAt(0)}${name}${number}${isPadded ? '->' : ''}}${modelKeys[at]?.delimiter ?? ''}`;
        });
        const pattern = `${leading}${written.join('')}`;
        fc.pre(modelKeys.some(({ isKept }) => isKept));
        const expected = texts.map((text) => model(leading, modelKeys, text));
        matched += expected.filter((found) => found !== null).length;
        expect([pattern, await dissectAll(pattern, texts)]).toEqual([pattern, expected]);
      }),
      { numRuns: 150 },
    );
    expect(matched).toBeGreaterThan(1_000);
  });
});
