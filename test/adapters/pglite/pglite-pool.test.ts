import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EmbeddedDatabase } from '#adapters/pglite/open-pglite.ts';
import { openTestDatabase } from '../../support/state.ts';

describe('PGlite as a pool', () => {
  let database: EmbeddedDatabase;
  beforeEach(async () => {
    database = await openTestDatabase();
    await database.queuePool.query('CREATE TABLE public.marks (name text PRIMARY KEY)');
  });
  afterEach(() => database.stateStore.close());

  const marks = async (): Promise<string[]> => {
    const { rows } = await database.queuePool.query<{ name: string }>('SELECT name FROM public.marks ORDER BY name');
    return rows.map(({ name }) => name);
  };

  test('hands 64-bit integers over as text and tells the rows of a change', async () => {
    expect(await database.queuePool.query('SELECT $1::int8 AS n', [7])).toMatchObject({ rows: [{ n: '7' }] });
    expect(await database.queuePool.query('SELECT 8::int8 AS n')).toMatchObject({ rows: [{ n: '8' }] });
    const inserted = await database.queuePool.query(`INSERT INTO public.marks VALUES ($1), ($2)`, ['a', 'b']);
    expect(inserted.rowCount).toBe(2);
  });

  test('runs several statements in one text', async () => {
    await database.queuePool.query(`INSERT INTO public.marks VALUES ('a'); INSERT INTO public.marks VALUES ('b')`);
    expect(await marks()).toEqual(['a', 'b']);
  });

  test('commits and rolls back what a client did between', async () => {
    const client = await database.queuePool.connect();
    await client.query('BEGIN');
    await client.query(`INSERT INTO public.marks VALUES ('kept')`);
    await client.query('COMMIT');
    await client.query('begin');
    await client.query(`INSERT INTO public.marks VALUES ('dropped')`);
    await client.query('ROLLBACK');
    client.release();
    expect(await marks()).toEqual(['kept']);
  });

  test('rolls back what a client leaves unfinished when it is released', async () => {
    const client = await database.queuePool.connect();
    await client.query('BEGIN');
    await client.query(`INSERT INTO public.marks VALUES ('dropped')`);
    client.release();
    expect(await marks()).toEqual([]);
  });

  test('keeps nothing of a transaction in which a statement failed', async () => {
    const client = await database.queuePool.connect();
    await client.query('BEGIN');
    await client.query(`INSERT INTO public.marks VALUES ('dropped')`);
    await expect(client.query('SELECT nothing FROM nowhere')).rejects.toMatchObject({ code: '42P01' });
    await client.query('ROLLBACK');
    client.release();
    expect(await marks()).toEqual([]);
  });

  test('keeps the statements of others out of a transaction', async () => {
    const client = await database.queuePool.connect();
    await client.query('BEGIN');
    await client.query(`INSERT INTO public.marks VALUES ('dropped')`);
    const other = database.queuePool.query(`INSERT INTO public.marks VALUES ('kept')`);
    await client.query('ROLLBACK');
    await other;
    client.release();
    expect(await marks()).toEqual(['kept']);
  });

  test('shares the session with transactions of the state store, each in its own schema', async () => {
    const { db } = database.stateStore;
    const inApp = db.transaction().execute(async (trx) => {
      await sql`INSERT INTO public.marks VALUES ('app')`.execute(trx);
      return trx.selectFrom('counters').select('value').executeTakeFirstOrThrow();
    });
    const client = await database.queuePool.connect();
    await client.query('BEGIN');
    const { rows } = await client.query<{ jobs: number }>('SELECT count(*)::int AS jobs FROM job');
    await client.query('COMMIT');
    client.release();
    expect(rows).toEqual([{ jobs: 0 }]);
    expect(await inApp).toEqual({ value: 0 });
  });

  test('hands notifications to the clients that are connected', async () => {
    const [first, second] = await Promise.all([database.queuePool.connect(), database.queuePool.connect()]);
    const heard = vi.fn();
    const released = vi.fn();
    first.on('notification', heard);
    second.on('notification', released);
    await first.query('LISTEN marks');
    second.release();
    await database.queuePool.query(`SELECT pg_notify('marks', 'a')`);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith({ channel: 'marks', payload: 'a' }));
    expect(released).not.toHaveBeenCalled();
  });
});
