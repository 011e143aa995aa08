import type { EvalCommand, Expression, LikeExpression, PlainName, ProcessingCommand, Span } from '#esql/ast.ts';

const NOWHERE: Span = { start: 0, end: 0 };
const LEFT_OUT = '-';
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

const isNoneOf = (patterns: readonly string[]): LikeExpression => ({
  ...isLike(''),
  patterns: patterns.map(text),
  isNegated: true,
});

const both = (left: Expression, right: Expression): Expression => ({
  kind: 'binary',
  operator: 'AND',
  left,
  right,
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
    const parts = patternOf(kind).split(',');
    const [first, ...others] = parts
      .filter((part) => !part.startsWith(LEFT_OUT))
      .flatMap(spellings)
      .map(isLike);
    if (!first) return [];
    const isRead = others.reduce<Expression>(either, first);
    const excluded = parts.flatMap((part) => (part.startsWith(LEFT_OUT) ? spellings(part.slice(1)) : []));
    return [excluded.length === 0 ? isRead : both(isRead, isNoneOf(excluded)), text(kind)];
  });
  const expression: Expression =
    kinds.length === 1 ? text(kinds[0] ?? '') : { kind: 'call', function: 'CASE', arguments: branches, span: NOWHERE };
  const command: EvalCommand = { kind: 'eval', fields: [{ name: INDEX, expression, span: NOWHERE }], span: NOWHERE };
  return [command];
};
