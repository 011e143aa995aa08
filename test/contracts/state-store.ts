import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { migrateToLatest } from '#database/migrate.ts';
import { addToOutbox } from '#database/outbox.ts';
import { OUTBOX_CHANNEL, type StateStore } from '#database/state-store.ts';

export interface StateStoreUnderTest {
  readonly stateStore: StateStore;
  /** Closes the store and removes the database. */
  close(): Promise<void>;
}

/** What every state store must do. `open` hands over an empty database, not yet migrated. */
export const describeStateStore = (backend: string, open: () => Promise<StateStoreUnderTest>): void => {
  describe(`state store on ${backend}`, () => {
    let under: StateStoreUnderTest;
    let store: StateStore;

    beforeEach(async () => {
      under = await open();
      store = under.stateStore;
      await migrateToLatest(store.db);
    });
    afterEach(() => under.close());

    const insertTick = (finishedAt: Date): Promise<unknown> =>
      store.db
        .insertInto('detection_ticks')
        .values({
          started_at: finishedAt,
          finished_at: finishedAt,
          services: 3,
          gaps: '[]',
          sight: 'seeing',
          unseen_because: null,
        })
        .execute();

    test('has nothing left to migrate once it is migrated', async () => {
      expect(await migrateToLatest(store.db)).toEqual([]);
    });

    test('reads 64-bit integers and counts as numbers, times as dates and documents as values', async () => {
      const at = new Date('2026-11-20T10:00:00.123Z');
      await insertTick(at);
      const row = await store.db.selectFrom('detection_ticks').selectAll().executeTakeFirstOrThrow();
      expect(row).toMatchObject({ id: 1, started_at: at, finished_at: at, services: 3, gaps: [] });
      const { ticks } = await store.db
        .selectFrom('detection_ticks')
        .select((eb) => eb.fn.countAll<number>().as('ticks'))
        .executeTakeFirstOrThrow();
      expect(ticks).toBe(1);
    });

    test('tells how many rows a statement changed', async () => {
      await insertTick(new Date());
      const result = await store.db.deleteFrom('detection_ticks').executeTakeFirstOrThrow();
      expect(result.numDeletedRows).toBe(1n);
    });

    test('keeps nothing of a transaction that fails', async () => {
      const failing = store.db.transaction().execute(async (trx) => {
        await addToOutbox(trx, { job: 'incident.sync', payload: {}, priority: 1 });
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await store.db.selectFrom('outbox').selectAll().execute()).toEqual([]);
    });

    test('commits transactions that were begun at the same time', async () => {
      const increment = (): Promise<void> =>
        store.db.transaction().execute(async (trx) => {
          await trx
            .updateTable('counters')
            .set({ value: sql`value + 1` })
            .where('name', '=', 'incident')
            .execute();
        });
      await Promise.all(Array.from({ length: 20 }, increment));
      expect(await store.db.selectFrom('counters').selectAll().execute()).toEqual([{ name: 'incident', value: 20 }]);
    });

    test('notifies at the commit of a transaction that wrote to the outbox, and not after listening ended', async () => {
      const heard = vi.fn();
      const stop = await store.listen(OUTBOX_CHANNEL, heard);
      const write = (): Promise<void> =>
        store.db.transaction().execute(async (trx) => {
          await addToOutbox(trx, { job: 'incident.sync', payload: { id: 1 }, priority: 1 });
          expect(heard).not.toHaveBeenCalled();
        });
      await write();
      await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), { timeout: 5_000, interval: 5 });
      await stop();
      const other = vi.fn();
      await store.listen(OUTBOX_CHANNEL, other);
      heard.mockClear();
      await store.db.transaction().execute((trx) => addToOutbox(trx, { job: 'a.b', payload: null, priority: 1 }));
      await vi.waitFor(() => expect(other).toHaveBeenCalledTimes(1), { timeout: 5_000, interval: 5 });
      expect(heard).not.toHaveBeenCalled();
    });

    test('leaves a violated constraint as it is, for it is a bug of ours', async () => {
      const insert = store.db.insertInto('counters').values({ name: 'incident', value: 1 }).execute();
      await expect(insert).rejects.toMatchObject({ code: '23505' });
    });

    test('says that it cannot be reached once it is closed', async () => {
      await store.ping(1_000);
      await store.close();
      await expect(store.ping(1_000)).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
    });

    test('vacuums while it is in use', async () => {
      await Promise.all([store.vacuum(), insertTick(new Date())]);
      expect(await store.db.selectFrom('detection_ticks').select('services').execute()).toEqual([{ services: 3 }]);
    });
  });
};
