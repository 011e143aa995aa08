import type { DatabaseTransaction } from './state-store.ts';

export interface OutboxEntry {
  /** A job name, `entity.verb`. */
  readonly job: string;
  readonly payload: unknown;
  /** 1 is first. */
  readonly priority: number;
}

/** Records what must happen elsewhere once this transaction has committed. */
export const addToOutbox = async (trx: DatabaseTransaction, entry: OutboxEntry): Promise<void> => {
  await trx
    .insertInto('outbox')
    .values({ job: entry.job, payload: JSON.stringify(entry.payload), priority: entry.priority, enqueued_at: null })
    .execute();
};
