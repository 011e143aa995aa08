import type { TimeWindow } from '#kernel/time-window.ts';
import type { ShownQuery } from './ask-telemetry.ts';
import { countRows } from './count-rows.ts';
import { countCalls, isCountedCall } from './count-calls.ts';
import { matchPeer } from './match-peer.ts';
import { sampleTraces } from './sample-traces.ts';
import { type CallEdge, edgesOfCalls } from './service-calls.ts';
import {
  answerOfService,
  type ServiceQuestion,
  type ServiceQuestionDeps,
  type Unanswered,
} from './service-question.ts';

export interface ServiceCalls {
  readonly kind: 'calls';
  readonly service: string;
  /** Who calls it, and whom it calls; those counted first, then those of traces, each the busiest first. */
  readonly callers: readonly CallEdge[];
  readonly callees: readonly CallEdge[];
  /** Traces that the service took part in, counted approximately, and how many of them were read. */
  readonly totalTraces: number;
  readonly sampledTraces: number;
  readonly spansRead: number;
  /** Some spans of the sample were not read, or there are more services, so calls may be missing. */
  readonly isCut: boolean;
  /** Behind the numbers: those of the traces only where they show other calls than are counted. */
  readonly queries: readonly ShownQuery[];
  readonly range: TimeWindow;
  /** Spans in that time, of all services; null: not known. */
  readonly searchedSpans: number | null;
  readonly tookMs: number;
}

/**
 * The calls to and from one service. Where the caller's span names whom it calls, every call is counted, by the name of
 * the service that it means where only one can be meant. Who else
 * calls is known only by the parent of a span, which ES|QL does not join: those calls are of the traces that the service
 * took part in, a random sample where there are many.
 */
export const readServiceCalls = (
  deps: ServiceQuestionDeps,
  question: ServiceQuestion,
): Promise<ServiceCalls | Unanswered> =>
  answerOfService(deps, question, async (service, range, known): Promise<ServiceCalls> => {
    const [counted, sample, searchedSpans] = await Promise.all([
      countCalls(deps, service, known, range),
      sampleTraces(deps, service, range),
      countRows(deps, 'spans', range),
    ]);
    const isSampled = sample.isCut || sample.sampledTraces < sample.totalTraces;
    const spans = sample.spans.map((span) => ({
      ...span,
      peerService: span.peerService === null ? null : matchPeer(span.peerService, known),
    }));
    const others = edgesOfCalls(spans, (span) => isCountedCall(service, span)).map((edge) => ({
      ...edge,
      isSampled,
    }));
    const callers = others.filter(({ callee }) => callee === service);
    const callees = others.filter(({ caller }) => caller === service);
    const isTraceShown = callers.length + callees.length > 0;
    return {
      kind: 'calls',
      service,
      callers: [...counted.callers, ...callers],
      callees: [...counted.callees, ...callees],
      totalTraces: sample.totalTraces,
      sampledTraces: sample.sampledTraces,
      spansRead: sample.spans.length,
      isCut: counted.isCut || sample.isCut,
      queries: [...counted.queries, ...(isTraceShown ? sample.queries : [])],
      range,
      searchedSpans,
      tookMs: counted.tookMs + sample.tookMs,
    };
  });
