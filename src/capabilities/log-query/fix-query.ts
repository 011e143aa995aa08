import type { EsqlProblem } from '#esql/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { checkTypedQuery } from './check-typed-query.ts';

/** A query with what was probably meant in place of what is not known. */
export interface FixedQuery {
  readonly text: string;
  /** What was put there, in its order. */
  readonly words: readonly string[];
}

const MOST_FIXES = 3;
const SUGGESTED = /, did you mean \[([^\]\s]+)\]\?(?: |$)/u;

/** Null where the problems name nothing to be meant, or the query cannot run with it either. */
export const fixQuery = (
  store: Pick<TelemetryStore, 'schema'>,
  text: string,
  problems: readonly EsqlProblem[],
): FixedQuery | null => {
  let current = { text, problems };
  const words: string[] = [];
  for (let fix = 0; fix < MOST_FIXES; fix += 1) {
    const [problem] = current.problems;
    const repair = problem === undefined ? null : repairOf(current.text, problem);
    if (problem === undefined || repair === null) return null;
    words.push(repair.word);
    const fixed = replaceAt(current.text, { ...problem, length: repair.length ?? problem.length ?? 1 }, repair.by);
    const left = checkTypedQuery(store, fixed);
    if (left.length === 0) return { text: fixed, words: [...new Set(words)] };
    current = { text: fixed, problems: left };
  }
  return null;
};

const LINE_BREAK = /(\r\n|\r|\n)/u;
const EQUALITY = /equality is written ==$/u;
const SINGLE_QUOTES = /^strings are written in double quotes/u;
const SINGLY_QUOTED = /^'([^'"\\]*)'/u;
const NUMBER_WANTED = /must (?:also )?be \[numeric\]/u;
const QUOTED_NUMBER = /"(-?\d{1,15}(?:\.\d{1,9})?)"/u;

interface Repair {
  readonly by: string;
  /** The part of it that differs. */
  readonly word: string;
  /** Of what it stands for, in characters, where that is more than the problem's place. */
  readonly length?: number;
}

/** What stands in place of the problem's text. */
const repairOf = (text: string, problem: EsqlProblem): Repair | null => {
  const meant = SUGGESTED.exec(problem.message)?.[1];
  if (meant !== undefined) return { by: meant, word: meant };
  if (EQUALITY.test(problem.message)) return { by: '==', word: '==' };
  const line = text.split(LINE_BREAK)[2 * (problem.line - 1)] ?? '';
  const from = [...line].slice(problem.column - 1);
  if (SINGLE_QUOTES.test(problem.message)) {
    const [typed, inside] = SINGLY_QUOTED.exec(from.join('')) ?? [];
    if (typed === undefined || inside === undefined) return null;
    return { by: `"${inside}"`, word: `"${inside}"`, length: [...typed].length };
  }
  const spanned = from.slice(0, problem.length ?? 1).join('');
  const number = NUMBER_WANTED.test(problem.message) ? QUOTED_NUMBER.exec(spanned)?.[1] : undefined;
  return number === undefined ? null : { by: spanned.replace(QUOTED_NUMBER, number), word: number };
};

const replaceAt = (text: string, { line, column, length = 1 }: EsqlProblem, meant: string): string => {
  // Lines and what breaks them take turns.
  const pieces = text.split(LINE_BREAK);
  const at = 2 * (line - 1);
  const points = [...(pieces[at] ?? '')];
  points.splice(column - 1, length, meant);
  return pieces.with(at, points.join('')).join('');
};
