import type { EsqlProblem } from '#esql/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { checkTypedQuery } from './check-typed-query.ts';

/** A query with what was probably meant in place of what is not known. */
export interface FixedQuery {
  readonly text: string;
  /** What was put there first. */
  readonly word: string;
}

const MOST_FIXES = 3;
const SUGGESTED = /, did you mean \[([^\]\s]+)\]\?$/u;

/** Null where the problems name nothing to be meant, or the query cannot run with it either. */
export const fixQuery = (
  store: Pick<TelemetryStore, 'schema'>,
  text: string,
  problems: readonly EsqlProblem[],
): FixedQuery | null => {
  let current = { text, problems };
  let word: string | null = null;
  for (let fix = 0; fix < MOST_FIXES; fix += 1) {
    const [problem] = current.problems;
    const meant = problem === undefined ? undefined : SUGGESTED.exec(problem.message)?.[1];
    if (problem === undefined || meant === undefined) return null;
    word ??= meant;
    const fixed = replaceAt(current.text, problem, meant);
    const left = checkTypedQuery(store, fixed);
    if (left.length === 0) return { text: fixed, word };
    current = { text: fixed, problems: left };
  }
  return null;
};

const LINE_BREAK = /(\r\n|\r|\n)/u;

const replaceAt = (text: string, { line, column, length = 1 }: EsqlProblem, meant: string): string => {
  // Lines and what breaks them take turns.
  const pieces = text.split(LINE_BREAK);
  const at = 2 * (line - 1);
  const points = [...(pieces[at] ?? '')];
  points.splice(column - 1, length, meant);
  return pieces.with(at, points.join('')).join('');
};
