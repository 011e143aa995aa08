import type { DetectionGap } from '#kernel/anomaly.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { FutureRows } from '#ports/telemetry-store.ts';

const RECENT_MS = 5 * MINUTE_MS;
const MAX_LISTED = 20;

const skewOf = (ms: number): string =>
  ms < 2 * MINUTE_MS ? `${Math.round(ms / SECOND_MS)} s` : `${Math.round(ms / MINUTE_MS)} min`;

const isRecent = ({ lastSeenAt }: FutureRows, now: Date): boolean => now.getTime() - lastSeenAt.getTime() <= RECENT_MS;

/** Whose rows were refused for their times in the last five minutes: that nothing is seen of them says nothing. */
export const servicesAhead = (futureRows: readonly FutureRows[], now: Date): ReadonlySet<string> =>
  new Set(futureRows.filter((rows) => isRecent(rows, now)).map(({ service }) => service));

/** Senders whose clocks ran ahead in the last five minutes: their rows are refused, so they are under-counted. */
export const futureRowGaps = (futureRows: readonly FutureRows[], now: Date): readonly DetectionGap[] => {
  const recent = futureRows.filter((rows) => isRecent(rows, now)).toSorted((a, b) => b.count - a.count);
  const listed = recent.slice(0, MAX_LISTED).map(({ service, count, largestSkewMs }): DetectionGap => ({
    kind: 'clock-skew',
    service,
    message: `${count} rows of ${service} were refused: they carry times up to ${skewOf(largestSkewMs)} in the future. Check the clock of whatever sends them.`,
  }));
  const rest = recent.slice(MAX_LISTED);
  if (rest.length === 0) return listed;
  const count = rest.reduce((sum, { count: rows }) => sum + rows, 0);
  return [
    ...listed,
    {
      kind: 'clock-skew',
      service: null,
      message: `${count} rows of ${rest.length} more services were refused: they carry times in the future.`,
    },
  ];
};
