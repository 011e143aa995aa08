import { checkQuery } from '#esql/check-query.ts';
import type { Plan } from '#esql/plan.ts';
import { addMs, DAY_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

/** How fresh an index is; null: nothing is in it of the last 30 days. */
export interface Newest {
  readonly index: string;
  readonly at: Date | null;
}

const REACH_MS = 30 * DAY_MS;
// Rows may be stamped a little ahead of this process's clock.
const SKEW_MS = MINUTE_MS;
const TIME_LIMIT_MS = 3 * SECOND_MS;

/** The newest entry of each index that a query reads; one that cannot be looked at is left out. */
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

const newestOf = async (
  telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>,
  index: string,
  now: Date,
): Promise<Newest | null> => {
  try {
    const answer = await telemetryStore.query({
      query: checkQuery(`FROM ${index} | STATS newest = MAX(@timestamp) | LIMIT 1`, {
        schema: telemetryStore.schema(),
      }),
      range: { from: addMs(now, -REACH_MS), to: addMs(now, SKEW_MS) },
      timeoutMs: TIME_LIMIT_MS,
      purpose: 'freshness',
    });
    const at = answer.rows[0]?.[0];
    return { index, at: typeof at === 'string' ? new Date(at) : null };
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
};
