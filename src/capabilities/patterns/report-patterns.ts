import { MINUTE_MS } from '#kernel/duration.ts';
import { isErrorLevel } from '#kernel/error-levels.ts';
import type { MinedTemplate } from '#log-patterns/miner.ts';
import type { FrequentValue } from '#log-patterns/value-counts.ts';
import { type Comparison, compareByChange, type ComparedPattern, compareWindows } from './compare-windows.ts';
import { commonSampling, type Sampling } from './sampling.ts';
import type { ByStratum, Stratum } from './strata.ts';
import type { PatternTally, Tallied } from './tally-lines.ts';

export interface FoundPattern {
  /** The same for the same service and oldest line, after a restart too. */
  readonly id: string;
  /** With `<*>` for what varies. Telemetry: to be escaped. */
  readonly text: string;
  /** For each `<*>` the most frequent values, of window and baseline. */
  readonly variables: readonly (readonly FrequentValue[])[];
  /** In the window; an estimate where not all lines like them were read. */
  readonly lines: number;
  readonly isEstimate: boolean;
  readonly readLines: number;
  /** Of the lines of the window. */
  readonly share: number;
  readonly baselineReadLines: number;
  /** Lines of the window by level, the most frequent first; not all are read alike. */
  readonly levels: readonly { readonly level: string; readonly readLines: number }[];
  /** In the window, as far as it was read; null for one that disappeared. */
  readonly firstSeenAt: Date | null;
  readonly lastSeenAt: Date | null;
  /** The newest line; empty for one that disappeared. */
  readonly example: string;
  /** Its lines were too many different ones to be told apart. */
  readonly isCoarse: boolean;
  /** Null: there was too little to compare with. */
  readonly comparison: Comparison | null;
}

export interface ReportContext {
  readonly service: string;
  readonly windowMs: number;
  readonly comparison: {
    readonly baselineMs: number;
    /** As far as they were read. */
    readonly baselineMinutes: ByStratum<number>;
    /** Times the rate of all lines in the baseline. */
    readonly growth: number;
    /** Templates known to have no line in the baseline that was not read. */
    readonly absent: ReadonlySet<number>;
  } | null;
  readonly samplings: ByStratum<Sampling>;
  /** Lines in the window for each one read. */
  readonly scales: ByStratum<number>;
}

const BASE_36 = 36;

/** Patterns of the window, what changed first or, where nothing is compared, errors; and those that are gone. */
export const reportPatterns = (
  tallied: readonly Tallied[],
  context: ReportContext,
): { readonly patterns: readonly FoundPattern[]; readonly disappeared: readonly FoundPattern[] } => {
  const windowLines = tallied.reduce((sum, { tally }) => sum + estimate(tally, context), 0);
  const comparisons = compareAll(tallied, context);
  const found = tallied.map(({ template, tally }, index) =>
    describe(template, tally, windowLines, comparisons?.[index] ?? null, context),
  );
  return {
    patterns: found.filter(({ readLines }) => readLines > 0).toSorted(byChange),
    disappeared: found
      .filter(({ readLines, comparison }) => readLines === 0 && comparison?.change === 'disappeared')
      .toSorted(byChange),
  };
};

const STRATA: readonly Stratum[] = ['errors', 'others'];

const sumStrata = (of: (stratum: Stratum) => number): number =>
  STRATA.reduce((total, stratum) => total + of(stratum), 0);

const estimate = ({ strata }: PatternTally, { scales }: ReportContext): number =>
  sumStrata((stratum) => strata[stratum].window.lines * scales[stratum]);

const compareAll = (tallied: readonly Tallied[], context: ReportContext): readonly Comparison[] | null => {
  const { comparison, windowMs } = context;
  if (!comparison) return null;
  const weighted = tallied.map(({ template, tally }) => weigh(template, tally, context, comparison));
  const spans = { windowMinutes: windowMs / MINUTE_MS, growth: comparison.growth };
  return compareWindows(
    weighted.map(({ compared }) => compared),
    spans,
  ).map((each, index) => ({
    ...each,
    excessLines: (each.excessLines * 60) / (weighted[index]?.secondsPerMinute ?? 60),
  }));
};

/**
 * A pattern of one stratum is compared by all lines that were read. Where lines of both were, or may be among those
 * before that were not read, those of the denser sample count for less: a change of level is none of rate.
 */
