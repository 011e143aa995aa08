import { chooseRows, type FoldedSpans, type Trace, type TraceSpan } from '#capabilities/traces/index.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { CODE_COLUMNS } from '../answer/query-text.ts';
import { escapeMrkdwn, lengthOf, NBSP, toOneLine } from '../text.ts';

const LINES = 24;
const DEEPEST = 10;
// From here on a phone's line has no room for milliseconds.
const SECONDS_FROM_MS = 10 * SECOND_MS;
// Below, whole milliseconds would all be 0.
const FRACTIONS_BELOW_MS = 10;

const CRITICAL = '→';
// The critical path leads through every call that was waited for: marked are those that are worth making faster.
const LEAST_CRITICAL_SHARE = 0.05;
const FAILED = '✗';

/** What the marks in the lines mean. */
export const TREE_LEGEND = `${CRITICAL}${NBSP}where ${100 * LEAST_CRITICAL_SHARE}${NBSP}% or more of the time went, ${FAILED}${NBSP}failed`;

export interface TraceTree {
  readonly lines: readonly string[];
  readonly unit: 'ms' | 's';
  readonly shownSpans: number;
}

/** A line for each span: duration, `→` its own time on the critical path counts, `✗` failed, and its name below its parent's. */
export const traceTree = (trace: Trace): TraceTree => {
  const unit = trace.durationMs >= SECONDS_FROM_MS ? 's' : 'ms';
  const { spans, folded } = chooseRows(trace, LINES);
  const durations = spans.map(({ durationMs }) => durationIn(durationMs, unit, trace.durationMs));
  const width = Math.max(2, ...durations.map(lengthOf));
  return {
    lines: [
      ...spans.map((span, row) => `${(durations[row] ?? '').padStart(width)} ${spanWords(trace, span, width)}`),
      ...folded.map((service) => `${' '.repeat(width)} ${foldedWords(service, width)}`),
    ].map(escapeMrkdwn),
    unit,
    shownSpans: spans.length,
  };
};

const durationIn = (ms: number, unit: TraceTree['unit'], longestMs: number): string => {
  if (unit === 's') return (ms / SECOND_MS).toFixed(ms >= 100 * SECOND_MS ? 0 : 1);
  return longestMs < FRACTIONS_BELOW_MS ? ms.toFixed(2) : String(Math.round(ms));
};

const spanWords = (trace: Trace, span: TraceSpan, width: number): string => {
  const isMarked = span.criticalMs > 0 && span.criticalMs >= LEAST_CRITICAL_SHARE * trace.durationMs;
  const marks = `${isMarked ? CRITICAL : ' '}${span.isError ? FAILED : ' '}`;
  const branch = span.depth === 0 ? '' : `${' '.repeat(Math.min(span.depth - 1, DEEPEST))}└`;
  const parent = span.parentAt === null ? undefined : trace.spans[span.parentAt];
  const name = toOneLine(span.name);
  const label = parent?.service === span.service ? name : `${toOneLine(span.service)} ${name}`;
  return cut(`${marks} ${branch}${label}`, CODE_COLUMNS - width - 1);
};

const foldedWords = ({ service, count, errors }: FoldedSpans, width: number): string => {
  const of = service === null ? 'of other services' : toOneLine(service);
  const failed = errors === 0 ? '' : `, ${errors} ${FAILED}`;
  const more = `   +${count.toLocaleString('en-US')} `;
  return `${more}${cut(of, CODE_COLUMNS - width - 1 - lengthOf(more) - failed.length)}${failed}`;
};

const cut = (text: string, width: number): string =>
  lengthOf(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}›`;
