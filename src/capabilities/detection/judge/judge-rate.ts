import { type Severity, severityOfScore } from '#kernel/severity.ts';
import type { DetectionSettings } from '../detection-settings.ts';
import { estimateEndAge } from './estimate-end.ts';
import { estimateOnset } from './estimate-onset.ts';
import { type BaselineFit, fitBaseline, type SpreadMemory } from './fit-baseline.ts';
import { isGross, isLarge, isLasting, LATENCY_SCALE, ruleThatHolds, type ScoredWindow } from './page-rules.ts';
import { scoreWindow } from './score-window.ts';
import { samplesOf, type ServiceBaseline } from './service-baseline.ts';
import { badField, type CountedKind, type ServiceCounts, totalField } from './service-counts.ts';
import { BUCKET_MS, type CountedWindow, NEWEST, sumOfNewest, W1, W3, W5 } from './slots.ts';

/** What the last five minutes say about an open episode. */
export type Calm = 'quiet' | 'lasting' | 'no-data';

/** One signal of one service, scored in one tick. */
export interface RateJudgement {
  readonly score: number;
  readonly severity: Severity | null;
  readonly isPaging: boolean;
  /** A window that pages is so bad that nothing more is waited for. */
  readonly isGross: boolean;
  readonly heldBy: string | null;
  readonly isLargeEnough: boolean;
  readonly isFailingNow: boolean;
  readonly isLearning: boolean;
  readonly calm: Calm;
  /** Of the kind that scored highest. */
  readonly fit: BaselineFit;
  /** Of each kind that was scored. */
  readonly fits: Readonly<Partial<Record<CountedKind, BaselineFit>>>;
  /** Every window that makes the score, but for the newest half minute. */
  readonly windows: readonly ScoredWindow[];
  /** Of the last five minutes. */
  readonly k: number;
  readonly n: number;
  readonly lastMinute: { readonly k: number; readonly n: number };
  readonly onset: { readonly ageMs: number; readonly isWithinView: boolean };
  /** How long before T the bad rows ended, where it is calm. */
  readonly endAgeMs: number;
}

/** Whether a window was as unusual in the same minute of the hours before. */
export type IsRepeated = (scored: ScoredWindow) => boolean;

const NEVER_REPEATED: IsRepeated = () => false;

export type KindMemory = Readonly<Record<CountedKind, SpreadMemory>>;

const LEARNING_BUCKETS = 10;
const LEAST_LATENCY_BUCKETS = 6;
const LEAST_LATENCY_REQUESTS = 60;

interface KindScores {
  readonly fit: BaselineFit;
  /** Those that make the score. */
  readonly scored: readonly ScoredWindow[];
  /** Where the newest half minute is gross by itself; errors only, since half a minute of slowness is a restart. */
  readonly gross: ScoredWindow | null;
  readonly lastMinute: ScoredWindow;
  readonly lastFive: ScoredWindow;
}

const scoreKind = (
  kind: CountedKind,
  windows: readonly CountedWindow[],
  counts: ServiceCounts,
  baseline: ServiceBaseline,
  memory: SpreadMemory,
  isRepeated: IsRepeated,
): KindScores => {
  const fit = fitBaseline(kind, samplesOf(baseline, kind), memory);
  const badBySlot = counts.slots[badField(kind, baseline.unit)];
  const rowsBySlot = counts.slots[totalField(baseline.unit)];
  const score = (window: CountedWindow): ScoredWindow => {
    const k = sumOfNewest(badBySlot, window.slots);
    const n = sumOfNewest(rowsBySlot, window.slots);
    const rawScore = scoreWindow(k, n, fit);
    const scored: ScoredWindow = {
      window,
      fit,
      k,
      n,
      rawScore,
      score: kind === 'error' ? rawScore : rawScore * LATENCY_SCALE,
      farShare: kind === 'error' || n === 0 ? 0 : sumOfNewest(counts.slots.far, window.slots) / n,
      isRepeated: false,
      badBySlot,
      rowsBySlot,
    };
    return isRepeated(scored) ? { ...scored, isRepeated: true } : scored;
  };
  const scored = windows.map(score);
  const lastMinute = scored[0] ?? score(W1);
  // What repeats is known by its minute: where in the minute it strikes may differ.
  const newest = { ...score(NEWEST), isRepeated: lastMinute.isRepeated };
  return {
    fit,
    scored,
    gross: kind === 'error' && isGross(newest) ? newest : null,
    lastMinute,
    lastFive: score(W5),
  };
};

