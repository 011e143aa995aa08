import { checkQuery } from '#esql/check-query.ts';
import type { Plan } from '#esql/plan.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import type { NamedTime } from './named-time.ts';

/** How many rows the indices of a query have in the time that it looks at. */
export interface Searched {
  readonly indices: readonly string[];
  readonly rows: number;
}

// Who asks waits for the answer, not for how much was searched.
const TIME_LIMIT_MS = 2 * SECOND_MS;

/** Null where it is not known, or not in time. */
export const countSearched = async (
  telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>,
  { steps }: Plan,
  { from, to }: NamedTime,
): Promise<Searched | null> => {
  const indices = steps.flatMap((step) => (step.kind === 'from' ? step.indices : []));
  if (indices.length === 0 || !indices.every(({ hasTimestamp }) => hasTimestamp)) return null;
  const names = indices.map(({ name }) => name);
  const bounds = [
    ...(from === null ? [] : [`@timestamp >= "${from.toISOString()}"`]),
    ...(to === null ? [] : [`@timestamp < "${to.toISOString()}"`]),
  ];
  const where = bounds.length === 0 ? '' : ` | WHERE ${bounds.join(' AND ')}`;
  try {
    const { rows } = await telemetryStore.query({
      query: checkQuery(`FROM ${names.join(', ')}${where} | STATS n = COUNT(*) | LIMIT 1`, {
        schema: telemetryStore.schema(),
      }),
      timeoutMs: TIME_LIMIT_MS,
      purpose: 'searched',
    });
    const count = rows[0]?.[0];
    return typeof count === 'number' ? { indices: names, rows: count } : null;
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
};
