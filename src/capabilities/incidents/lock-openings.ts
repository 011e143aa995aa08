import type { DatabaseTransaction } from '#database/state-store.ts';
import { invariant } from '#kernel/invariant.ts';

const SERIES = 'incident';

/**
 * Until the transaction ends nobody else opens or reopens an incident, so that two who see the
 * same anomaly at once take turns. Always taken before the lock of an incident.
 */
export const lockOpenings = async (trx: DatabaseTransaction): Promise<void> => {
  const row = await trx
    .selectFrom('counters')
    .select('value')
    .where('name', '=', SERIES)
    .forUpdate()
    .executeTakeFirst();
  invariant(row, 'the counter of incident numbers exists');
};

/** The next number; given back if the transaction is rolled back, so that none is ever missing. */
export const takeIncidentNumber = async (trx: DatabaseTransaction): Promise<number> => {
  const { value } = await trx
    .updateTable('counters')
    .set((row) => ({ value: row('value', '+', 1) }))
    .where('name', '=', SERIES)
    .returning('value')
    .executeTakeFirstOrThrow();
  return value;
};
