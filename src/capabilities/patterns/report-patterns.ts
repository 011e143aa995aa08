import { MINUTE_MS } from '#kernel/duration.ts';
import type { MinedTemplate } from '#log-patterns/miner.ts';
import type { FrequentValue } from '#log-patterns/value-counts.ts';
import { type Comparison, compareByChange, type ComparedPattern, compareWindows } from './compare-windows.ts';
import type { PatternTally, Tallied } from './tally-lines.ts';

export interface FoundPattern {
  /** The same for the same service and oldest line, after a restart too. */
  readonly id: string;
  /** With `<*>` for what varies. Telemetry: to be escaped. */
  readonly text: string;
  /** For each `<*>` the most frequent values, of window and baseline. */
  readonly variables: readonly (readonly FrequentValue[])[];
  /** In the window; an estimate where it was sampled. */
  readonly lines: number;
  readonly readLines: number;
  /** Of the lines of the window. */
  readonly share: number;
  readonly baselineReadLines: number;
  /** Lines of the window by level, the most frequent first. */
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
  readonly comparison: { readonly baselineMinutes: number; readonly baselineMs: number } | null;
  /** Lines in the window for each one read. */
  readonly scale: number;
}

const BASE_36 = 36;

/** Patterns of the window, what changed first or, where nothing is compared, errors; and those that are gone. */
export const reportPatterns = (
  tallied: readonly Tallied[],
  context: ReportContext,
): { readonly patterns: readonly FoundPattern[]; readonly disappeared: readonly FoundPattern[] } => {
  const windowLines = tallied.reduce((sum, { tally }) => sum + tally.window.lines, 0);
  const comparisons = compareAll(tallied, context);
  const found = tallied.map(({ template, tally }, index) =>
    describe(template, tally, windowLines, comparisons?.[index] ?? null, context),
  );
  return {
    patterns: found.filter(({ readLines }) => readLines > 0).toSorted(byChange),
    disappeared: found.filter(({ comparison }) => comparison?.change === 'disappeared').toSorted(byChange),
  };
};

const compareAll = (
  tallied: readonly Tallied[],
  { windowMs, comparison }: ReportContext,
): readonly Comparison[] | null => {
  if (!comparison) return null;
  const wholeParts = Math.floor(comparison.baselineMs / windowMs);
  const compared = tallied.map(({ template, tally }): ComparedPattern => ({
    window: { lines: tally.window.lines, activeMinutes: tally.window.minutes.size },
    baseline: { lines: tally.baseline.lines, activeMinutes: tally.baseline.minutes.size },
    baselineParts: Array.from({ length: wholeParts }, (_, part) => tally.parts.get(part) ?? 0),
    isCoarse: template.isCoarse,
  }));
  const { baselineMinutes } = comparison;
  return compareWindows(compared, { windowMinutes: windowMs / MINUTE_MS, baselineMinutes });
};

const describe = (
  template: MinedTemplate,
  tally: PatternTally,
  windowLines: number,
  comparison: Comparison | null,
  { service, scale }: ReportContext,
): FoundPattern => {
  const isSeen = tally.window.lines > 0;
  return {
    id: `${service}:${template.hash.toString(BASE_36)}`,
    text: template.text,
    variables: template.variables,
    lines: Math.round(tally.window.lines * scale),
    readLines: tally.window.lines,
    share: windowLines === 0 ? 0 : tally.window.lines / windowLines,
    baselineReadLines: tally.baseline.lines,
    levels: [...tally.levels]
      .map(([level, readLines]) => ({ level, readLines }))
      .toSorted((a, b) => b.readLines - a.readLines),
    firstSeenAt: isSeen ? new Date(tally.firstSeenMs) : null,
    lastSeenAt: isSeen ? new Date(tally.lastSeenMs) : null,
    example: tally.example,
    isCoarse: template.isCoarse,
    comparison,
  };
};

const isChange = ({ comparison }: FoundPattern): boolean => comparison !== null && comparison.change !== 'steady';

const ERROR_LEVELS: ReadonlySet<string> = new Set(['error', 'critical', 'fatal']);

/** Most of its lines in the window are of level error, critical or fatal. */
export const isOfErrors = ({ levels: [first] }: FoundPattern): boolean =>
  first !== undefined && ERROR_LEVELS.has(first.level.toLowerCase());

const byChange = (a: FoundPattern, b: FoundPattern): number => {
  if (a.comparison && b.comparison && (isChange(a) || isChange(b))) return compareByChange(a.comparison, b.comparison);
  // What is usual cannot be told from what is not: errors are what to look at.
  const errorsFirst = a.comparison || b.comparison ? 0 : Number(isOfErrors(b)) - Number(isOfErrors(a));
  if (errorsFirst !== 0) return errorsFirst;
  return b.readLines - a.readLines || (a.id < b.id ? -1 : 1);
};
