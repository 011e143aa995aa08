import fc from 'fast-check';
import { SPAN_UNITS } from '#esql/ast.ts';
import type { AggregateField, Expression, Field, Literal, Name, ParameterKey, Query } from '#esql/ast.ts';
import { printExpression } from '#esql/print/print-expression.ts';

const span = { start: 0, end: 0 };

const key: fc.Arbitrary<ParameterKey> = fc.oneof(
  fc.constantFrom('x', 'from', 'a_1').map((name) => ({ style: 'named' as const, name })),
  fc.integer({ min: 1, max: 9 }).map((position) => ({ style: 'positional' as const, position })),
);

const plainName = fc.oneof(
  fc.constantFrom('a', 'service.name', '@timestamp', '_x', 'x1'),
  fc.constantFrom('null', 'a.by', 'user-agent', '1st', 'a`b', 'x y', 'as', 'AND', '', 'ü', 'a..b', '*').filter(Boolean),
  fc.string({ minLength: 1 }),
);

export const name: fc.Arbitrary<Name> = fc.oneof(
  { weight: 5, arbitrary: plainName.map((text) => ({ kind: 'name' as const, name: text, span })) },
  { weight: 1, arbitrary: key.map((parameter) => ({ kind: 'parameter-name' as const, key: parameter, span })) },
);

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

const literal: fc.Arbitrary<Literal> = fc
  .oneof(
    fc.constant({ type: 'null' as const }),
    fc.boolean().map((value) => ({ type: 'boolean' as const, value })),
    fc.integer().map((value) => ({ type: 'integer' as const, value })),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .filter((value) => value > 2_147_483_647n || value < -2_147_483_648n)
      .map((value) => ({ type: 'long' as const, value })),
    fc.bigInt({ min: 2n ** 63n, max: 2n ** 64n - 1n }).map((value) => ({ type: 'unsigned_long' as const, value })),
    finite.map((value) => ({ type: 'double' as const, value })),
    fc.string({ unit: 'binary' }).map((value) => ({ type: 'keyword' as const, value })),
  )
  .map((value) => ({ kind: 'literal', literal: value, span }));

const member = literal.filter((one) => one.literal.type !== 'null');

const parameter = key.map((value) => ({ kind: 'parameter' as const, key: value, span }));

const pattern = fc.oneof(
  fc.string().map((value): Literal => ({ kind: 'literal', literal: { type: 'keyword', value }, span })),
  parameter,
);

const list = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 3 });

export const expression: fc.Arbitrary<Expression> = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    literal,
    list(member).map((values) => ({ kind: 'list' as const, values, span })),
    fc.record({
      kind: fc.constant('time-span' as const),
      amount: fc.integer(),
      unit: fc.constantFrom(...SPAN_UNITS),
      span: fc.constant(span),
    }),
    parameter,
    name.map((column) => ({ kind: 'column' as const, name: column, span })),
    fc.record({
      kind: fc.constant('call' as const),
      function: fc.oneof(
        fc.constantFrom('COUNT', 'CASE', 'X_1'),
        key.map((value) => ({ kind: 'parameter-name' as const, key: value, span })),
      ),
      arguments: fc.oneof(fc.array(tie('tree'), { maxLength: 3 }), fc.constant([{ kind: 'star' as const, span }])),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      function: fc.constant(':'),
      arguments: fc.tuple(tie('tree'), literal),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      function: fc.constant('MATCH'),
      arguments: fc.tuple(
        tie('tree'),
        fc.record({
          kind: fc.constant('options' as const),
          entries: fc.array(fc.record({ key: fc.string(), value: fc.oneof(literal, parameter) }), { maxLength: 3 }),
          span: fc.constant(span),
        }),
      ),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constantFrom('negate' as const, 'not' as const),
      operand: tie('tree'),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom(...(['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>='] as const)),
      left: tie('tree'),
      right: tie('tree'),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('in' as const),
      operand: tie('tree'),
      values: list(tie('tree')),
      isNegated: fc.boolean(),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constantFrom('like' as const, 'rlike' as const),
      operand: tie('tree'),
      patterns: list(pattern),
      isNegated: fc.boolean(),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('is-null' as const),
      operand: tie('tree'),
      isNegated: fc.boolean(),
      span: fc.constant(span),
    }),
    fc.record({
      kind: fc.constant('cast' as const),
      operand: tie('tree'),
      type: fc.constantFrom(
        'boolean' as const,
        'integer' as const,
        'long' as const,
        'double' as const,
        'keyword' as const,
        'date' as const,
        'version' as const,
        'unsigned_long' as const,
        'date_nanos' as const,
      ),
      span: fc.constant(span),
    }),
  ) as fc.Arbitrary<Expression>,
})).tree;

