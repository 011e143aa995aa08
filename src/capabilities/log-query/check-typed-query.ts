import { checkQuery } from '#esql/check-query.ts';
import { EsqlError, type EsqlProblem } from '#esql/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

/** What keeps a query from running as it is written; empty: it can run. */
export const checkTypedQuery = (
  telemetryStore: Pick<TelemetryStore, 'schema'>,
  text: string,
): readonly EsqlProblem[] => {
  try {
    checkQuery(text, { schema: telemetryStore.schema() });
    return [];
  } catch (error) {
    if (error instanceof EsqlError) return error.problems;
    throw error;
  }
};
