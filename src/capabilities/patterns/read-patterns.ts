import type { Clock } from '#kernel/clock.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { rateRatio } from '#statistics/rate-ratio.ts';
import { findAbsent } from './find-absent.ts';
import { findLogService, type UnknownService } from './find-log-service.ts';
import { BASELINE_MS, baselineGaps, notGrouped, type PatternGap, sampledGap, windowGap } from './pattern-gaps.ts';
import { categoriesQuery, countMinutes, type LevelFilter, type LineFilter, linesQuery } from './read-lines.ts';
import { type FoundPattern, reportPatterns } from './report-patterns.ts';
import {
  chooseSampling,
  countLines,
  createSampleKey,
  isSampledMinute,
  type MinuteCount,
  type Sampling,
} from './sampling.ts';
import { type ByStratum, eachStratum } from './strata.ts';
import { createLineTallies } from './tally-lines.ts';
import { tallySide } from './tally-side.ts';

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
  /** Only lines with it. */
  readonly level?: LevelFilter;
}

export type ReadPatternsOutcome =
  | {
      readonly kind: 'patterns';
      /** As it is called; a part of its name may have been asked for. */
      readonly service: string;
      readonly window: TimeWindow;
      readonly baseline: TimeWindow;
      /** Null: lines of all levels. */
      readonly level: LevelFilter | null;
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
  | (UnknownService & {
      readonly window: TimeWindow;
      /** For how long logs are kept, where the window begins before that; null where it does not. */
      readonly keptMs: number | null;
    })
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

const sum = ({ errors, others }: ByStratum<number>): number => errors + others;

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

const keptBeyond = ({ from }: TimeWindow, { logsKeptMs }: ReadPatternsDeps, now: Date): number | null =>
  logsKeptMs !== null && from < addMs(now, -logsKeptMs) ? logsKeptMs : null;

/**
 * What a service writes in a window, grouped into patterns and compared with the day before. Reads
 * in bounded pages, a sample where there is more, errors apart from the rest; what it could not look at is
 * among the gaps.
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
    if (found.kind === 'unknown-service') return { ...found, window, keptMs: keptBeyond(window, deps, startedAt) };
    if (found.service !== input.service) return read(deps, { ...input, service: found.service });
  }
  const key = createSampleKey(deps.random);
  const samplings = eachStratum((stratum) => chooseSampling(inWindow, inBaseline, stratum, key));
  const ofWindow = eachStratum((stratum) => ({ ...samplings[stratum], everyMinutes: 1 }));
  const tallies = createLineTallies(Math.floor(deps.random() * 2 ** 31));
  const baseline = ageOf(kept, inBaseline);
  const before = { of: 'baseline', span: baseline, minutes: inBaseline, samplings, window } as const;
  const baselineRead = await orGap(() => tallySide(deps, filter, before, tallies));
  const now = { of: 'window', span: window, minutes: inWindow, samplings: ofWindow, window } as const;
  const windowRead = await tallySide(deps, filter, now, tallies);

  const [baselineMs, windowMs, keptMs] = [lengthOf(baseline), lengthOf(window), lengthOf(kept)];
  const windowLines = atLeast(countLines(inWindow), windowRead);
  const countedBefore = countLines(inBaseline);
  const baselineLines = baselineRead.kind === 'read' ? atLeast(countedBefore, baselineRead.value) : countedBefore;
  const neededMs = Math.max(MIN_BASELINE_MS, MIN_BASELINE_WINDOWS * windowMs);
  const failure = [counted, baselineRead].find((outcome) => outcome.kind === 'failed');
  const isCompared = failure === undefined && baselineMs >= neededMs;
  const ofAll = [
    { count: sum(windowLines), duration: windowMs },
    { count: sum(baselineLines), duration: baselineMs },
  ] as const;
  const tallied = tallies.list();
  const isSparse = baselineRead.kind === 'read' && baselineRead.value.others < baselineLines.others;
  const isAsked = isCompared && isSparse;
  const absent = isAsked ? await findAbsent(deps, input.service, baseline, tallied) : new Set<number>();
  const report = reportPatterns(tallied, {
    service: input.service,
    windowMs,
    comparison: isCompared
      ? {
          baselineMs,
          baselineMinutes: eachStratum((stratum) => sampledMinutes(baseline, samplings[stratum])),
          growth: rateRatio(...ofAll, 1).ratio,
          absent,
        }
      : null,
    samplings,
    scales: eachStratum((stratum) => (windowRead[stratum] === 0 ? 1 : windowLines[stratum] / windowRead[stratum])),
  });
  const gaps: PatternGap[] = [
    ...windowGap(lengthOf(input.window), windowMs),
    ...sampledGap('window', windowRead, windowLines),
    ...(baselineRead.kind === 'read' ? sampledGap('baseline', baselineRead.value, baselineLines) : []),
    ...(failure
      ? [{ kind: 'baseline-failed', userMessage: failure.userMessage } as const]
      : baselineGaps({ baselineMs, keptMs, neededMs })),
    ...notGrouped(sum(windowRead), report.patterns),
  ];
  return {
    kind: 'patterns',
    service: input.service,
    window,
    baseline,
    level: filter.level,
    lines: sum(windowLines),
    readLines: sum(windowRead),
    ...report,
    gaps,
    query: linesQuery(filter, window),
    categoriesQuery: categoriesQuery(filter),
    searchedLines: sum(windowLines) + sum(baselineLines),
    tookMs: deps.clock.now().getTime() - startedAt.getTime(),
  };
};

/** Lines may come between the counting and the reading. */
const atLeast = (counted: ByStratum<number>, wereRead: ByStratum<number>): ByStratum<number> =>
  eachStratum((stratum) => Math.max(counted[stratum], wereRead[stratum]));

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

const sampledMinutes = ({ from, to }: TimeWindow, sampling: Sampling): number => {
  let minutes = 0;
  for (let at = from.getTime(); at < to.getTime(); at += MINUTE_MS) if (isSampledMinute(at, sampling)) minutes += 1;
  return Math.max(1, minutes);
};
