import type { Span } from './ast.ts';

export interface EsqlProblem {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
  /** Code points that the problem spans on its line. */
  readonly length?: number;
  /** Elasticsearch may know what is meant; Sentinel's language does not have it. */
  readonly isOutside?: true;
}

// A phone of 360 px shows 36 characters of code unwrapped: 16 either side of a short name.
const MAX_SHOWN_LINE = 36;
const SHOWN_EITHER_SIDE = 16;
const MAX_CARETS = 16;

const LINE_BREAK = /\r\n|\r|\n/;

/** Where a span of the text stands, as a problem. */
export const problemAt = (text: string, span: Span, message: string, reach?: 'outside'): EsqlProblem => {
  const before = text.slice(0, span.start).split(LINE_BREAK);
  const line = before.length;
  const column = [...(before.at(-1) ?? '')].length + 1;
  const onLine = text.slice(span.start, span.end).split(LINE_BREAK)[0] ?? '';
  const length = Math.max(1, [...onLine].length);
  return { message, line, column, length, ...(reach === 'outside' ? { isOutside: true as const } : {}) };
};

const withCaret = (sourceLine: string, problem: EsqlProblem): string => {
  const points = [...sourceLine.replaceAll('\t', ' ')];
  const start = problem.column - 1;
  const carets = Math.min(problem.length ?? 1, Math.max(1, points.length - start), MAX_CARETS);
  const isLong = points.length > MAX_SHOWN_LINE;
  const from = isLong ? Math.max(0, start - SHOWN_EITHER_SIDE) : 0;
  const to = isLong ? Math.min(points.length, start + carets + SHOWN_EITHER_SIDE) : points.length;
  const lead = from > 0 ? '…' : '';
  const shown = `${lead}${points.slice(from, to).join('')}${to < points.length ? '…' : ''}`;
  return `${shown}\n${' '.repeat(start - from + lead.length)}${'^'.repeat(carets)}`;
};

const summaryOf = (problems: readonly EsqlProblem[]): string => {
  const lines = problems.map(({ line, column, message }) => `line ${line}:${column}: ${message}`);
  return lines.length === 1 ? (lines[0] ?? '') : [`Found ${lines.length} problems`, ...lines].join('\n');
};

/** A query that cannot run as it is written: every problem found, each with its place in the text. */
export class EsqlError extends Error {
  readonly problems: readonly EsqlProblem[];
  readonly text: string;

  constructor(text: string, problems: readonly EsqlProblem[]) {
    super(summaryOf(problems));
    this.name = 'EsqlError';
    this.text = text;
    this.problems = problems;
  }

  /** Whether the query uses what Sentinel's language does not have, rather than being wrong. */
  get isOutside(): boolean {
    return this.problems.some(({ isOutside }) => isOutside === true);
  }

  /**
   * Each problem with line, column, its source line and a caret, as a responder reads it in
   * monospace. A line longer than 36 characters is cut to 16 either side of the caret.
   */
  report(): string {
    const lines = this.text.split(LINE_BREAK);
    return this.problems
      .map((problem) => {
        const place = `line ${problem.line}, column ${problem.column}: ${problem.message}`;
        return `${place}\n${withCaret(lines[problem.line - 1] ?? '', problem)}`;
      })
      .join('\n\n');
  }
}
