import { SLOWER_THAN } from '#kernel/anomaly.ts';
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
  | 'lastMinute'
  | 'isFailingNow'
  | 'matched'
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
    case 'log_match':
      return describeLines(anomaly, isOver);
    case 'latency': {
      const { latencyKind, peakLatencyKind } = anomaly;
      return isOver
        ? `${peak(anomaly)} were ${slowerThan(peakLatencyKind)} ${PEAK_SPAN}`
        : `${share(anomaly)} ${slowerThan(latencyKind)}`;
    }
    case 'error_rate': {
      const [fails, failed] = anomaly.unit === 'requests' ? ['fail', 'failed'] : ['are errors', 'were errors'];
      if (isOver) return `${peak(anomaly)} ${failed} ${PEAK_SPAN}`;
      const now = lastMinuteOf(anomaly);
      return now === null ? `${share(anomaly)} ${fails}` : `${share(anomaly)} ${failed}, ${now}`;
    }
  }
};

/** Also while it is still watched whether that lasts. */
const backSince = ({ quietSince, calm }: SymptomFacts): Date | null => quietSince ?? calm?.since ?? null;

const slowerThan = (kind: SymptomFacts['latencyKind']): string => `slower than ${SLOWER_THAN[kind ?? 'tail']}`;

const describeSilence = (anomaly: SymptomFacts): string => {
  const since = `no data since ${describeClockTime(anomaly.lastSeenAt ?? anomaly.onsetAt)}`;
  const back = backSince(anomaly);
  return back === null ? since : `${since}, seen again at ${describeClockTime(back)}`;
};

const WORDS_NAMED = 3;

/** The words of the filter that lines held, the most frequent first: "ERROR, Exception". */
const describeWords = (matched: SymptomFacts['matched']): string => {
  const words = (matched?.words ?? []).map(({ word }) => word);
  const rest = words.length - WORDS_NAMED;
  return words.length === 0
    ? 'the filter'
    : `${words.slice(0, WORDS_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
};

/** "12 lines matched ERROR", once they stopped "…, the last at 14:20 UTC". */
const describeLines = ({ k, matched }: SymptomFacts, isOver: boolean): string => {
  const last = isOver && matched ? `, the last at ${describeClockTime(matched.lastAt)}` : '';
  const lines = k === 1 ? '1 line' : `${describeCount(k)} lines`;
  return `${lines} matched ${describeWords(matched)}${last}`;
};

// A minute within them may have been worse.
const PEAK_SPAN = 'over 5\u00a0min';

/** Of a signal that stopped in the last minute; null while it goes on. */
const lastMinuteOf = ({ isFailingNow, lastMinute }: SymptomFacts): string | null =>
  isFailingNow || lastMinute === null || lastMinute.n === 0
    ? null
    : `${describeRate(lastMinute.k / lastMinute.n)} in the last minute`;

const share = ({ k, n, unit }: SymptomFacts): string =>
  `${describeRate(n === 0 ? 0 : k / n)} of ${describeCount(n)} ${unit}`;

const peak = ({ peakRate, unit }: SymptomFacts): string => `up to ${describeRate(peakRate)} of ${unit}`;
