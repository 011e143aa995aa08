import { checkQuery } from '#esql/check-query.ts';
import type { Clock } from '#kernel/clock.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { windowBefore } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

/** What telemetry of the last hours calls things, busiest first. */
export interface Names {
  readonly services: readonly string[];
  readonly metrics: readonly string[];
}

export interface KnownNames {
  /** At most a minute old. What cannot be read is empty, for a question can be understood without. */
  read(): Promise<Names>;
  /** At most a few seconds old: where a name is asked for that is not among those. */
  readAnew(): Promise<Names>;
}

export interface KnownNamesDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
  readonly clock: Clock;
}

const REACH_MS = 6 * HOUR_MS;
const TIME_LIMIT_MS = 3 * SECOND_MS;
const MOST_NAMES = 1_000;
const REMEMBERED_MS = MINUTE_MS;
// Whoever asks about nothing that exists, again and again, must not have everything counted each time.
const NEW_ENOUGH_MS = 5 * SECOND_MS;

/** Counting all rows of six hours is dear, so that one reading serves everybody for a while. */
export const createKnownNames = (deps: KnownNamesDeps): KnownNames => {
  const services = remembered(deps, 'FROM logs | STATS n = COUNT(*) BY service.name');
  const metrics = remembered(deps, 'FROM metrics | STATS n = COUNT(*) BY metric.name');
  const readWithin = async (ageMs: number): Promise<Names> => {
    const [ofLogs, ofMetrics] = await Promise.all([services(ageMs), metrics(ageMs)]);
    return { services: ofLogs, metrics: ofMetrics };
  };
  return { read: () => readWithin(REMEMBERED_MS), readAnew: () => readWithin(NEW_ENOUGH_MS) };
};

/** Asks the store once, however many wait for it; the last names stay where it does not answer. */
const remembered = (deps: KnownNamesDeps, counted: string): ((ageMs: number) => Promise<readonly string[]>) => {
  let last: { readonly names: readonly string[]; readonly atMs: number } | null = null;
  let reading: Promise<readonly string[]> | null = null;

  const readNow = async (now: Date): Promise<readonly string[]> => {
    const names = await namesIn(deps.telemetryStore, counted, now);
    if (names !== null) last = { names, atMs: now.getTime() };
    return last?.names ?? [];
  };

  return async (ageMs) => {
    const now = deps.clock.now();
    if (last !== null && now.getTime() - last.atMs <= ageMs) return last.names;
    reading ??= readNow(now).finally(() => {
      reading = null;
    });
    return reading;
  };
};

/** Null: they could not be read. */
const namesIn = async (
  telemetryStore: KnownNamesDeps['telemetryStore'],
  counted: string,
  now: Date,
): Promise<readonly string[] | null> => {
  try {
    const { rows } = await telemetryStore.query({
      query: checkQuery(`${counted} | SORT n DESC | LIMIT ${MOST_NAMES}`, { schema: telemetryStore.schema() }),
      range: windowBefore(now, REACH_MS),
      timeoutMs: TIME_LIMIT_MS,
      purpose: 'names',
    });
    return rows.flatMap(([, name]) => (typeof name === 'string' ? [name] : []));
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
};
