import type { Clock } from '#kernel/clock.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { countMinutes, type LineFilter, readLines } from './read-lines.ts';
import { type FoundPattern, reportPatterns } from './report-patterns.ts';
import { chooseSampling, isSampledMinute, type MinuteCount, planSlices, type Sampling } from './sampling.ts';
import { createLineTallies, type LineTallies } from './tally-lines.ts';

export interface ReadPatternsDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
  readonly clock: Clock;
  readonly random: Random;
  /** For how long logs are kept; null where somebody else ages them. */
  readonly logsKeptMs: number | null;
}

export interface PatternsInput {
  readonly service: string;
  /** At most a day; a longer one begins later. */
  readonly window: TimeWindow;
  /** Only lines of this level. */
  readonly level?: string;
}

/** What the answer does not rest on, to be said beside it. */
export type PatternGap =
  /** Some of the lines were read: the first seconds of each minute, and some minutes of the baseline. */
  | { readonly kind: 'sampled'; readonly side: 'window' | 'baseline'; readonly read: number; readonly of: number }
  /** The baseline is shorter than a day, because no more is kept or the service is younger. */
  | { readonly kind: 'short-baseline'; readonly baselineMs: number; readonly because: 'kept' | 'young' }
  /** Nothing is claimed to be new or to surge, since there is too little to compare with. */
  | { readonly kind: 'not-compared'; readonly baselineMs: number; readonly neededMs: number }
  | { readonly kind: 'baseline-failed'; readonly userMessage: string }
  /** Lines of so many templates that some were forgotten or only told apart by their first word. */
  | { readonly kind: 'not-grouped'; readonly lines: number };

export type ReadPatternsOutcome =
  | {
      readonly kind: 'patterns';
      readonly window: TimeWindow;
      readonly baseline: TimeWindow;
      /** In the window, whether read or not. */
      readonly lines: number;
      readonly readLines: number;
      /** New ones and surging ones first, then those with the most lines. */
      readonly patterns: readonly FoundPattern[];
      /** In the baseline and no longer in the window, beyond what chance explains. */
      readonly disappeared: readonly FoundPattern[];
      readonly gaps: readonly PatternGap[];
    }
  /** It could not be looked at, which is not the same as finding nothing. */
  | { readonly kind: 'failed'; readonly userMessage: string };

const BASELINE_MS = DAY_MS;
const MAX_WINDOW_MS = DAY_MS;
const MIN_WINDOW_MS = 5 * MINUTE_MS;
// A baseline that is shorter tells little of what is usual.
const MIN_BASELINE_WINDOWS = 10;
// All that a service says in its first hour is new.
const MIN_BASELINE_MS = HOUR_MS;

const sum = (minutes: readonly MinuteCount[]): number => minutes.reduce((total, { lines }) => total + lines, 0);

const windowOf = ({ from, to }: TimeWindow): TimeWindow => {
  const lengthMs = Math.min(MAX_WINDOW_MS, Math.max(MIN_WINDOW_MS, to.getTime() - from.getTime()));
  return { from: addMs(to, -lengthMs), to };
};

/** The day before the window, as far as it is kept. */
const baselineOf = ({ from }: TimeWindow, now: Date, logsKeptMs: number | null): TimeWindow => {
  const wanted = addMs(from, -BASELINE_MS).getTime();
  const kept = logsKeptMs === null ? wanted : now.getTime() - logsKeptMs;
  return { from: new Date(Math.min(from.getTime(), Math.max(wanted, kept))), to: from };
};

/**
 * What a service writes in a window, grouped into patterns and compared with the day before. Reads
 * in bounded pages, a sample where there is more; what it could not look at is among the gaps.
 */
export const readPatterns = async (deps: ReadPatternsDeps, input: PatternsInput): Promise<ReadPatternsOutcome> => {
  try {
    return await read(deps, input);
  } catch (error) {
    if (isAppError(error)) return { kind: 'failed', userMessage: error.userMessage };
    throw error;
  }
};

