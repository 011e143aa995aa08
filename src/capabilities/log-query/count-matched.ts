import type { Query } from '#esql/ast.ts';
import { checkQuery } from '#esql/check-query.ts';
import { printQuery } from '#esql/print-query.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { LATE, within } from '#kernel/within.ts';
import type { QueryAnswer, TelemetryStore } from '#ports/telemetry-store.ts';

// Who asks waits for the rows, not for how many more there are.
const TIME_LIMIT_MS = 2 * SECOND_MS;
/** For so long the rows wait for how many more there are. */
const GRACE_MS = 300;
const KINDS: ReadonlySet<string> = new Set(['where', 'sort', 'keep', 'drop', 'limit']);

type Count = (signal: AbortSignal) => Promise<number | null>;

/**
 * What is asked, and beside it how many rows there would be without a LIMIT. Null where none cut them, or where that is
 * not known soon after the rows are there; it is then not counted any further.
 */
export const withMatched = async (
  count: Count,
  ask: Promise<QueryAnswer>,
): Promise<{ readonly answer: QueryAnswer; readonly matched: number | null }> => {
  const stop = new AbortController();
  const counted = count(stop.signal);
  // Nobody waits for it where nothing was cut.
  void counted.catch(() => undefined);
  try {
    const answer = await ask;
    const matched = answer.isCut ? await within(GRACE_MS, counted) : null;
    return { answer, matched: matched === LATE ? null : matched };
  } finally {
    stop.abort();
  }
};

/**
 * How many rows a query that only filters, sorts and cuts would have without its LIMIT. Null where that is not
 * known in time, or the query does more.
 */
export const countMatched = async (
  telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>,
  ast: Query,
  range: TimeWindow | null,
  signal: AbortSignal,
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
      signal,
    });
    const count = rows[0]?.[0];
    return typeof count === 'number' ? count : null;
  } catch (error) {
    if (isAppError(error)) return null;
    throw error;
  }
};
