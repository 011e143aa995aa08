import { checkQuery } from '#esql/check-query.ts';
import { HOUR_MS, SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { windowBefore } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

/** What telemetry of the last hours calls things. */
export interface KnownNames {
  readonly services: readonly string[];
  readonly metrics: readonly string[];
}

const REACH_MS = 6 * HOUR_MS;
const TIME_LIMIT_MS = 3 * SECOND_MS;
const MOST_NAMES = 1_000;

/** Reads them, busiest first; what cannot be read is empty, for a question can be understood without. */
export const readKnownNames = async (
  telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>,
  now: Date,
): Promise<KnownNames> => {
  const [services, metrics] = await Promise.all([
    namesIn(telemetryStore, 'FROM logs | STATS n = COUNT(*) BY service.name', now),
    namesIn(telemetryStore, 'FROM metrics | STATS n = COUNT(*) BY metric.name', now),
  ]);
  return { services, metrics };
};

const namesIn = async (
  telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>,
  counted: string,
  now: Date,
): Promise<readonly string[]> => {
  try {
    const { rows } = await telemetryStore.query({
      query: checkQuery(`${counted} | SORT n DESC | LIMIT ${MOST_NAMES}`, { schema: telemetryStore.schema() }),
      range: windowBefore(now, REACH_MS),
      timeoutMs: TIME_LIMIT_MS,
      purpose: 'names',
    });
    return rows.flatMap(([, name]) => (typeof name === 'string' ? [name] : []));
  } catch (error) {
    if (isAppError(error)) return [];
    throw error;
  }
};