const weigh = (
  { id, isCoarse }: MinedTemplate,
  { strata }: PatternTally,
  { windowMs, samplings }: ReportContext,
  { baselineMs, baselineMinutes, absent }: NonNullable<ReportContext['comparison']>,
): { readonly compared: ComparedPattern; readonly secondsPerMinute: number } => {
  const seen = STRATA.filter((stratum) => strata[stratum].window.lines + strata[stratum].baseline.lines > 0);
  const [only = 'others', second] = seen;
  const isMixed = second !== undefined || (strata[only].baseline.lines === 0 && !absent.has(id));
  const { secondsPerMinute } = isMixed ? commonSampling(samplings) : samplings[only];
  const minutes = isMixed ? Math.min(baselineMinutes.errors, baselineMinutes.others) : baselineMinutes[only];
  const ofSeconds = (stratum: Stratum): number => secondsPerMinute / samplings[stratum].secondsPerMinute;
  const ofBoth = (stratum: Stratum): number => (ofSeconds(stratum) * minutes) / baselineMinutes[stratum];
  const active = (side: 'window' | 'baseline'): number =>
    isMixed
      ? strata.errors[side].commonMinutes.union(strata.others[side].commonMinutes).size
      : strata[only][side].minutes.size;
  const wholeParts = Math.floor(baselineMs / windowMs);
  const compared = {
    window: {
      lines: sumStrata((stratum) => strata[stratum].window.lines * ofSeconds(stratum)),
      activeMinutes: active('window'),
    },
    baseline: {
      lines: sumStrata((stratum) => strata[stratum].baseline.lines * ofBoth(stratum)),
      activeMinutes: active('baseline'),
    },
    baselineParts: Array.from({ length: wholeParts }, (_, part) =>
      sumStrata((stratum) => (strata[stratum].parts.get(part) ?? 0) * ofBoth(stratum)),
    ),
    baselineMinutes: minutes,
    isCoarse,
  };
  return { compared, secondsPerMinute };
};

const describe = (
  template: MinedTemplate,
  tally: PatternTally,
  windowLines: number,
  comparison: Comparison | null,
  context: ReportContext,
): FoundPattern => {
  const { service, scales } = context;
  const lines = estimate(tally, context);
  const readLines = sumStrata((stratum) => tally.strata[stratum].window.lines);
  const scaleOf = (level: string): number => scales[isErrorLevel(level) ? 'errors' : 'others'];
  const isSeen = readLines > 0;
  return {
    id: `${service}:${template.hash.toString(BASE_36)}`,
    text: template.text,
    variables: template.variables,
    lines: Math.round(lines),
    isEstimate: STRATA.some((stratum) => tally.strata[stratum].window.lines > 0 && scales[stratum] !== 1),
    readLines,
    share: windowLines === 0 ? 0 : lines / windowLines,
    baselineReadLines: sumStrata((stratum) => tally.strata[stratum].baseline.lines),
    levels: [...tally.levels]
      .map(([level, readOfLevel]) => ({ level, readLines: readOfLevel }))
      .toSorted((a, b) => b.readLines * scaleOf(b.level) - a.readLines * scaleOf(a.level)),
    firstSeenAt: isSeen ? new Date(tally.firstSeenMs) : null,
    lastSeenAt: isSeen ? new Date(tally.lastSeenMs) : null,
    example: tally.example,
    isCoarse: template.isCoarse,
    comparison,
  };
};

const isChange = ({ comparison }: FoundPattern): boolean => comparison !== null && comparison.change !== 'steady';

/** Most of its lines in the window are of level error, critical or fatal. */
export const isOfErrors = ({ levels: [first] }: FoundPattern): boolean =>
  first !== undefined && isErrorLevel(first.level);

const byChange = (a: FoundPattern, b: FoundPattern): number => {
  if (a.comparison && b.comparison && (isChange(a) || isChange(b))) return compareByChange(a.comparison, b.comparison);
  // What is usual cannot be told from what is not: errors are what to look at.
  const errorsFirst = a.comparison || b.comparison ? 0 : Number(isOfErrors(b)) - Number(isOfErrors(a));
  if (errorsFirst !== 0) return errorsFirst;
  return b.lines - a.lines || (a.id < b.id ? -1 : 1);
};
