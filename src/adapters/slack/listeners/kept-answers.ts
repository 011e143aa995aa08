import type { Row } from '#database/schema.ts';
import type { Database } from '#database/state-store.ts';
import { DAY_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { Logger } from '#ports/logger.ts';

/** What was asked, so that its buttons work after a restart and on every instance. What it found is not kept. */
export interface KeptAnswer {
  /** E.g. `Q-17`. */
  readonly id: string;
  readonly askedAt: Date;
  readonly asker: string;
  readonly channel: string;
  readonly threadTs: string | null;
  /** Number of the incident in whose thread it was asked. */
  readonly incident: number | null;
  readonly query: string;
  /** Meant where the query names no time; null: the default. */
  readonly range: TimeWindow | null;
}

/** Its buttons work for as long. */
export const ANSWERS_KEPT_MS = 7 * DAY_MS;

/** Returns its id; null where it could not be kept: the answer then goes out without buttons. */
export const keepAnswer = async (
  { db, logger }: { readonly db: Database; readonly logger: Logger },
  answer: Omit<KeptAnswer, 'id'>,
): Promise<string | null> => {
  try {
    const { id } = await db
      .insertInto('slack_answers')
      .values({
        asked_at: answer.askedAt,
        asker: answer.asker,
        channel: answer.channel,
        thread_ts: answer.threadTs,
        incident: answer.incident,
        query: answer.query,
        range_from: answer.range?.from ?? null,
        range_to: answer.range?.to ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return `Q-${id}`;
  } catch (error) {
    if (!isAppError(error)) throw error;
    logger.warn({ code: error.code, err: error }, 'An answer goes out without buttons: it could not be kept');
    return null;
  }
};

const ID = /^Q-([1-9]\d{0,15})$/u;

/** Null: of somebody else's, or not kept any more. */
export const findAnswer = async (
  { db }: { readonly db: Database },
  id: string,
  asker: string,
): Promise<KeptAnswer | null> => {
  const number = ID.exec(id)?.[1];
  if (number === undefined) return null;
  const row = await db
    .selectFrom('slack_answers')
    .selectAll()
    .where('id', '=', Number(number))
    .where('asker', '=', asker)
    .executeTakeFirst();
  return row === undefined ? null : readRow(row);
};

const readRow = (row: Row<'slack_answers'>): KeptAnswer => ({
  id: `Q-${row.id}`,
  askedAt: row.asked_at,
  asker: row.asker,
  channel: row.channel,
  threadTs: row.thread_ts,
  incident: row.incident,
  query: row.query,
  range: row.range_from === null || row.range_to === null ? null : { from: row.range_from, to: row.range_to },
});

/** Returns how many. */
export const forgetAnswers = async (db: Database, askedBefore: Date): Promise<number> => {
  await db.deleteFrom('slack_posts').where('key', 'like', 'answer:%').where('attempted_at', '<', askedBefore).execute();
  const { numDeletedRows } = await db
    .deleteFrom('slack_answers')
    .where('asked_at', '<', askedBefore)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
};
