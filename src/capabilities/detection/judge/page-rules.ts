import type { DetectionSettings } from '../detection-settings.ts';
import type { BaselineFit } from './fit-baseline.ts';
import { type CountedWindow, HALF_MINUTE_SLOTS, NEWEST } from './slots.ts';

// Makes a raw 4.25 the page line of latency at 3.5: latency wanders, so its raw z is too eager.
export const LATENCY_SCALE = 14 / 17;

/** One window of one kind, as the page rules see it. */
export interface ScoredWindow {
  readonly window: CountedWindow;
  readonly fit: BaselineFit;
  readonly k: number;
  readonly n: number;
  /** Before the scale of latency. */
  readonly rawScore: number;
  /** On the severity lines. */
  readonly score: number;
  /** Share slower than 1.5 × the usual p99; latency only. */
  readonly farShare: number;
  /** It was as bad in the same minute of the hours before. */
  readonly isRepeated: boolean;
  /** Bad rows and all rows of this kind by slot, newest first. */
  readonly badBySlot: readonly number[];
  readonly rowsBySlot: readonly number[];
}

interface Rule {
  readonly words: string;
  isPassed(scored: ScoredWindow, settings: DetectionSettings): boolean;
}

const LEAST_BAD = 3;
const ERROR_SLOT_EXCESS = 0.005;
const TAIL_SLOT_EXCESS = 0.01;
const LEAST_SLOTS_IN_EXCESS = 3;
const SURGE_RATIO = 1.5;
const SURGE_MID_SHARE = 0.7;
const SURGE_FAR_SHARE = 0.03;
const LEARNING_LEAST_BAD = 5;
const LEARNING_EXCESS = 0.1;

const FAST_ERROR = { score: 5, bad: 8, excess: 0.1 } as const;
const FAST_LATENCY = { score: 6, bad: 10, excess: 0.25 } as const;
// Half a minute alone is a burst more often than a minute is.
const FAST_HALF_MINUTE = { score: 6, bad: 12, excess: 0.15 } as const;

const rateOf = ({ k, n }: ScoredWindow): number => (n > 0 ? k / n : 0);

const isSlotInExcess = ({ fit, badBySlot, rowsBySlot }: ScoredWindow, slot: number): boolean => {
  const k = badBySlot[slot] ?? 0;
  const n = rowsBySlot[slot] ?? 0;
  if (k < 1 || n < 1) return false;
  if (fit.kind === 'mid') return k / n >= (fit.p + 0.5) / 2;
  return k / n >= fit.p + (fit.kind === 'error' ? ERROR_SLOT_EXCESS : TAIL_SLOT_EXCESS);
};

const isSpread = (scored: ScoredWindow): boolean => {
  let inExcess = 0;
  for (let slot = 0; slot < HALF_MINUTE_SLOTS; slot += 1) if (isSlotInExcess(scored, slot)) inExcess += 1;
  return inExcess >= LEAST_SLOTS_IN_EXCESS;
};

/** So much at once that it need not be spread over time. */
export const isGross = (scored: ScoredWindow): boolean => {
  const ofErrors = scored.window === NEWEST ? FAST_HALF_MINUTE : FAST_ERROR;
  const line = scored.fit.kind === 'error' ? ofErrors : FAST_LATENCY;
  return (
    scored.rawScore >= line.score &&
    scored.k >= line.bad &&
    rateOf(scored) - scored.fit.p >= line.excess &&
    (isSlotInExcess(scored, 0) || isSlotInExcess(scored, 1))
  );
};

const isSurge = ({ window, n, fit }: ScoredWindow): boolean => (n * 5) / window.minutes > SURGE_RATIO * fit.meanRows;

const EVIDENCE: Rule = {
  words: 'too few bad ones to be sure: one or two wake nobody',
  isPassed: (scored, { severityLines }) => scored.k >= LEAST_BAD && scored.score >= severityLines.P2,
};

const ERROR_SIZE: Rule = {
  words: 'the change is small',
  isPassed: (scored, { sizeFloors }) =>
    rateOf(scored) - scored.fit.p >= sizeFloors.errorPoints / 100 &&
    rateOf(scored) >= sizeFloors.errorRatio * scored.fit.p,
};

const LATENCY_SIZE: Rule = {
  words: 'the slowdown is small',
  isPassed: (scored, { sizeFloors }) =>
    scored.fit.kind === 'mid' ? rateOf(scored) >= sizeFloors.midShare : scored.farShare >= sizeFloors.farShare,
};

const SURGE: Rule = {
  words: 'traffic is up, and a busy service is a bit slower',
  isPassed: (scored) =>
    !isSurge(scored) ||
    (scored.fit.kind === 'mid' ? rateOf(scored) >= SURGE_MID_SHARE : scored.farShare >= SURGE_FAR_SHARE),
};

const SPREAD: Rule = {
  words: 'one burst, not spread over time',
  isPassed: (scored) => isSpread(scored) || isGross(scored),
};

const HOURLY: Rule = {
  words: 'repeats each hour',
  isPassed: ({ isRepeated }) => !isRepeated,
};

const LEARNING: Rule = {
  words: 'still learning what is usual, and the change is not gross and lasting',
  isPassed: (scored) =>
    scored.k >= LEARNING_LEAST_BAD && rateOf(scored) - scored.fit.p >= LEARNING_EXCESS && isSpread(scored),
};

const rulesFor = (kind: BaselineFit['kind'], isLearning: boolean): readonly Rule[] => [
  EVIDENCE,
  ...(kind === 'error' ? [ERROR_SIZE] : [LATENCY_SIZE, SURGE]),
  SPREAD,
  HOURLY,
  ...(isLearning ? [LEARNING] : []),
];

// Two of the last three ticks: 42 % fewer false pages, recall .01 to .16 lower at 1,000 requests per five minutes.
export const QUIET_TICKS = { of: 3, least: 2 } as const;
export const HELD_BY_QUIET = 'seen in one check only, and the quiet preset waits for a second';

/** In words, the first rule that keeps this window from waking somebody; null if it may. */
export const ruleThatHolds = (scored: ScoredWindow, isLearning: boolean, settings: DetectionSettings): string | null =>
  rulesFor(scored.fit.kind, isLearning).find((rule) => !rule.isPassed(scored, settings))?.words ?? null;

/** Passed the size floor, surge included. */
export const isLarge = (scored: ScoredWindow, settings: DetectionSettings): boolean =>
  scored.fit.kind === 'error'
    ? ERROR_SIZE.isPassed(scored, settings)
    : LATENCY_SIZE.isPassed(scored, settings) && SURGE.isPassed(scored, settings);

/** Out of its band and at least half the size floor: an open episode goes on. */
export const isLasting = (scored: ScoredWindow, { severityLines, sizeFloors }: DetectionSettings): boolean => {
  if (scored.score < severityLines.P4) return false;
  if (scored.fit.kind === 'error') return rateOf(scored) - scored.fit.p >= sizeFloors.errorPoints / 200;
  return scored.fit.kind === 'mid'
    ? rateOf(scored) >= (scored.fit.p + sizeFloors.midShare) / 2
    : scored.farShare >= sizeFloors.farShare / 2;
};
