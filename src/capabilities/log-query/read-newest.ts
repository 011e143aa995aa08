import { checkQuery } from '#esql/check-query.ts';
import type { Plan } from '#esql/plan.ts';
import { addMs, DAY_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { QueryValue, TelemetryStore } from '#ports/telemetry-store.ts';

/** From when the entries of an index are; null: nothing is in it of the last 30 days. */
export interface Newest {
  readonly index: string;
  readonly at: Date | null;
  readonly oldestAt: Date | null;
}

const REACH_MS = 30 * DAY_MS;
// Rows may be stamped a little ahead of this process's clock.
const SKEW_MS = MINUTE_MS;
const TIME_LIMIT_MS = 3 * SECOND_MS;

/** The newest and the oldest entry of each index that a query reads; one that cannot be looked at is left out. */
export const readNewest = async (
  telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>,
  plan: Plan,
  now: Date,
): Promise<readonly Newest[]> => {
  const indices = plan.steps.flatMap((step) => (step.kind === 'from' ? step.indices : []));
  const timed = indices.filter(({ hasTimestamp }) => hasTimestamp).map(({ name }) => name);
  const found = await Promise.all(timed.map((index) => newestOf(telemetryStore, index, now)));
  return found.filter((newest) => newest !== null);
};

const dateOf = (value: QueryValue | undefined): Date | null => (typeof value === 'string' ? new Date(value) : null);

const newestOf = async (
  telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>,
  index: string,
  now: Date,
): Promise<Newest | null> => {
  try {
    const answer = await telemetryStore.query({
      query: checkQuery(`FROM ${index} | STATS newest = MAX(@timestamp), oldest = MIN(@timestamp) | LIMIT 1`, {
        schema: telemetryStore.schema(),
      }),
      range: { from: addMs(now, -REACH_MS), to: addMs(now, SKEW_MS) },
      timeoutMs: TIME_LIMIT_MS,
      purpose: 'freshness',
    });
    const [at, oldestAt] = answer.rows[0] ?? [];
    return { index, at: dateOf(at), oldestAt: dateOf(oldestAt) };
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
};
