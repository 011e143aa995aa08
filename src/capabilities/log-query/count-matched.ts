import type { Query } from '#esql/ast.ts';
import { checkQuery } from '#esql/check-query.ts';
import { printQuery } from '#esql/print-query.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

// Who asks waits for the rows, not for how many more there are.
const TIME_LIMIT_MS = 2 * SECOND_MS;
const KINDS: ReadonlySet<string> = new Set(['where', 'sort', 'keep', 'drop', 'limit']);

/**
 * How many rows a query that only filters, sorts and cuts would have without its LIMIT. Null where that is not
 * known in time, or the query does more.
 */
export const countMatched = async (
  telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>,
  ast: Query,
  range: TimeWindow | null,
): Promise<number | null> => {
  const limitAt = ast.commands.findIndex(({ kind }) => kind === 'limit');
  const isCutFirst = limitAt !== -1 && ast.commands.slice(limitAt).some(({ kind }) => kind === 'where');
  if (ast.source.kind !== 'from' || isCutFirst || !ast.commands.every(({ kind }) => KINDS.has(kind))) return null;
  const filters = ast.commands.filter(({ kind }) => kind === 'where');
  const text = `${printQuery({ ...ast, commands: filters })} | STATS n = COUNT(*) | LIMIT 1`;
  try {
    const { rows } = await telemetryStore.query({
      query: checkQuery(text, { schema: telemetryStore.schema() }),
      ...(range === null ? {} : { range }),
      timeoutMs: TIME_LIMIT_MS,
      purpose: 'matched',
    });
    const count = rows[0]?.[0];
    return typeof count === 'number' ? count : null;
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
};
