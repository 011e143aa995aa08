import type { Row } from '#database/schema.ts';
import type { AnomalyObservation, EndedAnomaly, Evidence, MatchedLines } from '#kernel/anomaly.ts';
import { addMs } from '#kernel/duration.ts';
import { invariant } from '#kernel/invariant.ts';
import { CALM_AFTER_MS, GOES_ON_MS, QUIET_MS } from './limits.ts';

export type MatchAdvance =
  | { readonly kind: 'observed'; readonly observation: AnomalyObservation }
  | { readonly kind: 'closed'; readonly closing: EndedAnomaly }
  | { readonly kind: 'unchanged' };

/** How the lines of an anomaly are found again; ingestion marks each of them with the word. */
const QUERY = `FROM logs
| WHERE service.name == ?service AND attributes.sentinel.match IS NOT NULL AND @timestamp >= ?from AND @timestamp <= ?to
| STATS lines = COUNT(*) BY word = attributes.sentinel.match`;

/**
 * What the lines of one service that arrived since the last look make of its anomaly. A pure function of the
 * anomaly as it was last observed (null: none lasts), the rows kept for the service, and the time.
 */
export const advanceMatches = (
  last: AnomalyObservation | null,
  arrived: readonly Row<'log_matches'>[],
  at: Date,
): MatchAdvance => {
  const matched = addLines(last?.matched, arrived);
  if (matched === null) return { kind: 'unchanged' };
  const onsetAt = last?.onsetAt ?? arrived.map((row) => row.first_at).reduce((a, b) => (b < a ? b : a));
  const observation = observe({ service: serviceOf(last, arrived), onsetAt, matched }, at);
  if (arrived.length > 0 || last === null) return { kind: 'observed', observation };
  if (at.getTime() - matched.arrivedAt.getTime() >= QUIET_MS) return { kind: 'closed', closing: endOf(observation) };
  const isSame = last.isFailingNow === observation.isFailingNow && (last.calm === null) === (observation.calm === null);
  return isSame ? { kind: 'unchanged' } : { kind: 'observed', observation };
};

const serviceOf = (last: AnomalyObservation | null, arrived: readonly Row<'log_matches'>[]): string => {
  const service = last?.service ?? arrived[0]?.service;
  invariant(service !== undefined, 'lines are of a service');
  return service;
};

const addLines = (before: MatchedLines | undefined, arrived: readonly Row<'log_matches'>[]): MatchedLines | null => {
  const counts = new Map(before?.words.map(({ word, count }) => [word, count]));
  for (const { word, lines } of arrived) counts.set(word, (counts.get(word) ?? 0) + lines);
  const newest = arrived.reduce<Pick<MatchedLines, 'lastAt' | 'lastLine' | 'arrivedAt'> | undefined>(
    (all, row) => ({
      ...(all && all.lastAt > row.last_at
        ? { lastAt: all.lastAt, lastLine: all.lastLine }
        : { lastAt: row.last_at, lastLine: row.last_line }),
      arrivedAt: all && all.arrivedAt > row.arrived_at ? all.arrivedAt : row.arrived_at,
    }),
    before,
  );
  if (newest === undefined) return null;
  const words = [...counts].map(([word, count]) => ({ word, count }));
  words.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
  return { ...newest, words };
};

interface Lines {
  readonly service: string;
  readonly onsetAt: Date;
  readonly matched: MatchedLines;
}

const observe = ({ service, onsetAt, matched }: Lines, at: Date): AnomalyObservation => {
  const lines = matched.words.reduce((sum, { count }) => sum + count, 0);
  const window = { from: onsetAt, to: matched.lastAt > onsetAt ? matched.lastAt : onsetAt };
  const isCalm = at.getTime() - matched.arrivedAt.getTime() >= CALM_AFTER_MS;
  return {
    service,
    signal: 'log_match',
    score: 0,
    // Somebody asked to hear of such lines; that is no reason to wake anybody.
    severity: 'P3',
    isPaging: false,
    heldBy: null,
    isFailingNow: at.getTime() - matched.lastAt.getTime() < GOES_ON_MS,
    isLargeEnough: true,
    isLearning: false,
    onsetAt,
    window,
    k: lines,
    n: lines,
    lastMinute: null,
    calm: isCalm ? { since: matched.lastAt, closesAt: addMs(matched.arrivedAt, QUIET_MS) } : null,
    baselineRate: 0,
    baselineBuckets: 0,
    expected: { low: 0, high: 0 },
    unit: 'log lines',
    usualP99Ms: null,
    usualP50Ms: null,
    latencyKind: null,
    lastSeenAt: null,
    matched,
    evidence: evidenceOf(service, window, matched),
  };
};

const evidenceOf = (service: string, window: Evidence['window'], { words }: MatchedLines): Evidence => ({
  query: QUERY,
  parameters: { service, from: window.from.toISOString(), to: window.to.toISOString() },
  window,
  columns: ['lines', 'word'],
  rows: words.map(({ word, count }) => [count, word]),
});

const endOf = ({ service, signal, window, k, n, evidence, matched }: AnomalyObservation): EndedAnomaly => ({
  service,
  signal,
  quietSince: matched?.lastAt ?? window.to,
  isGone: false,
  window,
  k,
  n,
  latencyKind: null,
  evidence,
});
