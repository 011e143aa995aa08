import { type FoundTrace, spentMost, type Trace } from '#capabilities/traces/index.ts';
import { formatCount, formatLatency, formatSpan } from '../numbers.ts';
import { escapeMrkdwn, NBSP, nameIn, plainName } from '../text.ts';

const HEAD = 6;
const TAIL = 4;

/** Of a long id what people compare; commands and queries hold it whole. */
export const shortTraceId = (traceId: string): string =>
  traceId.length <= HEAD + TAIL + 1 ? traceId : `${traceId.slice(0, HEAD)}…${traceId.slice(-TAIL)}`;

export interface Sentence {
  readonly mrkdwn: string;
  readonly plain: string;
}

/** How long it took, whether it failed, and what took most of it. */
export const traceSentence = ({ traceId, totalSpans }: FoundTrace, trace: Trace): Sentence => {
  const id = shortTraceId(traceId);
  const took = formatLatency(trace.durationMs);
  const failed = failedWords(trace, totalSpans);
  const most = spentMost(trace);
  const spent = trace.spans.length === 1 ? null : most;
  const times = spent === null || spent.times === 1 ? '' : ` (${formatCount(spent.times)}${NBSP}x)`;
  const part = spent === null ? '' : formatLatency(spent.criticalMs);
  return {
    mrkdwn: `*Trace ${escapeMrkdwn(id)}* took ${took}${failed}.${
      spent === null ? '' : ` ${part} of it was ${nameIn(spent.service)}: ${nameIn(spent.name)}${times}.`
    }`,
    plain: `Trace ${plainName(id)} took ${took}${failed}.${
      spent === null ? '' : ` ${part} of it was ${plainName(spent.service)}: ${plainName(spent.name)}${times}.`
    }`,
  };
};

const failedWords = (trace: Trace, totalSpans: number): string => {
  if (trace.spans[trace.rootAt]?.isError === true) return ' and failed';
  const errors = trace.spans.filter(({ isError }) => isError).length;
  if (errors === 0) return '';
  return `; ${formatCount(errors)} of its ${formatCount(totalSpans)} spans failed`;
};

/** What is not as it should be in the trace, and what was done about it. */
export const traceNotes = (trace: Trace): readonly string[] => {
  const orphans = trace.spans.filter(({ isOrphan }) => isOrphan).length;
  const shifted = trace.spans.filter(({ shiftMs }) => shiftMs >= 1);
  const farthest = shifted.reduce((most, { shiftMs }) => Math.max(most, shiftMs), 0);
  const roots = trace.spans.filter(({ parentAt, isOrphan }) => parentAt === null && !isOrphan).length;
  return [
    ...(roots > 1 ? [`${formatCount(roots)} roots, the path is that of the longest`] : []),
    ...(orphans > 0
      ? [
          `${formatCount(orphans)} ${orphans === 1 ? 'span names a parent' : 'spans name parents'} that ${orphans === 1 ? 'is' : 'are'} not here`,
        ]
      : []),
    ...(shifted.length > 0
      ? [
          `clocks disagree: ${formatCount(shifted.length)} ${shifted.length === 1 ? 'span' : 'spans'} moved by up to ${farthest < 1000 ? formatLatency(farthest) : formatSpan(farthest)}`,
        ]
      : []),
    ...(trace.circles > 0 ? ['spans that call each other in a circle: cut open'] : []),
    ...(trace.duplicates > 0 ? [`${formatCount(trace.duplicates)} stored twice`] : []),
  ];
};
