import type { Row } from '#database/schema.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';

/** The incident as it is now; nobody else changes it until the transaction ends. */
export const lockIncident = (trx: DatabaseTransaction, number: number): Promise<Row<'incidents'> | undefined> =>
  trx.selectFrom('incidents').selectAll().where('number', '=', number).forUpdate().executeTakeFirst();
