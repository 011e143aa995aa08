import type { Understanding } from '#capabilities/log-query/index.ts';
import type { LevelFilter } from '#capabilities/patterns/index.ts';
import type { Row } from '#database/schema.ts';
import type { Database } from '#database/state-store.ts';
import { DAY_MS } from '#kernel/duration.ts';
import type { OfThread } from '../cards/answer/thread-words.ts';
import { isAppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { Logger } from '#ports/logger.ts';

/** How a query came about, for those who read the answer without having asked. */
export interface HowAsked {
  /** In the asker's words; null: ES|QL. */
  readonly question: string | null;
  readonly phrases: Understanding['phrases'];
  /** What the query looks for, in the words of the model that wrote it; null: no model did. */
  readonly meaning: string | null;
  readonly ofThread: OfThread | null;
}

/** What answers it: a query, or what a command reads about a service or a trace. */
export type AnswerSubject =
  | { readonly kind: 'query' }
  | { readonly kind: 'deps' | 'slow'; readonly about: string; readonly range: TimeWindow }
  | {
      readonly kind: 'patterns';
      readonly about: string;
      readonly range: TimeWindow;
      /** Null: lines of all levels. */
      readonly level: LevelFilter | null;
      /** ES|QL of the lines of each pattern shown; null for one whose lines cannot be told apart. */
      readonly lines: readonly (string | null)[];
    }
  | { readonly kind: 'trace'; readonly about: string };

/** What was asked, so that its buttons work after a restart and on every instance. What it found is not kept, but for patterns. */
export interface KeptAnswer {
  /** E.g. `Q-17`. */
  readonly id: string;
  readonly askedAt: Date;
  readonly asker: string;
  readonly channel: string;
  readonly threadTs: string | null;
  /** Number of the incident in whose thread it was asked. */
  readonly incident: number | null;
  readonly subject: AnswerSubject;
  /** ES|QL of it, which can be edited. */
  readonly query: string;
  /** Null: the query was typed as it stands. */
  readonly asked: HowAsked | null;
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
        kind: answer.subject.kind,
        about: answer.subject.kind === 'query' ? null : answer.subject.about,
        query: answer.query,
        asked: answer.asked === null ? null : JSON.stringify(answer.asked),
        lines: answer.subject.kind === 'patterns' ? JSON.stringify(linesToKeep(answer.subject)) : null,
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

/** Of somebody else's, or not kept any more. */
export type NoAnswer = 'of-another' | 'gone';

export const isKept = (found: KeptAnswer | NoAnswer): found is KeptAnswer => typeof found === 'object';

export const findAnswer = async (
  { db }: { readonly db: Database },
  id: string,
  asker: string,
): Promise<KeptAnswer | NoAnswer> => {
  const number = ID.exec(id)?.[1];
  if (number === undefined) return 'gone';
  const row = await db.selectFrom('slack_answers').selectAll().where('id', '=', Number(number)).executeTakeFirst();
  if (row === undefined) return 'gone';
  return row.asker === asker ? readRow(row) : 'of-another';
};

const readRow = (row: Row<'slack_answers'>): KeptAnswer => {
  const range = row.range_from === null || row.range_to === null ? null : { from: row.range_from, to: row.range_to };
  return {
    id: `Q-${row.id}`,
    askedAt: row.asked_at,
    asker: row.asker,
    channel: row.channel,
    threadTs: row.thread_ts,
    incident: row.incident,
    subject: readSubject(row, range),
    query: row.query,
    asked: row.asked as HowAsked | null,
    range,
  };
};

const readSubject = ({ kind, about, lines }: Row<'slack_answers'>, range: TimeWindow | null): AnswerSubject => {
  if (kind === 'trace' && about !== null) return { kind, about };
  if ((kind === 'deps' || kind === 'slow') && about !== null && range !== null) return { kind, about, range };
  if (kind === 'patterns' && about !== null && range !== null) return { kind, about, range, ...keptLines(lines) };
  invariant(kind === 'query', `an answer of kind ${kind} is about something`);
  return { kind };
};

type PatternsSubject = Extract<AnswerSubject, { kind: 'patterns' }>;

const linesToKeep = ({ level, lines }: PatternsSubject): Row<'slack_answers'>['lines'] =>
  level === null ? lines : { level, lines };

const keptLines = (kept: Row<'slack_answers'>['lines']): Pick<PatternsSubject, 'level' | 'lines'> =>
  kept !== null && 'level' in kept ? kept : { level: null, lines: kept ?? [] };

/** Returns how many. */
export const forgetAnswers = async (db: Database, askedBefore: Date): Promise<number> => {
  await db.deleteFrom('slack_posts').where('key', 'like', 'answer:%').where('attempted_at', '<', askedBefore).execute();
  const { numDeletedRows } = await db
    .deleteFrom('slack_answers')
    .where('asked_at', '<', askedBefore)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
};
