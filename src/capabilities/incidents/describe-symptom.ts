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
>;

/**
 * What is wrong in one phrase, with its sample: "38.2 % of 2,310 requests fail", "no data since
 * 02:26 UTC". In the past tense once it is over, then with the peak. Without p99, which costs a query.
 */
export const describeSymptom = (anomaly: SymptomFacts): string => {
  switch (anomaly.signal) {
    case 'silence':
      return describeSilence(anomaly);
    case 'latency': {
      const { latencyKind, peakLatencyKind } = anomaly;
      return anomaly.quietSince === null
        ? `${share(anomaly)} ${slowerThan(latencyKind)}`
        : `${peak(anomaly)} were ${slowerThan(peakLatencyKind)}`;
    }
    case 'error_rate': {
      const [fails, failed] = anomaly.unit === 'requests' ? ['fail', 'failed'] : ['are errors', 'were errors'];
      return anomaly.quietSince === null ? `${share(anomaly)} ${fails}` : `${peak(anomaly)} ${failed}`;
    }
  }
};

const slowerThan = (kind: SymptomFacts['latencyKind']): string =>
  `slower than ${kind === 'tail' ? '1.2 × the usual p99' : '1.25 × the usual median'}`;

const describeSilence = ({ lastSeenAt, onsetAt, quietSince }: SymptomFacts): string => {
  const since = `no data since ${describeClockTime(lastSeenAt ?? onsetAt)}`;
  return quietSince === null ? since : `${since}, seen again at ${describeClockTime(quietSince)}`;
};

const share = ({ k, n, unit }: SymptomFacts): string =>
  `${describeRate(n === 0 ? 0 : k / n)} of ${describeCount(n)} ${unit}`;

const peak = ({ peakRate, unit }: SymptomFacts): string => `up to ${describeRate(peakRate)} of ${unit}`;
