import type { NewRow } from '#database/schema.ts';
import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import type { MatchedDelivery, MatchedLine } from '#kernel/matched-delivery.ts';
import { isStorableName } from '#kernel/storable-name.ts';
import type { Metrics } from '#ports/metrics.ts';
import { MAX_FUTURE_MS } from '#ports/telemetry-rules/row-limits.ts';
import { MAX_AGE_MS, MAX_LINE_LENGTH } from './limits.ts';

export interface KeepMatchesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'increment'>;
}

type MatchRow = NewRow<'log_matches'>;

// PostgreSQL takes at most 65,535 parameters in a statement; a row has 7.
const ROWS_PER_STATEMENT = 1_000;

/**
 * Keeps lines until they are observed: a row per service and word, in one transaction, however many lines
 * there are. A delivery that was kept before counts no second time. Lines that are too old, or of a time to
 * come, are left out. Throws AppError if the database does not answer; then nothing was kept.
 */
export const keepMatches = async (deps: KeepMatchesDeps, deliveries: readonly MatchedDelivery[]): Promise<void> => {
  const now = deps.clock.now();
  const count = (outcome: string, lines: number): void => {
    if (lines > 0) deps.metrics.increment('sentinel_log_matches_total', { outcome }, lines);
  };
  const timely = new Map<string, readonly MatchedLine[]>();
  let late = 0;
  for (const { key, lines } of deliveries) {
    const kept = lines.filter((line) => isTimely(line.atMs, now) && isCountable(line.service));
    late += lines.length - kept.length;
    if (kept.length > 0) timely.set(key, kept);
  }
  count('left-out', late);
  if (timely.size === 0) return;
  const fresh = await deps.db.transaction().execute(async (trx) => {
    const keys = await claimDeliveries(trx, [...timely.keys()], now);
    const lines = [...timely].flatMap(([key, each]) => (keys.has(key) ? each : []));
    await addLines(trx, rowsOf(lines, now));
    return lines.length;
  });
  count('kept', fresh);
  count('repeated', [...timely.values()].flat().length - fresh);
};

const isTimely = (atMs: number, now: Date): boolean =>
  atMs >= now.getTime() - MAX_AGE_MS && atMs <= now.getTime() + MAX_FUTURE_MS;

const isCountable = (service: string): boolean => service !== '' && isStorableName(service);

/** Those that nobody claimed before. */
const claimDeliveries = async (
  trx: DatabaseTransaction,
  keys: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> => {
  const claimed = new Set<string>();
  for (const some of inStatements(keys.toSorted())) {
    const rows = await trx
      .insertInto('log_match_deliveries')
      .values(some.map((key) => ({ key, received_at: now })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('key')
      .execute();
    for (const { key } of rows) claimed.add(key);
  }
  return claimed;
};

const inStatements = <T>(rows: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / ROWS_PER_STATEMENT) }, (_, at) =>
    rows.slice(at * ROWS_PER_STATEMENT, (at + 1) * ROWS_PER_STATEMENT),
  );

const rowsOf = (lines: readonly MatchedLine[], now: Date): readonly MatchRow[] =>
  [...Map.groupBy(lines, ({ service, word }) => JSON.stringify([service, word])).entries()]
    // In one order everywhere, so that two requests at once cannot wait for each other.
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const last = group.reduce((a, b) => (b.atMs >= a.atMs ? b : a));
      return {
        service: first.service,
        word: first.word,
        lines: group.length,
        first_at: new Date(group.reduce((least, { atMs }) => Math.min(least, atMs), last.atMs)),
        last_at: new Date(last.atMs),
        last_line: storable(last.text),
        arrived_at: now,
      };
    });

/** The first line of the text that says something: below it there is a stack trace, which no card shows. */
const storable = (text: string): string => {
  const [first = ''] = /\S.*/u.exec(text) ?? [];
  const characters = [...first.slice(0, 2 * MAX_LINE_LENGTH).replaceAll('\0', '')];
  const isCut = first.length > 2 * MAX_LINE_LENGTH || characters.length > MAX_LINE_LENGTH;
  return (isCut ? `${characters.slice(0, MAX_LINE_LENGTH - 1).join('')}…` : characters.join('')).toWellFormed();
};

const addLines = async (trx: DatabaseTransaction, rows: readonly MatchRow[]): Promise<void> => {
  for (const some of inStatements(rows)) {
    await trx
      .insertInto('log_matches')
      .values(some)
      .onConflict((conflict) =>
        conflict.columns(['service', 'word']).doUpdateSet((row) => ({
          lines: row('log_matches.lines', '+', row.ref('excluded.lines')),
          first_at: row.fn('least', ['log_matches.first_at', 'excluded.first_at']),
          last_at: row.fn('greatest', ['log_matches.last_at', 'excluded.last_at']),
          last_line: row
            .case()
            .when('excluded.last_at', '>=', row.ref('log_matches.last_at'))
            .then(row.ref('excluded.last_line'))
            .else(row.ref('log_matches.last_line'))
            .end(),
          arrived_at: row.fn('greatest', ['log_matches.arrived_at', 'excluded.arrived_at']),
        })),
      )
      .execute();
  }
};
