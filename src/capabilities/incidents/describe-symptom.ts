import type { AnomalyView } from '#ports/incident-board.ts';
import { describeClockTime, describeCount, describeRate } from './describe-numbers.ts';

/** What a symptom is told from; an AnomalyView is one. */
export type SymptomFacts = Pick<
  AnomalyView,
  | 'signal'
  | 'k'
  | 'n'
  | 'unit'
  | 'latencyKind'
  | 'lastSeenAt'
  | 'onsetAt'
  | 'peakRate'
  | 'peakLatencyKind'
  | 'quietSince'
  | 'calm'
>;

/**
 * What is wrong in one phrase, with its sample: "38.2 % of 2,310 requests fail", "no data since
 * 02:26 UTC". In the past tense once it is over or seems so, then with the peak. Without p99, which costs a query.
 */
export const describeSymptom = (anomaly: SymptomFacts): string => {
  const isOver = backSince(anomaly) !== null;
  switch (anomaly.signal) {
    case 'silence':
      return describeSilence(anomaly);
    case 'latency': {
      const { latencyKind, peakLatencyKind } = anomaly;
      return isOver
        ? `${peak(anomaly)} were ${slowerThan(peakLatencyKind)}`
        : `${share(anomaly)} ${slowerThan(latencyKind)}`;
    }
    case 'error_rate': {
      const [fails, failed] = anomaly.unit === 'requests' ? ['fail', 'failed'] : ['are errors', 'were errors'];
      return isOver ? `${peak(anomaly)} ${failed}` : `${share(anomaly)} ${fails}`;
    }
  }
};

/** Also while it is still watched whether that lasts. */
const backSince = ({ quietSince, calm }: SymptomFacts): Date | null => quietSince ?? calm?.since ?? null;

const slowerThan = (kind: SymptomFacts['latencyKind']): string =>
  `slower than ${kind === 'tail' ? '1.2 × the usual p99' : '1.25 × the usual median'}`;

const describeSilence = (anomaly: SymptomFacts): string => {
  const since = `no data since ${describeClockTime(anomaly.lastSeenAt ?? anomaly.onsetAt)}`;
  const back = backSince(anomaly);
  return back === null ? since : `${since}, seen again at ${describeClockTime(back)}`;
};

const share = ({ k, n, unit }: SymptomFacts): string =>
  `${describeRate(n === 0 ? 0 : k / n)} of ${describeCount(n)} ${unit}`;

const peak = ({ peakRate, unit }: SymptomFacts): string => `up to ${describeRate(peakRate)} of ${unit}`;
