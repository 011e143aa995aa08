import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { printQuery } from '#esql/print-query.ts';
import type { Schema } from '#esql/schema.ts';
import { query } from './query-arbitrary.ts';

const withoutSpans = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (name === 'span' ? [] : [[name, withoutSpans(inner)]])),
  );
};

const schema: Schema = new Map([
  [
    'logs',
    { fields: new Map([['a', 'integer'], ['service.name', 'keyword'], ['@timestamp', 'date'], ['x1', 'double']]), isLookup: false },
  ],
]); // prettier-ignore

const onlyEsqlErrors = (run: () => unknown): boolean => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof EsqlError)) throw error;
    expect(error.report()).not.toBe('');
    return error.problems.length > 0;
  }
  return true;
};

describe('the printed text of a query', () => {
  test('parses back to the same tree', () => {
    fc.assert(
      fc.property(query, (tree) => {
        expect(withoutSpans(parseQuery(printQuery(tree)))).toEqual(withoutSpans(tree));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is the same when it is printed again', () => {
    fc.assert(
      fc.property(query, (tree) => {
        const text = printQuery(tree);
        expect(printQuery(parseQuery(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a query that was copied from a chat', () => {
  test.each([
    ['FROM logs | WHERE a ‹ 1 AND b ›= 2', 'FROM logs | WHERE a < 1 AND b >= 2'],
    ['FROM logs | EVAL b = a ∗ 2', 'FROM logs | EVAL b = a * 2'],
    ['FROM logs | KEEP attributes.∗, x1*', 'FROM logs | KEEP attributes.*, x1*'],
    ['FROM logs | WHERE a == "‹∗›"', 'FROM logs | WHERE a == "‹∗›"'],
  ])('is read with the signs that its own stand for, but for texts: %s', (copied, meant) => {
    expect(printQuery(parseQuery(copied)).replaceAll('\n', ' ')).toBe(meant);
  });
});

describe('whatever is written', () => {
  const word = fc.constantFrom(
    ...'FROM|logs|WHERE|EVAL|STATS|BY|SORT|LIMIT|KEEP|DROP|RENAME|AS|ROW|LOOKUP JOIN|ON|a|service.name|@timestamp|`|"|"""|\\|(|)|[|]|{|}|,|.|*|=|==|::|:|-|+|/|%|?|??|?x|1|1.5|5 min|null|true|NOT|AND|OR|IN|LIKE|RLIKE|IS|//|/*|*/|COUNT(|MAX(a)|BUCKET(@timestamp, 1 hour)|\u00a0|\n|🔥'
      .split('|')
      .concat('|'),
  );

  test('only ever fails with an EsqlError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(word, { maxLength: 25 }).map((words) => words.join(' ')),
        ),
        (text) => onlyEsqlErrors(() => checkQuery(text, { schema, parameters: { x: 1 } })),
      ),
      { numRuns: 5_000 },
    );
  });

  test('any tree is checked, or refused with its places', () => {
    fc.assert(
      fc.property(query, (tree) =>
        onlyEsqlErrors(() => checkQuery(printQuery(tree), { schema, parameters: { x: 'a' } })),
      ),
      { numRuns: 2_000 },
    );
  });
});