const worst = (windows: readonly ScoredWindow[]): ScoredWindow | undefined =>
  windows.reduce<ScoredWindow | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);

const judge = (
  kinds: readonly [KindScores, ...KindScores[]],
  isLearning: boolean,
  settings: DetectionSettings,
): RateJudgement => {
  const windows = kinds.flatMap(({ scored, gross }) => (gross ? [...scored, gross] : scored));
  const highest = worst(windows);
  const score = highest?.score ?? 0;
  const lead = kinds.find(({ fit }) => fit === highest?.fit) ?? kinds[0];
  const ofScore = severityOfScore(score, settings.severityLines);
  const wouldPage = ofScore === 'P1' || ofScore === 'P2';
  const paging = wouldPage ? windows.filter((window) => ruleThatHolds(window, isLearning, settings) === null) : [];
  const isPaging = paging.length > 0;
  const { badBySlot, rowsBySlot, k, n } = lead.lastFive;
  return {
    score,
    severity: wouldPage && !isPaging ? 'P3' : ofScore,
    isPaging,
    isGross: paging.some(isGross),
    heldBy: wouldPage && !isPaging && highest ? ruleThatHolds(highest, isLearning, settings) : null,
    isLargeEnough: windows.some((window) => window.score >= settings.severityLines.P4 && isLarge(window, settings)),
    isFailingNow: kinds.some(({ lastMinute }) => isLasting(lastMinute, settings)),
    isLearning,
    calm: n === 0 ? 'no-data' : kinds.some(({ lastFive }) => isLasting(lastFive, settings)) ? 'lasting' : 'quiet',
    fit: lead.fit,
    windows: kinds.flatMap(({ scored }) => scored),
    fits: Object.fromEntries(kinds.map(({ fit }) => [fit.kind, fit])),
    k,
    n,
    lastMinute: { k: lead.lastMinute.k, n: lead.lastMinute.n },
    onset: estimateOnset(badBySlot, rowsBySlot, lead.fit.p),
    endAgeMs: estimateEndAge(badBySlot, rowsBySlot, lead.fit.p),
  };
};

const isLearningFrom = (baseline: ServiceBaseline): boolean => baseline.ageBuckets < LEARNING_BUCKETS;

/** In ms: how long a service is learnt yet; 0 once it is. */
export const learningLeft = ({ ageBuckets }: ServiceBaseline): number =>
  Math.max(0, LEARNING_BUCKETS - ageBuckets) * BUCKET_MS;

export const judgeErrorRate = (
  counts: ServiceCounts,
  baseline: ServiceBaseline,
  memory: KindMemory,
  settings: DetectionSettings,
  isRepeated: IsRepeated = NEVER_REPEATED,
): RateJudgement =>
  judge(
    [scoreKind('error', [W1, W3, W5], counts, baseline, memory.error, isRepeated)],
    isLearningFrom(baseline),
    settings,
  );

/** Null where latency cannot be judged: no requests, or too few of them in the baseline. */
export const judgeLatency = (
  counts: ServiceCounts,
  baseline: ServiceBaseline,
  memory: KindMemory,
  settings: DetectionSettings,
  isRepeated: IsRepeated = NEVER_REPEATED,
): RateJudgement | null => {
  if (baseline.unit !== 'requests') return null;
  const { requests } = baseline.buckets;
  const buckets = requests.filter((rows) => rows > 0).length;
  if (buckets < LEAST_LATENCY_BUCKETS || sumOfNewest(requests, requests.length) < LEAST_LATENCY_REQUESTS) return null;
  return judge(
    [
      // First, because the first of equals leads: beyond the cut, the tail is what tells of the harm.
      scoreKind('tail', [W1, W3], counts, baseline, memory.tail, isRepeated),
      scoreKind('mid', [W1, W3], counts, baseline, memory.mid, isRepeated),
    ],
    isLearningFrom(baseline),
    settings,
  );
};
