import type { CallsChart, CallsRow } from '#ports/chart-renderer.ts';
import { supportedPercentiles } from './percentile-floors.ts';
import type { ServiceCalls } from './read-service-calls.ts';
import type { CallEdge } from './service-calls.ts';

/** On either side, in a picture that can still be read on a phone. */
const MOST_ROWS = 10;

/** What a picture of the calls around a service shows. */
export const callsChartOf = (calls: ServiceCalls): CallsChart => ({
  service: calls.service,
  sample: basisWords(calls),
  callers: calls.callers.slice(0, MOST_ROWS).map((edge) => rowOf(edge, edge.caller)),
  callees: calls.callees.slice(0, MOST_ROWS).map((edge) => rowOf(edge, edge.callee)),
});

const basisWords = ({ callers, callees, sampledTraces, totalTraces }: ServiceCalls): string => {
  const edges = [...callers, ...callees];
  const sample = `${sampledTraces.toLocaleString('en-US')} of about ${totalTraces.toLocaleString('en-US')} traces`;
  if (edges.every(({ isSampled }) => !isSampled)) return 'all calls, as the caller saw it';
  if (edges.every(({ isSampled }) => isSampled)) return `${sample}, as the caller saw it`;
  return `all calls, dashed: of ${sample}`;
};

const rowOf = ({ calls, failed, isSampled, p50Ms, ...rest }: CallEdge, service: string): CallsRow => ({
  service,
  calls,
  failed,
  isSampled,
  p50Ms,
  ...supportedPercentiles(calls, rest),
});
