import { type AnomalyObservation, SLOWER_THAN } from '#kernel/anomaly.ts';
import { invariant } from '#kernel/invariant.ts';
import type { AnomalyView } from '#ports/incident-board.ts';
import { formatCount, formatLatency, formatPercent, formatRoundPercent, formatScore, formatSpan } from '../numbers.ts';
import { NBSP, nameIn } from '../text.ts';
import { formatTime, formatUtc } from '../times.ts';
import { linesInBody, linesInHeader, linesInPast, linesSentences, noLineSince } from './matched-lines.ts';

/** What the words need of an anomaly. */
export type AnomalyWords = Pick<
  AnomalyObservation,
  | 'service'
  | 'signal'
  | 'k'
  | 'n'
  | 'unit'
  | 'baselineRate'
  | 'usualP99Ms'
  | 'latencyKind'
  | 'lastSeenAt'
  | 'onsetAt'
  | 'lastMinute'
  | 'isFailingNow'
  | 'calm'
  | 'matched'
> & { readonly p99Ms: number | null };

const rateOf = (anomaly: AnomalyWords): number => (anomaly.n === 0 ? 0 : anomaly.k / anomaly.n);

const silentSince = (anomaly: AnomalyWords): Date => anomaly.lastSeenAt ?? anomaly.onsetAt;

const hasRaisedP99 = (
  anomaly: AnomalyWords,
): anomaly is AnomalyWords & { readonly p99Ms: number; readonly usualP99Ms: number } =>
  anomaly.p99Ms !== null && anomaly.usualP99Ms !== null && anomaly.p99Ms > anomaly.usualP99Ms;

/** For headers and fallbacks: "38 % of requests fail", "p99 4.9 s, 210 ms is normal". */
export const symptomOf = (
  anomaly: AnomalyWords,
  options: { readonly hasSample: boolean; readonly isAgain?: boolean },
): string => {
  if (anomaly.calm !== null) {
    if (anomaly.signal === 'log_match') return noLineSince(anomaly.calm.since);
    return `${anomaly.signal === 'silence' ? 'seen again' : 'back in its band'} since ${formatUtc(anomaly.calm.since)}`;
  }
  const again = options.isAgain === true ? ' again' : '';
  const sample = options.hasSample ? `${formatCount(anomaly.n)} ` : '';
  switch (anomaly.signal) {
    case 'error_rate': {
      const share = `${formatRoundPercent(rateOf(anomaly))} of ${sample}${anomaly.unit}`;
      const isRequests = anomaly.unit === 'requests';
      const now = anomaly.isFailingNow ? null : lastMinuteShare(anomaly);
      if (now !== null)
        return `${share} ${isRequests ? 'failed' : 'were errors'}, ${formatRoundPercent(now)} in the last minute`;
      return `${share} ${isRequests ? 'fail' : 'are errors'}${again}`;
    }
    case 'latency':
      return hasRaisedP99(anomaly)
        ? `p99 ${formatLatency(anomaly.p99Ms)}${again}, ${formatLatency(anomaly.usualP99Ms)} is normal`
        : `${formatRoundPercent(rateOf(anomaly))} of ${sample}requests are slow${again}`;
    case 'silence':
      return `no data since ${formatUtc(silentSince(anomaly))}`;
    case 'log_match':
      return `${linesInHeader(anomaly)}${again}`;
  }
};

const failuresOf = (anomaly: AnomalyWords, share: string): string =>
  anomaly.unit === 'requests'
    ? `${share} of ${formatCount(anomaly.n)} requests failed`
    : `${share} of ${formatCount(anomaly.n)} log lines were errors`;

const slowThreshold = (kind: AnomalyWords['latencyKind']): string => SLOWER_THAN[kind ?? 'tail'];

const p99Sentence = (anomaly: AnomalyWords): string =>
  anomaly.p99Ms === null || anomaly.usualP99Ms === null
    ? ''
    : ` p99 ${anomaly.isFailingNow ? 'is' : 'was'} ${formatLatency(anomaly.p99Ms)}; ${formatLatency(anomaly.usualP99Ms)} is normal.`;

/** A fault that has just begun is little of the last minutes, one that has just ended still most of them: "0 % of 410 in the last minute". */
const lastMinuteWords = ({ lastMinute, calm }: AnomalyWords): readonly string[] =>
  calm !== null || lastMinute === null || lastMinute.n === 0
    ? []
    : [`${formatPercent(lastMinute.k / lastMinute.n)} of ${formatCount(lastMinute.n)} in the last minute`];

