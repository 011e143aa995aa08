import { checkQuery } from '#esql/check-query.ts';
import type { Schema } from '#esql/schema.ts';
import type { Clock } from '#kernel/clock.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { type TimeWindow, windowBefore } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import type { KindOfValues } from './english/kind-of-values.ts';
import { TOLD_FIELDS, toldKind } from './told-kind.ts';

/** What telemetry of the last hours calls things, busiest first. */
export interface Names {
  readonly services: readonly string[];
  readonly metrics: readonly string[];
  /** Of those metrics whose senders tell what their values are. */
  readonly metricKinds: ReadonlyMap<string, KindOfValues>;
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
// Attributes are dear to read, and what a metric is does not change.
const KINDS_REACH_MS = 15 * MINUTE_MS;
const TIME_LIMIT_MS = 3 * SECOND_MS;
const MOST_NAMES = 1_000;
const REMEMBERED_MS = MINUTE_MS;
// Whoever asks about nothing that exists, again and again, must not have everything counted each time.
const NEW_ENOUGH_MS = 5 * SECOND_MS;

/** Counting all rows of six hours is dear, so that one reading serves everybody for a while. */
export const createKnownNames = (deps: KnownNamesDeps): KnownNames => {
  const services = remembered(deps, REACH_MS, () => 'FROM logs | STATS n = COUNT(*) BY service.name');
  const metrics = remembered(deps, REACH_MS, () => 'FROM metrics | STATS n = COUNT(*) BY metric.name');
  // By itself: a reading that takes too long must not cost the names.
  const kinds = remembered(deps, KINDS_REACH_MS, countKinds);
  const readWithin = async (ageMs: number): Promise<Names> => {
    const [ofLogs, ofMetrics, ofKinds] = await Promise.all([services(ageMs), metrics(ageMs), kinds(REMEMBERED_MS)]);
    // Where senders differ, the busiest is the last to be told.
    const told = ofKinds.toReversed().map((named) => [named.name, toldKind(named.name, named.told)] as const);
    return {
      services: ofLogs.map(({ name }) => name),
      metrics: ofMetrics.map(({ name }) => name),
      metricKinds: new Map(told.filter(([, kind]) => kind !== null)),
    };
  };
  return { read: () => readWithin(REMEMBERED_MS), readAnew: () => readWithin(NEW_ENOUGH_MS) };
};

/** An attribute has no column before the first row brings it along. */
const countKinds = (schema: Schema): string => {
  const absent = TOLD_FIELDS.filter((field) => schema.get('metrics')?.fields.has(field) !== true);
  const filled = absent.map((field) => ` | EVAL ${field} = TO_STRING(null)`).join('');
  return `FROM metrics${filled} | STATS n = COUNT(*) BY metric.name, ${TOLD_FIELDS.join(', ')}`;
};

interface Named {
  readonly name: string;
  readonly told: readonly (string | null)[];
}

/** Asks the store once, however many wait for it; the last names stay where it does not answer. */
const remembered = (
  deps: KnownNamesDeps,
  reachMs: number,
  countedIn: (schema: Schema) => string,
): ((ageMs: number) => Promise<readonly Named[]>) => {
  let last: { readonly names: readonly Named[]; readonly atMs: number } | null = null;
  let reading: Promise<readonly Named[]> | null = null;

  const readNow = async (now: Date): Promise<readonly Named[]> => {
    const names = await namesIn(deps.telemetryStore, countedIn, windowBefore(now, reachMs));
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
  countedIn: (schema: Schema) => string,
  range: TimeWindow,
): Promise<readonly Named[] | null> => {
  try {
    const schema = telemetryStore.schema();
    const { rows } = await telemetryStore.query({
      query: checkQuery(`${countedIn(schema)} | SORT n DESC | LIMIT ${MOST_NAMES}`, { schema }),
      range,
      timeoutMs: TIME_LIMIT_MS,
      purpose: 'names',
    });
    return rows.flatMap(([, name, ...told]) =>
      typeof name === 'string' ? [{ name, told: told.map((value) => (value === null ? null : String(value))) }] : [],
    );
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
};
