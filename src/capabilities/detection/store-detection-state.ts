import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { DetectionState } from './detection-state.ts';
import {
  fromDocuments,
  type ReadState,
  type StateDocument,
  TICK_KEY,
  tickDocument,
  toDocuments,
} from './state-documents.ts';

export interface StoredState extends ReadState {
  /** Of the tick's row; null before the first tick. */
  readonly version: number | null;
}

// Four parameters a row, PostgreSQL takes 65,535 a statement.
const MAX_ROWS_PER_STATEMENT = 1_000;

const chunksOf = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / MAX_ROWS_PER_STATEMENT) }, (_, chunk) =>
    items.slice(chunk * MAX_ROWS_PER_STATEMENT, (chunk + 1) * MAX_ROWS_PER_STATEMENT),
  );

const keyOf = ({ service, signal }: { readonly service: string; readonly signal: string }): string =>
  JSON.stringify([service, signal]);

export const readDetectionState = async (db: Database): Promise<StoredState> => {
  const rows = await db.selectFrom('detection_state').selectAll().execute();
  const tick = rows.find(({ service, signal }) => service === TICK_KEY.service && signal === TICK_KEY.signal);
  return { ...fromDocuments(rows), version: tick?.version ?? null };
};

const claimTick = async (
  trx: DatabaseTransaction,
  version: number | null,
  document: StateDocument,
): Promise<boolean> => {
  const { service, signal } = document;
  const state = document.toJson();
  const claimed =
    version === null
      ? await trx
          .insertInto('detection_state')
          .values({ service, signal, version: 1, state })
          .onConflict((conflict) => conflict.columns(['service', 'signal']).doNothing())
          .returning('version')
          .execute()
      : await trx
          .updateTable('detection_state')
          .set({ version: version + 1, state })
          .where('service', '=', service)
          .where('signal', '=', signal)
          .where('version', '=', version)
          .returning('version')
          .execute();
  return claimed.length === 1;
};

/**
 * Writes what changed since `stored` was read, by compare-and-set on the tick's row: every
 * tick writes that row, so no other row can have changed if it has not. False: another
 * tick was first, and nothing was written.
 */
export const writeDetectionState = async (
  trx: DatabaseTransaction,
  stored: StoredState,
  next: DetectionState,
): Promise<boolean> => {
  if (!(await claimTick(trx, stored.version, tickDocument(next.tick)))) return false;
  const before = new Map(toDocuments(stored.state).map((document) => [keyOf(document), document]));
  const after = new Map(toDocuments(next).map((document) => [keyOf(document), document]));
  const unreadable = stored.unreadable.filter((row) => keyOf(row) !== keyOf(TICK_KEY));
  const isKnownUnreadable = new Set(unreadable.map(keyOf));

  const changed = [...after].filter(
    ([key, document]) => before.get(key)?.value !== document.value || isKnownUnreadable.has(key),
  );
  for (const chunk of chunksOf(changed)) {
    await trx
      .insertInto('detection_state')
      .values(chunk.map(([, { service, signal, toJson }]) => ({ service, signal, version: 1, state: toJson() })))
      .onConflict((conflict) =>
        conflict.columns(['service', 'signal']).doUpdateSet((eb) => ({
          version: eb('detection_state.version', '+', 1),
          state: eb.ref('excluded.state'),
        })),
      )
      .execute();
  }
  const gone = [...before.values(), ...unreadable].filter((row) => !after.has(keyOf(row)));
  for (const chunk of chunksOf(gone)) {
    await trx
      .deleteFrom('detection_state')
      .where((eb) => eb.or(chunk.map(({ service, signal }) => eb.and({ service, signal }))))
      .execute();
  }
  return true;
};
