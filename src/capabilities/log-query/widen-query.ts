import type { Expression, ProcessingCommand } from '#esql/ast.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { printQuery } from '#esql/print-query.ts';
import { EsqlError } from '#esql/errors.ts';
import { mentionsTimestamp } from './named-time.ts';

/** The query without the time that it names, so that another one can be meant; null where it is not to be told apart. */
export const withoutTime = (text: string): string | null => {
  try {
    const ast = parseQuery(text);
    const commands = ast.commands.flatMap(timeless);
    const isLeft = commands.some((command) => command.kind === 'where' && mentionsTimestamp(command.condition));
    return isLeft ? null : printQuery({ ...ast, commands });
  } catch (error) {
    if (error instanceof EsqlError) return null;
    throw error;
  }
};

const timeless = (command: ProcessingCommand): readonly ProcessingCommand[] => {
  if (command.kind !== 'where') return [command];
  const kept = conjuncts(command.condition).filter((condition) => !isTimeBound(condition));
  const [first, ...rest] = kept;
  if (first === undefined) return [];
  const condition = rest.reduce<Expression>(
    (left, right) => ({ kind: 'binary', operator: 'AND', left, right, span: command.condition.span }),
    first,
  );
  return [{ ...command, condition }];
};

const conjuncts = (condition: Expression): readonly Expression[] =>
  condition.kind === 'binary' && condition.operator === 'AND'
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition];

const BOUNDS = new Set(['<', '<=', '>', '>=']);

const isTimeBound = (condition: Expression): boolean =>
  condition.kind === 'binary' && BOUNDS.has(condition.operator) && mentionsTimestamp(condition);
