import { binomialLowerTail, binomialUpperTail } from '#statistics/binomial.ts';
import { adjustForDiscoveries } from '#statistics/false-discovery-rate.ts';
import { type RateRatio, rateRatio } from '#statistics/rate-ratio.ts';

/** One pattern in a span of time. */
export interface PatternCounts {
  readonly lines: number;
  /** Minutes with at least one line. */
  readonly activeMinutes: number;
}

export interface ComparedPattern {
  readonly window: PatternCounts;
  readonly baseline: PatternCounts;
  /** Lines in parts of the baseline as long as the window, zeros included. */
  readonly baselineParts: readonly number[];
  /** Of the baseline, as far as it was read for this pattern. */
  readonly baselineMinutes: number;
  /** Its lines could not be told apart, so nothing is claimed of them. */
  readonly isCoarse: boolean;
}

/**
 * `new`: never in the baseline, and more often now than chance explains. `first-seen`: never in the
 * baseline, but too rare to claim anything. `steady`: what chance explains.
 */
export type PatternChange = 'new' | 'first-seen' | 'surging' | 'disappeared' | 'steady';

export interface Comparison {
  readonly change: PatternChange;
  /** Times the rate of the baseline, with the interval of 95 %. */
  readonly ratio: RateRatio;
  /** The same over the growth of all lines, since traffic alone lifts everything. */
  readonly ratioBeyondGrowth: number;
  /** Lines beyond those that the baseline's rate and the growth of all lines explain. */
  readonly excessLines: number;
  /** False discovery rate at which the change is one. */
  readonly q: number;
}

export interface ComparedSpans {
  readonly windowMinutes: number;
  /** Times the rate of all lines in the baseline. */
  readonly growth: number;
}

const MAX_FALSE_DISCOVERIES = 0.05;
const MIN_RATIO = 2;
// Below so many lines the parts of the baseline say little of bursts.
const FEW_LINES = 10;

const dispersionOf = ({ window, baseline, baselineParts }: ComparedPattern): number => {
  const mean = baselineParts.reduce((sum, lines) => sum + lines, 0) / Math.max(1, baselineParts.length);
  const squares = baselineParts.reduce((sum, lines) => sum + (lines - mean) ** 2, 0);
  const variance = baselineParts.length > 1 ? squares / (baselineParts.length - 1) : 0;
  const ofParts = Math.max(1, mean > 0 ? variance / mean : 1);
  if (baseline.lines >= FEW_LINES) return ofParts;
  return Math.max(
    ofParts,
    (baseline.lines + window.lines) / Math.max(1, baseline.activeMinutes + window.activeMinutes),
  );
};

const bothTails = (byLines: number, byMinutes: number): number => Math.min(1, 2 * Math.min(byLines, byMinutes));

/** Chance of so many lines, or active minutes, or more. */
const chanceOfMore = ({ window, baseline }: ComparedPattern, dispersion: number, share: number): number => {
  const lines = Math.floor(window.lines / dispersion);
  return bothTails(
    binomialUpperTail(lines, lines + Math.ceil(baseline.lines / dispersion), share),
    binomialUpperTail(window.activeMinutes, window.activeMinutes + baseline.activeMinutes, share),
  );
};

const chanceOfFewer = ({ window, baseline }: ComparedPattern, dispersion: number, share: number): number => {
  const lines = Math.ceil(window.lines / dispersion);
  return bothTails(
    binomialLowerTail(lines, lines + Math.floor(baseline.lines / dispersion), share),
    binomialLowerTail(window.activeMinutes, window.activeMinutes + baseline.activeMinutes, share),
  );
};

/**
 * Which patterns are new, surge or disappeared in a window, against a baseline before it. Exact
 * conditional tests on lines, divided by how bursty they are, and on active minutes; of all patterns
 * together at most 5 % of the claims are expected to be false. In the order given.
 */
export const compareWindows = (
  patterns: readonly ComparedPattern[],
  { windowMinutes, growth }: ComparedSpans,
): readonly Comparison[] => {
  const shareOf = ({ baselineMinutes }: ComparedPattern): number => windowMinutes / (windowMinutes + baselineMinutes);
  const dispersions = patterns.map(dispersionOf);
  const dispersionAt = (index: number): number => dispersions[index] ?? 1;
  const more = adjustForDiscoveries(
    patterns.map((pattern, index) => chanceOfMore(pattern, dispersionAt(index), shareOf(pattern))),
  );
  const fewer = adjustForDiscoveries(
    patterns.map((pattern, index) => chanceOfFewer(pattern, dispersionAt(index), shareOf(pattern))),
  );
  return patterns.map((pattern, index) => {
    const { window, baseline, baselineMinutes } = pattern;
    const ratio = rateRatio(
      { count: window.lines, duration: windowMinutes },
      { count: baseline.lines, duration: baselineMinutes },
      dispersionAt(index),
    );
    const isGone = window.lines === 0;
    const q = (isGone ? fewer : more)[index] ?? 1;
    const expected = (baseline.lines / baselineMinutes) * windowMinutes * growth;
    return {
      change: changeOf(pattern, ratio.ratio, q),
      ratio,
      ratioBeyondGrowth: ratio.ratio / growth,
      excessLines: window.lines - expected,
      q,
    };
  });
};

const changeOf = ({ window, baseline, isCoarse }: ComparedPattern, ratio: number, q: number): PatternChange => {
  if (isCoarse) return 'steady';
  const isClaimed = q <= MAX_FALSE_DISCOVERIES;
  if (window.lines === 0) return isClaimed && ratio <= 1 / MIN_RATIO ? 'disappeared' : 'steady';
  const isMore = isClaimed && ratio >= MIN_RATIO;
  if (baseline.lines === 0) return isMore ? 'new' : 'first-seen';
  return isMore ? 'surging' : 'steady';
};

const RANKS: Readonly<Record<PatternChange, number>> = {
  new: 0,
  surging: 1,
  'first-seen': 2,
  disappeared: 3,
  steady: 4,
};

/** New ones first, then by lines beyond what is explained. */
export const compareByChange = (a: Comparison, b: Comparison): number =>
  RANKS[a.change] - RANKS[b.change] || b.excessLines - a.excessLines;
