import type { Expression, ProcessingCommand } from '#esql/ast.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { printQuery } from '#esql/print-query.ts';
import { EsqlError } from '#esql/errors.ts';
import { HOUR_MS } from '#kernel/duration.ts';
import { type TimeWindow, windowBefore } from '#kernel/time-window.ts';

/** How far back a question can be asked again where nothing was found. */
export type Wider = '6h' | '24h';

const WIDER_MS: Readonly<Record<Wider, number>> = { '6h': 6 * HOUR_MS, '24h': 24 * HOUR_MS };

/**
 * The next longer time up to now that has all of the one that was searched since `from`; null: none, or the query's
 * own cannot be told from the rest of it.
 */
export const widerThan = (query: string, from: Date | null, now: Date): Wider | null => {
  if (from === null || withoutTime(query) === null) return null;
  const ms = now.getTime() - from.getTime();
  return ms < WIDER_MS['6h'] ? '6h' : ms < WIDER_MS['24h'] ? '24h' : null;
};

/** The same question about a longer time up to now. */
export const widenQuery = (
  query: string,
  wider: Wider,
  now: Date,
): { readonly query: string; readonly range: TimeWindow } => ({
  query: withoutTime(query) ?? query,
  range: windowBefore(now, WIDER_MS[wider]),
});

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
  const [first] = kept;
  if (first === undefined) return [];
  const { span } = command.condition;
  return [{ ...command, condition: kept.length === 1 ? first : { kind: 'and', operands: kept, span } }];
};

const conjuncts = (condition: Expression): readonly Expression[] =>
  condition.kind === 'and' ? condition.operands.flatMap(conjuncts) : [condition];

const BOUNDS = new Set(['<', '<=', '>', '>=']);

const isTimeBound = (condition: Expression): boolean =>
  condition.kind === 'binary' && BOUNDS.has(condition.operator) && mentionsTimestamp(condition);
