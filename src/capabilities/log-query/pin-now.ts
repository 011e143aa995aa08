import type { Query } from '#esql/ast.ts';
import { printQuery } from '#esql/print-query.ts';
import { rewriteNodes } from './rewrite-nodes.ts';

/** The text of a query as it was meant then: NOW() is that moment, so that it finds the same later. */
export const pinNow = (ast: Query, at: Date): string =>
  printQuery(
    rewriteNodes(ast, (node) => {
      if (node['kind'] !== 'call' || node['function'] !== 'NOW') return node;
      const { span } = node;
      const literal = { kind: 'literal', span, literal: { type: 'keyword', value: at.toISOString() } };
      return { kind: 'cast', span, operand: literal, type: 'date' };
    }),
  );
