import { checkQuery } from '#esql/check-query.ts';
import { printString } from '#esql/print/print-expression.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { wildcardsOf } from './query-of-pattern.ts';
import { conditionOfStratum } from './strata.ts';
import type { ReadLinesDeps } from './read-lines.ts';
import type { Tallied } from './tally-lines.ts';

const MOST_ASKED = 10;
const TIME_LIMIT_MS = 10 * SECOND_MS;

/**
 * Ids of templates that only errors of the window were seen of, and that no other line of the baseline looks like
 * either: all of those are asked for, since not all of them are read.
 */
export const findAbsent = async (
  { telemetryStore }: ReadLinesDeps,
  service: string,
  baseline: TimeWindow,
  tallied: readonly Tallied[],
): Promise<ReadonlySet<number>> => {
  const asked = tallied
    .filter(({ tally: { strata } }) => strata.errors.window.lines > 0 && strata.others.window.lines === 0)
    .filter(({ tally: { strata } }) => strata.errors.baseline.lines + strata.others.baseline.lines === 0)
    .toSorted((a, b) => b.tally.strata.errors.window.lines - a.tally.strata.errors.window.lines)
    .flatMap(({ template: { id, text, isCoarse }, tally: { example } }) => {
      const wildcards = wildcardsOf({ text, example, isCoarse });
      return wildcards === null ? [] : [{ id, wildcards }];
    })
    .slice(0, MOST_ASKED);
  if (asked.length === 0) return new Set();
  const counts = asked.map(({ wildcards }, at) => `n${at} = COUNT(*) WHERE message LIKE ${printString(wildcards)}`);
  const text = `FROM logs | WHERE service.name == ?service AND ${conditionOfStratum('others')} | STATS ${counts.join(', ')}`;
  const query = checkQuery(text, { schema: telemetryStore.schema(), parameters: { service } });
  try {
    const request = { query, range: baseline, timeoutMs: TIME_LIMIT_MS, purpose: 'patterns' } as const;
    const [row = []] = (await telemetryStore.query(request)).rows;
    return new Set(asked.flatMap(({ id }, at) => (row[at] === 0 ? [id] : [])));
  } catch (error) {
    // Less is called new without it.
    if (isAppError(error)) return new Set();
    throw error;
  }
};
