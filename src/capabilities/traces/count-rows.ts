import { checkQuery } from '#esql/check-query.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { type AskDeps, numberOf } from './ask-telemetry.ts';

// Who asks waits for the answer, not for how much was searched.
const TIME_LIMIT_MS = 2 * SECOND_MS;

/** How many rows there are to be searched; null where it is not known, or not in time. */
export const countRows = async (
  { telemetryStore }: AskDeps,
  index: 'spans' | 'logs',
  range: TimeWindow,
): Promise<number | null> => {
  const query = checkQuery(`FROM ${index} | STATS n = COUNT(*) | LIMIT 1`, { schema: telemetryStore.schema() });
  try {
    const { rows } = await telemetryStore.query({ query, range, timeoutMs: TIME_LIMIT_MS, purpose: 'searched' });
    return numberOf(rows[0]?.[0]);
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
};
