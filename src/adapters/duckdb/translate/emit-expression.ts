import type { TypedExpression } from '#esql/plan.ts';
import { invariant } from '#kernel/invariant.ts';
import type { EmitContext } from './emitter.ts';
import { EMITTERS } from './emitter-table.ts';
import { sqlType } from './sql-type.ts';

/** The SQL of a checked expression; a span has none of its own. */
export const emitExpression = (context: EmitContext, expression: TypedExpression): string => {
  switch (expression.kind) {
    case 'literal':
      return context.bind(expression.value, expression.type);
    case 'span':
      return '';
    case 'column':
      return `c${expression.id}`;
    case 'widen':
      return `CAST(${emitExpression(context, expression.operand)} AS ${sqlType(expression.type)})`;
    case 'call': {
      const emit = EMITTERS.get(expression.function);
      invariant(emit, `there is SQL for ${expression.function}`);
      const values = expression.arguments.map((argument) => emitExpression(context, argument));
      return emit(values, expression, context);
    }
  }
};
