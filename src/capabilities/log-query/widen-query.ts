import type { Expression, ProcessingCommand } from '#esql/ast.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { printQuery } from '#esql/print-query.ts';
import { EsqlError } from '#esql/errors.ts';

/** The query without the time that it names, so that another one can be meant; null where it is not to be told apart. */
export const withoutTime = (text: string): string | null => {
  try {
    const ast = parseQuery(text);
    const commands = ast.commands.flatMap(timeless);
    return commands.some(mayNameTime) ? null : printQuery({ ...ast, commands });
  } catch (error) {
    if (error instanceof EsqlError) return null;
    throw error;
  }
};

const TIMELESS: ReadonlySet<string> = new Set(['sort', 'keep', 'drop', 'limit']);

/** Whether a time may be named in a command, where its conditions may be those of a search. */
const mayNameTime = (command: ProcessingCommand): boolean => {
  if (TIMELESS.has(command.kind)) return false;
  if (command.kind !== 'stats' && command.kind !== 'inline-stats') return mentionsTimestamp(command);
  return (
    command.groups.some(({ expression }) => hasRange(expression)) ||
    command.aggregates.some(({ filter }) => mentionsTimestamp(filter))
  );
};

/** A BUCKET over a range. */
const hasRange = (expression: Expression): boolean => {
  if (expression.kind !== 'call' || typeof expression.function !== 'string') return false;
  return expression.arguments.length > (expression.function.toUpperCase() === 'TBUCKET' ? 2 : 3);
};

const mentionsTimestamp = (node: unknown): boolean => {
  if (typeof node === 'string') return node.includes('@timestamp');
  return typeof node === 'object' && node !== null && Object.values(node).some(mentionsTimestamp);
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