/** Named, or called by its text as the parser does it. */
const field: fc.Arbitrary<Field> = fc.record({ name: fc.option(name), expression }).map((made) => {
  if (made.name) return { name: made.name, expression: made.expression, span };
  const implied: Name =
    made.expression.kind === 'column'
      ? made.expression.name
      : { kind: 'name', name: printExpression(made.expression), span };
  return { name: implied, expression: made.expression, span };
});

const aggregate: fc.Arbitrary<AggregateField> = fc
  .record({ field, filter: fc.option(expression) })
  .map((made) => ({ ...made.field, filter: made.filter }));

const namePattern = fc.oneof(
  fc
    .array(fc.constantFrom('', 'a', 'b.c', 'x y', 'null', '`', '1'), { minLength: 1, maxLength: 4 })
    .filter((parts) => parts.join('') !== '' || parts.length === 2)
    .map((parts) => ({
      kind: 'pattern' as const,
      parts: parts.filter((part, at) => part !== '' || at === 0 || at === parts.length - 1),
      span,
    })),
  key.map((value) => ({ kind: 'parameter-name' as const, key: value, span })),
);

const index = fc.record({
  pattern: fc.constantFrom('logs', 'sentinel-thresholds', 'a*', '*', 'x y', 'a,b', '.hidden'),
  isExcluded: fc.boolean(),
  span: fc.constant(span),
});

const command = fc.oneof(
  fc.record({ kind: fc.constant('where' as const), condition: expression, span: fc.constant(span) }),
  fc.record({ kind: fc.constant('eval' as const), fields: list(field), span: fc.constant(span) }),
  fc
    .record({
      kind: fc.constantFrom('stats' as const, 'inline-stats' as const),
      aggregates: fc.array(aggregate, { maxLength: 3 }),
      groups: fc.array(field, { maxLength: 2 }),
      span: fc.constant(span),
    })
    .filter(({ aggregates, groups }) => aggregates.length + groups.length > 0),
  fc.record({
    kind: fc.constant('lookup-join' as const),
    index,
    on: fc.array(name, { minLength: 1, maxLength: 3 }),
    condition: fc.constant(null),
    span: fc.constant(span),
  }),
  fc.record({ kind: fc.constant('mv-expand' as const), column: name, span: fc.constant(span) }),
  fc.record({
    kind: fc.constant('sample' as const),
    probability: fc.oneof(
      finite.map((value): Literal => ({ kind: 'literal', literal: { type: 'double', value }, span })),
      parameter,
    ),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('dissect' as const),
    input: expression,
    patterns: pattern.map((one) => [one]),
    separator: fc.option(pattern),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('grok' as const),
    input: expression,
    patterns: list(pattern),
    separator: fc.constant(null),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('change-point' as const),
    value: name,
    key: fc.option(name),
    names: fc.option(fc.record({ type: name, pvalue: name })),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('sort' as const),
    keys: list(
      fc.record({
        expression,
        direction: fc.constantFrom('asc' as const, 'desc' as const),
        nulls: fc.constantFrom('first' as const, 'last' as const),
        span: fc.constant(span),
      }),
    ),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('limit' as const),
    count: fc.oneof(
      fc.integer().map((value): Literal => ({ kind: 'literal', literal: { type: 'integer', value }, span })),
      parameter,
    ),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constantFrom('keep' as const, 'drop' as const),
    patterns: list(namePattern),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('rename' as const),
    renamings: list(fc.record({ from: name, to: name, span: fc.constant(span) })),
    span: fc.constant(span),
  }),
);

/** Any query that the grammar has, whether or not it means anything; its spans are all zero. */
export const query: fc.Arbitrary<Query> = fc.record({
  source: fc.oneof(
    fc.record({
      kind: fc.constant('from' as const),
      indices: list(index),
      metadata: fc.constantFrom([], [{ kind: 'name' as const, name: '_index', span }]),
      span: fc.constant(span),
    }),
    fc.record({ kind: fc.constant('row' as const), fields: list(field), span: fc.constant(span) }),
  ),
  commands: fc.array(command, { maxLength: 4 }),
  span: fc.constant(span),
});