const lastMinuteShare = ({ lastMinute }: AnomalyWords): number | null =>
  lastMinute === null || lastMinute.n === 0 ? null : lastMinute.k / lastMinute.n;

const lastMinuteOf = (anomaly: AnomalyWords): string =>
  lastMinuteWords(anomaly)
    .map((words) => ` (${words})`)
    .join('');

/** Quiet, but not yet for long enough to be called recovered. */
const calmSentence = ({ calm }: AnomalyWords, now: Date): string =>
  calm === null
    ? ''
    : ` It is back in its expected band since ${formatTime(calm.since, now)}, and watched until ${formatTime(calm.closesAt, now)}.`;

/** "38.2 % of 2,310 requests failed in the last 5 min; 0.3 % is normal." */
export const sentencesOf = (
  anomaly: AnomalyWords,
  windowMs: number,
  now: Date,
  span = `in the last ${formatSpan(windowMs)}`,
): string => {
  const normal = `${formatPercent(anomaly.baselineRate)} is normal`;
  switch (anomaly.signal) {
    case 'error_rate':
      return `${failuresOf(anomaly, formatPercent(rateOf(anomaly)))} ${span}${lastMinuteOf(anomaly)}; ${normal}.${calmSentence(anomaly, now)}`;
    case 'latency':
      return (
        `${formatPercent(rateOf(anomaly))} of ${formatCount(anomaly.n)} requests were slower than ` +
        `${slowThreshold(anomaly.latencyKind)} ${span} (${[...lastMinuteWords(anomaly), normal].join('; ')}).${p99Sentence(anomaly)}${calmSentence(anomaly, now)}`
      );
    case 'silence':
      if (anomaly.calm !== null) {
        return `${nameIn(anomaly.service)} is seen again since ${formatTime(anomaly.calm.since, now)}, and watched until ${formatTime(anomaly.calm.closesAt, now)}.`;
      }
      return (
        `${nameIn(anomaly.service)} has sent nothing since ${formatTime(silentSince(anomaly), now)}. ` +
        'Whether it works cannot be seen.'
      );
    case 'log_match':
      return linesSentences(anomaly, now);
  }
};

/** What another signal of the same service adds: "p99 is 4.9 s; 210 ms is normal." */
export const otherSignalOfService = (lead: AnomalyWords, others: readonly AnomalyWords[]): string => {
  const other = (signal: AnomalyWords['signal']): AnomalyWords | undefined =>
    others.find((anomaly) => anomaly.signal === signal && anomaly.service === lead.service);
  if (lead.signal === 'error_rate') {
    const latency = other('latency');
    return latency === undefined ? '' : p99Sentence(latency);
  }
  const failures = lead.signal === 'silence' ? undefined : other('error_rate');
  // Of log lines, those that matched are told of already.
  if (failures === undefined || (lead.signal === 'log_match' && failures.unit === 'log lines')) return '';
  return ` ${failuresOf(failures, formatPercent(rateOf(failures)))}; ${formatPercent(failures.baselineRate)} is normal.`;
};

/** "order-service 21.4 % of 3,054", for a list. */
export const shortOf = (anomaly: AnomalyWords, now: Date): string => {
  const service = nameIn(anomaly.service);
  switch (anomaly.signal) {
    case 'error_rate':
      return `${service} ${formatPercent(rateOf(anomaly))} of ${formatCount(anomaly.n)}`;
    case 'latency':
      return hasRaisedP99(anomaly)
        ? `${service} p99 ${formatLatency(anomaly.p99Ms)}`
        : `${service} ${formatPercent(rateOf(anomaly))} of ${formatCount(anomaly.n)} slow`;
    case 'silence':
      return `${service} silent since ${formatTime(silentSince(anomaly), now)}`;
    case 'log_match':
      return `${service} ${linesInBody(anomaly)}`;
  }
};

/** "inventory-service: 0.2 % of 3,733 requests failed, 0.09 % is normal", for a line of its own. */
export const clauseOf = (anomaly: AnomalyWords, now: Date): string => {
  const service = nameIn(anomaly.service);
  const share = formatPercent(rateOf(anomaly));
  const normal = `${formatPercent(anomaly.baselineRate)} is normal`;
  if (anomaly.calm !== null) return `${service}: ${symptomOf(anomaly, { hasSample: false })}`;
  switch (anomaly.signal) {
    case 'error_rate':
      return `${service}: ${failuresOf(anomaly, share)}, ${normal}`;
    case 'latency':
      return `${service}: ${share} of ${formatCount(anomaly.n)} requests were slower than ${slowThreshold(anomaly.latencyKind)}, ${normal}`;
    case 'silence':
      return `${service}: nothing sent since ${formatTime(silentSince(anomaly), now)}`;
    case 'log_match':
      return `${service}: ${linesInBody(anomaly)} since ${formatTime(anomaly.onsetAt, now)}`;
  }
};

