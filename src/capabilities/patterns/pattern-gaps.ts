import { DAY_MS, MINUTE_MS } from '#kernel/duration.ts';
import type { FoundPattern } from './report-patterns.ts';
import type { ByStratum } from './strata.ts';

/** What the answer does not rest on, to be said beside it. */
export type PatternGap =
  /** The window is longer or shorter than was asked for, being as short or as long as one may be. */
  | { readonly kind: 'other-window'; readonly askedMs: number; readonly windowMs: number }
  /** Some of the lines were read: some seconds of each minute, and of the baseline some minutes. */
  | {
      readonly kind: 'sampled';
      readonly side: 'window' | 'baseline';
      readonly read: number;
      readonly of: number;
      /** Those of level error, critical or fatal among them. */
      readonly errors: { readonly read: number; readonly of: number };
    }
  /** Nothing before the window is kept, or nothing was written then. */
  | { readonly kind: 'no-baseline' }
  /** The baseline is shorter than a day, because no more is kept or the service is younger. */
  | { readonly kind: 'short-baseline'; readonly baselineMs: number; readonly because: 'kept' | 'young' }
  /** Nothing is claimed to be new or to surge, since there is too little to compare with. */
  | { readonly kind: 'not-compared'; readonly baselineMs: number; readonly neededMs: number }
  | { readonly kind: 'baseline-failed'; readonly userMessage: string }
  /** Lines of so many templates that some were forgotten or only told apart by their first word. */
  | { readonly kind: 'not-grouped'; readonly lines: number };

export const BASELINE_MS = DAY_MS;

interface Baseline {
  readonly baselineMs: number;
  /** As far back as logs are kept. */
  readonly keptMs: number;
  readonly neededMs: number;
}

/** Of a baseline that could be read. */
export const baselineGaps = ({ baselineMs, keptMs, neededMs }: Baseline): readonly PatternGap[] => {
  if (baselineMs === 0) return [{ kind: 'no-baseline' }];
  const because = keptMs - baselineMs < MINUTE_MS ? 'kept' : 'young';
  return [
    ...(baselineMs >= BASELINE_MS ? [] : [{ kind: 'short-baseline', baselineMs, because } as const]),
    ...(baselineMs >= neededMs ? [] : [{ kind: 'not-compared', baselineMs, neededMs } as const]),
  ];
};

export const windowGap = (askedMs: number, windowMs: number): readonly PatternGap[] =>
  askedMs === windowMs ? [] : [{ kind: 'other-window', askedMs, windowMs }];

export const sampledGap = (
  side: 'window' | 'baseline',
  read: ByStratum<number>,
  of: ByStratum<number>,
): readonly PatternGap[] => {
  const [lines, all] = [read.errors + read.others, of.errors + of.others];
  return lines < all
    ? [{ kind: 'sampled', side, read: lines, of: all, errors: { read: read.errors, of: of.errors } }]
    : [];
};

export const notGrouped = (lines: number, patterns: readonly FoundPattern[]): readonly PatternGap[] => {
  const grouped = patterns.reduce((total, pattern) => (pattern.isCoarse ? total : total + pattern.readLines), 0);
  return grouped < lines ? [{ kind: 'not-grouped', lines: lines - grouped }] : [];
};
