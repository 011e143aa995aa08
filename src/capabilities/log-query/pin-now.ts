import type { Expression, FunctionCall, Query } from '#esql/ast.ts';
import { printQuery } from '#esql/print-query.ts';
import { type IsDateField, pinSearch, pinValue } from './pin-search.ts';
import { rewriteNodes } from './rewrite-nodes.ts';

/** The text of a query as it was meant then: now is that moment in it and in its searches, so that it finds the same later. */
export const pinNow = (ast: Query, at: Date, isDate: IsDateField): string =>
  printQuery(
    rewriteNodes(ast, (node) =>
      node['kind'] === 'call' ? pinCall(node as unknown as FunctionCall, at, isDate) : node,
    ),
  );

const pinCall = (call: FunctionCall, at: Date, isDate: IsDateField): Expression => {
  const { span } = call;
  const [first, ...others] = call.arguments;
  switch (call.function) {
    case 'NOW': {
      const operand = { kind: 'literal', span, literal: { type: 'keyword', value: at.toISOString() } } as const;
      return { kind: 'cast', span, operand, type: 'date' };
    }
    case 'KQL':
    case 'QSTR':
      return first ? { ...call, arguments: [withText(first, (text) => pinSearch(text, at, isDate)), ...others] } : call;
    case 'MATCH':
    case ':': {
      const isOfDate = first?.kind === 'column' && first.name.kind === 'name' && isDate(first.name.name);
      return isOfDate
        ? { ...call, arguments: [first, ...others.map((value) => withText(value, (text) => pinValue(text, at)))] }
        : call;
    }
    default:
      return call;
  }
};

const withText = (value: Expression, change: (text: string) => string): Expression =>
  value.kind === 'literal' && value.literal.type === 'keyword'
    ? { ...value, literal: { ...value.literal, value: change(value.literal.value) } }
    : value;
