import type { CallsChart, CallsRow } from '#ports/chart-renderer.ts';
import { supportedPercentiles } from './percentile-floors.ts';
import type { ServiceCalls } from './read-service-calls.ts';
import type { CallEdge } from './service-calls.ts';

/** On either side, in a picture that can still be read on a phone. */
const MOST_ROWS = 10;

/** What a picture of the calls around a service shows. */
export const callsChartOf = (calls: ServiceCalls): CallsChart => {
  const { service, sampledTraces, totalTraces } = calls;
  const traces = totalTraces.toLocaleString('en-US');
  return {
    service,
    sample:
      sampledTraces === totalTraces
        ? `all ${traces} traces, as the caller saw it`
        : `${sampledTraces.toLocaleString('en-US')} of about ${traces} traces, as the caller saw it`,
    callers: calls.callers.slice(0, MOST_ROWS).map((edge) => rowOf(edge, edge.caller)),
    callees: calls.callees.slice(0, MOST_ROWS).map((edge) => rowOf(edge, edge.callee)),
  };
};

const rowOf = ({ calls, failed, p50Ms, ...rest }: CallEdge, service: string): CallsRow => ({
  service,
  calls,
  failed,
  p50Ms,
  ...supportedPercentiles(calls, rest),
});