const SIGNAL_WORD = { error_rate: 'errors', latency: 'latency' } as const;

/** Silence is a yes or no, and lines that the filter found were not judged. */
export const isScored = (signal: AnomalyObservation['signal']): signal is keyof typeof SIGNAL_WORD =>
  signal in SIGNAL_WORD;

type Scored = Pick<AnomalyObservation, 'service' | 'signal' | 'score' | 'baselineBuckets' | 'isLearning'>;

/** "z above 10 on errors, z 9.7 on p99 (n = 12 windows of 5 min)": the statistics behind a severity. */
export const statisticsOf = (anomaly: Scored, others: readonly Scored[] = []): string => {
  invariant(anomaly.baselineBuckets >= 0, 'baseline buckets are counted');
  if (anomaly.signal === 'log_match') {
    const [judged, ...rest] = others.filter(({ service, signal }) => service === anomaly.service && isScored(signal));
    return judged === undefined ? 'not judged against what is usual' : statisticsOf(judged, rest);
  }
  const sample = `(n${NBSP}=${NBSP}${anomaly.baselineBuckets} windows of 5${NBSP}min${anomaly.isLearning ? ', still learning' : ''})`;
  if (anomaly.signal === 'silence') return `silence ${sample}`;
  const scores = [anomaly, ...others].flatMap(({ service, signal, score }) =>
    service === anomaly.service && isScored(signal) ? [`${formatScore(score, signal)} on ${SIGNAL_WORD[signal]}`] : [],
  );
  return `${scores.join(', ')} ${sample}`;
};

// The chart's peak is of one minute, and higher.
const PEAK_SPAN = `5${NBSP}min`;

type Peak = Pick<AnomalyView, 'peakRate' | 'peakLatencyKind'>;

/** Back in its band: what it was out of, in one or two sentences. */
export const recoverySentences = (anomaly: AnomalyWords & Peak, since: Date, now: Date): string => {
  const span = formatSpan(since.getTime() - anomaly.onsetAt.getTime());
  const at = formatTime(since, now);
  const peak = formatPercent(anomaly.peakRate);
  const isSameKind = anomaly.peakLatencyKind === anomaly.latencyKind;
  const peakThan = isSameKind ? '' : ` slower than ${slowThreshold(anomaly.peakLatencyKind)}`;
  switch (anomaly.signal) {
    case 'error_rate':
      return (
        `Errors are back in their expected band since ${at}: ${formatPercent(rateOf(anomaly))} of ` +
        `${formatCount(anomaly.n)} ${anomaly.unit}. They were out of it for ${span}; peak ${peak} over ${PEAK_SPAN}.`
      );
    case 'latency':
      return (
        `Latency is back in its expected band since ${at}: ${formatPercent(rateOf(anomaly))} of ` +
        `${formatCount(anomaly.n)} requests slower than ${slowThreshold(anomaly.latencyKind)}. ` +
        `It was out of it for ${span}; peak ${peak}${peakThan} over ${PEAK_SPAN}.`
      );
    case 'silence':
      return `${nameIn(anomaly.service)} is seen again since ${at}. It was silent for ${span}.`;
    case 'log_match':
      return `No line matched since ${at}. ${linesInPast(anomaly, now)}.`;
  }
};

/** What happened, once it is over: "Up to 39.4 % of requests failed from 02:13 to 02:32". */
export const pastClause = (anomaly: AnomalyWords & Peak, until: Date | null, now: Date): string => {
  const from = formatTime(anomaly.signal === 'silence' ? silentSince(anomaly) : anomaly.onsetAt, now);
  const span = until === null ? `since ${from}` : `from ${from} to ${formatTime(until, now)}`;
  const peak = formatPercent(anomaly.peakRate);
  switch (anomaly.signal) {
    case 'error_rate':
      return anomaly.unit === 'requests'
        ? `Up to ${peak} of requests failed over ${PEAK_SPAN}, ${span}`
        : `Up to ${peak} of log lines were errors over ${PEAK_SPAN}, ${span}`;
    case 'latency':
      return `Up to ${peak} of requests were slower than ${slowThreshold(anomaly.peakLatencyKind)} over ${PEAK_SPAN}, ${span}`;
    case 'silence':
      return `${nameIn(anomaly.service)} sent nothing ${span}`;
    case 'log_match':
      return linesInPast(anomaly, now);
  }
};
