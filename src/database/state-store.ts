import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/** Bound to the schema `app`. */
export type Database = Kysely<Schema>;
export type DatabaseTransaction = Transaction<Schema>;

/** PGlite in process, or a PostgreSQL server: the same SQL, the same types. */
export interface StateStore {
  readonly db: Database;
  /** Calls back after each commit that notified the channel, of this process or another. Returns how to stop. */
  listen(channel: string, onNotify: () => void): Promise<() => Promise<void>>;
  /** Answers or throws AppError within the limit. */
  ping(timeoutMs: number): Promise<void>;
  /** VACUUM (ANALYZE) of the tables that nothing else vacuums. */
  vacuum(): Promise<void>;
  close(): Promise<void>;
}

/** Notified at commit of each transaction that wrote to the outbox. */
export const OUTBOX_CHANNEL = 'sentinel_outbox';