const read = async (deps: ReadPatternsDeps, input: PatternsInput): Promise<ReadPatternsOutcome> => {
  const filter: LineFilter = { service: input.service, level: input.level ?? null };
  const window = windowOf(input.window);
  const kept = baselineOf(window, deps.clock.now(), deps.logsKeptMs);
  const inWindow = await countMinutes(deps, filter, window);
  const counted = await orGap(() => countMinutes(deps, filter, kept));
  const inBaseline = counted.kind === 'read' ? counted.value : [];
  const sampling = chooseSampling(inWindow, inBaseline);
  const tallies = createLineTallies(Math.floor(deps.random() * 2 ** 31));
  const baseline = ageOf(kept, inBaseline);
  const baselineRead = await orGap(() => tallySide(deps, filter, baseline, inBaseline, sampling, window, tallies));
  const ofWindow = { ...sampling, everyMinutes: 1 };
  const windowRead = await tallySide(deps, filter, window, inWindow, ofWindow, window, tallies);

  const baselineMs = baseline.to.getTime() - baseline.from.getTime();
  const windowMs = window.to.getTime() - window.from.getTime();
  const neededMs = Math.max(MIN_BASELINE_MS, MIN_BASELINE_WINDOWS * windowMs);
  const failure = [counted, baselineRead].find((outcome) => outcome.kind === 'failed');
  const isCompared = failure === undefined && baselineMs >= neededMs;
  const report = reportPatterns(tallies.list(), {
    service: input.service,
    windowMs,
    comparison: isCompared ? { baselineMinutes: sampledMinutes(baseline, sampling), baselineMs } : null,
    scale: windowRead === 0 ? 1 : sum(inWindow) / windowRead,
  });
  const gaps: PatternGap[] = [
    ...sampledGap('window', windowRead, sum(inWindow)),
    ...(baselineRead.kind === 'read' ? sampledGap('baseline', baselineRead.value, sum(inBaseline)) : []),
    ...(failure ? [{ kind: 'baseline-failed', userMessage: failure.userMessage } as const] : []),
    ...(failure || baselineMs >= BASELINE_MS ? [] : [shortGap(kept, baselineMs)]),
    ...(failure || isCompared ? [] : [{ kind: 'not-compared', baselineMs, neededMs } as const]),
    ...notGrouped(windowRead, report.patterns),
  ];
  return { kind: 'patterns', window, baseline, lines: sum(inWindow), readLines: windowRead, ...report, gaps };
};

type OrGap<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'failed'; readonly userMessage: string };

/** The window is worth showing without its baseline. */
const orGap = async <Value>(work: () => Promise<Value>): Promise<OrGap<Value>> => {
  try {
    return { kind: 'read', value: await work() };
  } catch (error) {
    if (isAppError(error)) return { kind: 'failed', userMessage: error.userMessage };
    throw error;
  }
};

/** A service whose first line is younger than the baseline has one that begins there. */
const ageOf = (baseline: TimeWindow, [first]: readonly MinuteCount[]): TimeWindow => ({
  from: first ? new Date(Math.max(baseline.from.getTime(), first.startMs)) : baseline.to,
  to: baseline.to,
});

const tallySide = async (
  deps: ReadPatternsDeps,
  filter: LineFilter,
  span: TimeWindow,
  minutes: readonly MinuteCount[],
  sampling: Sampling,
  window: TimeWindow,
  tallies: LineTallies,
): Promise<number> => {
  const windowMs = window.to.getTime() - window.from.getTime();
  let count = 0;
  for (const slice of planSlices(span, minutes, sampling)) {
    const { lines } = await readLines(deps, filter, slice, sampling);
    count += lines.length;
    for (const line of lines) {
      const before = window.from.getTime() - line.atMs;
      tallies.add(line, before > 0 ? Math.ceil(before / windowMs) - 1 : 'window');
    }
  }
  return count;
};

const sampledMinutes = ({ from, to }: TimeWindow, { everyMinutes }: Sampling): number => {
  let minutes = 0;
  for (let at = from.getTime(); at < to.getTime(); at += MINUTE_MS) if (isSampledMinute(at, everyMinutes)) minutes += 1;
  return Math.max(1, minutes);
};

const sampledGap = (side: 'window' | 'baseline', lines: number, of: number): readonly PatternGap[] =>
  lines < of ? [{ kind: 'sampled', side, read: lines, of }] : [];

const shortGap = (kept: TimeWindow, baselineMs: number): PatternGap => ({
  kind: 'short-baseline',
  baselineMs,
  because: kept.to.getTime() - kept.from.getTime() - baselineMs < MINUTE_MS ? 'kept' : 'young',
});

const notGrouped = (lines: number, patterns: readonly FoundPattern[]): readonly PatternGap[] => {
  const grouped = patterns.reduce((total, pattern) => (pattern.isCoarse ? total : total + pattern.readLines), 0);
  return grouped < lines ? [{ kind: 'not-grouped', lines: lines - grouped }] : [];
};
