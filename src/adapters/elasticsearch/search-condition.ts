import type { BinaryOperator, Expression, LiteralValue, Span } from '#esql/ast.ts';
import type { FieldType } from '#esql/schema.ts';
import type { SearchBound, SearchLeaf } from '#esql/search/search-query.ts';
import { isNumber } from '#esql/types.ts';

const NOWHERE: Span = { start: 0, end: 0 };

const literal = (value: LiteralValue): Expression => ({ kind: 'literal', literal: value, span: NOWHERE });

export const text = (value: string): Expression => literal({ type: 'keyword', value });

/** The operands joined; undefined where there are none. */
export const joined = (kind: 'and' | 'or', operands: readonly Expression[]): Expression | undefined =>
  operands.length > 1 ? { kind, operands, span: NOWHERE } : operands[0];

export const NEVER: Expression = literal({ type: 'boolean', value: false });

const neverNull = (condition: Expression): Expression => ({
  kind: 'call',
  function: 'COALESCE',
  arguments: [condition, NEVER],
  span: NOWHERE,
});

const valueOf = (value: string, type: FieldType): Expression => {
  if (isNumber(type)) return literal({ type: 'double', value: Number(value) });
  return type === 'boolean' ? literal({ type: 'boolean', value: value === 'true' }) : text(value);
};

const pattern = (kind: 'like' | 'rlike', operand: Expression, value: string): Expression =>
  neverNull({
    kind,
    operand,
    patterns: [{ kind: 'literal', literal: { type: 'keyword', value }, span: NOWHERE }],
    isNegated: false,
    span: NOWHERE,
  });

const within = (operand: Expression, type: FieldType, from: SearchBound | null, to: SearchBound | null): Expression => {
  const compare = (operator: BinaryOperator, value: string): Expression => ({
    kind: 'binary',
    operator,
    left: operand,
    right: valueOf(value, type),
    span: NOWHERE,
  });
  const tests = [
    ...(from ? [compare(from.isIncluded ? '>=' : '>', from.value)] : []),
    ...(to ? [compare(to.isIncluded ? '<=' : '<', to.value)] : []),
  ];
  const both = joined('and', tests);
  return both ? neverNull(both) : { kind: 'is-null', operand, isNegated: true, span: NOWHERE };
};

/**
 * What a search asks of a value that is computed from documents, as a condition on it that is never
 * null; undefined where only an index can tell.
 */
export const searchCondition = (leaf: SearchLeaf, operand: Expression, type: FieldType): Expression | undefined => {
  switch (leaf.kind) {
    case 'words':
    case 'phrase':
      if (type === 'text' || type === 'date') return undefined;
      return neverNull({
        kind: 'binary',
        operator: '==',
        left: operand,
        right: valueOf(leaf.text, type),
        span: NOWHERE,
      });
    case 'exists':
      return { kind: 'is-null', operand, isNegated: true, span: NOWHERE };
    case 'wildcard':
      return type === 'keyword' ? pattern('like', operand, leaf.pattern) : undefined;
    case 'regex':
      return type === 'keyword' ? pattern('rlike', operand, leaf.pattern) : undefined;
    case 'range':
      return type === 'date' ? undefined : within(operand, type, leaf.from, leaf.to);
    case 'fuzzy':
      return undefined;
  }
};
