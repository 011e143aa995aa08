import type { EvalCommand, Expression, LikeExpression, PlainName, ProcessingCommand, Span } from '#esql/ast.ts';

const NOWHERE: Span = { start: 0, end: 0 };
const INDEX: PlainName = { kind: 'name', name: '_index', span: NOWHERE };

const text = (value: string): Expression & { readonly kind: 'literal' } => ({
  kind: 'literal',
  literal: { type: 'keyword', value },
  span: NOWHERE,
});

const isLike = (pattern: string): LikeExpression => ({
  kind: 'like',
  operand: { kind: 'column', name: INDEX, span: NOWHERE },
  patterns: [text(pattern)],
  isNegated: false,
  span: NOWHERE,
});

const either = (left: Expression, right: Expression): Expression => ({
  kind: 'binary',
  operator: 'OR',
  left,
  right,
  span: NOWHERE,
});

/** The pattern itself, and what Elasticsearch calls the indices behind a data stream of that name. */
const spellings = (pattern: string): readonly string[] => [pattern, `.ds-${pattern}-*`];

/** A command after which `_index` is Sentinel's name of the index instead of the document's own. */
export const nameIndex = (
  kinds: readonly string[],
  patternOf: (kind: string) => string,
): readonly ProcessingCommand[] => {
  const branches = kinds.flatMap((kind): readonly Expression[] => {
    const [first, ...others] = patternOf(kind).split(',').flatMap(spellings).map(isLike);
    return first ? [others.reduce<Expression>(either, first), text(kind)] : [];
  });
  const expression: Expression =
    kinds.length === 1 ? text(kinds[0] ?? '') : { kind: 'call', function: 'CASE', arguments: branches, span: NOWHERE };
  const command: EvalCommand = { kind: 'eval', fields: [{ name: INDEX, expression, span: NOWHERE }], span: NOWHERE };
  return [command];
};
