import type { Clock } from '#kernel/clock.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { findLogService, type UnknownService } from './find-log-service.ts';
import { BASELINE_MS, baselineGaps, notGrouped, type PatternGap, sampledGap } from './pattern-gaps.ts';
import { categoriesQuery, countMinutes, type LineFilter, linesQuery, readLines } from './read-lines.ts';
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

export type ReadPatternsOutcome =
  | {
      readonly kind: 'patterns';
      /** As it is called; a part of its name may have been asked for. */
      readonly service: string;
      readonly window: TimeWindow;
      readonly baseline: TimeWindow;
      /** In the window, whether read or not. */
      readonly lines: number;
      readonly readLines: number;
      /** New ones and surging ones first, or errors where nothing is compared; then those with the most lines. */
      readonly patterns: readonly FoundPattern[];
      /** In the baseline and no longer in the window, beyond what chance explains. */
      readonly disappeared: readonly FoundPattern[];
      readonly gaps: readonly PatternGap[];
      /** ES|QL of the window's lines. */
      readonly query: string;
      /** ES|QL that groups them in one query. */
      readonly categoriesQuery: string;
      /** Of window and baseline, whether read or not. */
      readonly searchedLines: number;
      readonly tookMs: number;
    }
  | UnknownService
  /** It could not be looked at, which is not the same as finding nothing. */
  | { readonly kind: 'failed'; readonly userMessage: string };

const MAX_WINDOW_MS = DAY_MS;
const MIN_WINDOW_MS = 5 * MINUTE_MS;
// Of 6,000 bursty patterns that did not change ten windows claim none, five 10, two 29 and one 99. More than five
// would leave an incident of hours without an answer, since logs are often kept for a day.
const MIN_BASELINE_WINDOWS = 5;
// All that a service says in its first hour is new.
const MIN_BASELINE_MS = HOUR_MS;

const lengthOf = ({ from, to }: TimeWindow): number => to.getTime() - from.getTime();

const sum = (minutes: readonly MinuteCount[]): number => minutes.reduce((total, { lines }) => total + lines, 0);

const windowOf = ({ from, to }: TimeWindow): TimeWindow => {
  const lengthMs = Math.min(MAX_WINDOW_MS, Math.max(MIN_WINDOW_MS, lengthOf({ from, to })));
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
  const startedAt = deps.clock.now();
  const filter: LineFilter = { service: input.service, level: input.level ?? null };
  const window = windowOf(input.window);
  const kept = baselineOf(window, startedAt, deps.logsKeptMs);
  const inWindow = await countMinutes(deps, filter, window);
  const counted = await orGap(() => countMinutes(deps, filter, kept));
  const inBaseline = counted.kind === 'read' ? counted.value : [];
  if (counted.kind === 'read' && inWindow.length + inBaseline.length === 0) {
    const found = await findLogService(deps, input.service, { from: kept.from, to: window.to });
    if (found.kind === 'unknown-service') return found;
    if (found.service !== input.service) return read(deps, { ...input, service: found.service });
  }
  const sampling = chooseSampling(inWindow, inBaseline);
  const tallies = createLineTallies(Math.floor(deps.random() * 2 ** 31));
  const baseline = ageOf(kept, inBaseline);
  const baselineRead = await orGap(() => tallySide(deps, filter, baseline, inBaseline, sampling, window, tallies));
  const ofWindow = { ...sampling, everyMinutes: 1 };
  const windowRead = await tallySide(deps, filter, window, inWindow, ofWindow, window, tallies);

  const [baselineMs, windowMs, keptMs] = [lengthOf(baseline), lengthOf(window), lengthOf(kept)];
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
    ...(failure
      ? [{ kind: 'baseline-failed', userMessage: failure.userMessage } as const]
      : baselineGaps({ baselineMs, keptMs, neededMs })),
    ...notGrouped(windowRead, report.patterns),
  ];
  return {
    kind: 'patterns',
    service: input.service,
    window,
    baseline,
    lines: sum(inWindow),
    readLines: windowRead,
    ...report,
    gaps,
    query: linesQuery(filter, window),
    categoriesQuery: categoriesQuery(filter),
    searchedLines: sum(inWindow) + sum(inBaseline),
    tookMs: deps.clock.now().getTime() - startedAt.getTime(),
  };
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
  const windowMs = lengthOf(window);
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
