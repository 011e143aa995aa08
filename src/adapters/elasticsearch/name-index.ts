import type { EvalCommand, Expression, LikeExpression, PlainName, ProcessingCommand, Span } from '#esql/ast.ts';
import { joined } from './search-condition.ts';

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

/** The pattern itself, and what Elasticsearch calls the indices behind a data stream of that name. */
const spellings = (pattern: string): readonly string[] => [pattern, `.ds-${pattern}-*`];

/** A command after which `_index` is Sentinel's name of the index instead of the document's own. */
export const nameIndex = (
  kinds: readonly string[],
  patternOf: (kind: string) => string,
): readonly ProcessingCommand[] => {
  const branches = kinds.flatMap((kind): readonly Expression[] => {
    const parts = patternOf(kind).split(',');
    const read = parts
      .filter((part) => !part.startsWith(LEFT_OUT))
      .flatMap(spellings)
      .map(isLike);
    const isRead = joined('or', read);
    if (!isRead) return [];
    const excluded = parts.flatMap((part) => (part.startsWith(LEFT_OUT) ? spellings(part.slice(1)) : []));
    const isOfKind: Expression =
      excluded.length === 0 ? isRead : { kind: 'and', operands: [isRead, isNoneOf(excluded)], span: NOWHERE };
    return [isOfKind, text(kind)];
  });
  const expression: Expression =
    kinds.length === 1 ? text(kinds[0] ?? '') : { kind: 'call', function: 'CASE', arguments: branches, span: NOWHERE };
  const command: EvalCommand = { kind: 'eval', fields: [{ name: INDEX, expression, span: NOWHERE }], span: NOWHERE };
  return [command];
};
