import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import { migrateToLatest } from '#database/migrate.ts';
import { addToOutbox } from '#database/outbox.ts';
import { OUTBOX_CHANNEL, type StateStore } from '#database/state-store.ts';
import { reportMissing } from '../../support/report-missing.ts';
import { createTestDatabase, startTestPostgres } from '../../support/servers.ts';
import { recordingLogger } from '../../support/recording.ts';

test('says where it looked, without the password, when no server answers', async () => {
  const opening = openPostgres({ logger: recordingLogger() }, { url: 'postgres://sentinel:secret@127.0.0.1:1/state' });
  await expect(opening).rejects.toMatchObject({
    name: 'AppError',
    code: 'unavailable',
    userMessage: 'PostgreSQL at 127.0.0.1:1/state cannot be reached. Check DATABASE_URL and that the server runs.',
  });
});

describe('openPostgres', async () => {
  const postgres = await startTestPostgres();
  if (postgres.url === null) {
    reportMissing(postgres);
    return;
  }
  const { url: serverUrl, stop } = postgres;
  afterAll(stop);

  let url: string;
  let drop: () => Promise<void>;
  let store: StateStore;
  let logger: ReturnType<typeof recordingLogger>;

  beforeEach(async () => {
    ({ url, drop } = await createTestDatabase(serverUrl));
    logger = recordingLogger();
    store = await openPostgres({ logger }, { url, poolSize: 2 });
    await migrateToLatest(store.db);
  });
  afterEach(async () => {
    await store.close();
    await drop();
  });

  const killSessions = async (applicationName: string): Promise<void> => {
    const killed = await sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = ${applicationName} AND pid <> pg_backend_pid()
    `.execute(store.db);
    expect(killed.rows.length).toBeGreaterThan(0);
  };

  test('hears another instance commit', async () => {
    const heard = vi.fn();
    await store.listen(OUTBOX_CHANNEL, heard);
    const other = await openPostgres({ logger }, { url });
    await other.db.transaction().execute((trx) => addToOutbox(trx, { job: 'a.b', payload: null, priority: 1 }));
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), { timeout: 5_000, interval: 5 });
    await other.close();
  });

  test('listens again after its connection was lost, and calls back since it may have missed something', async () => {
    const heard = vi.fn();
    await store.listen(OUTBOX_CHANNEL, heard);
    await killSessions('sentinel-listen');
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1), { timeout: 10_000, interval: 10 });
    await store.db.transaction().execute((trx) => addToOutbox(trx, { job: 'a.b', payload: null, priority: 1 }));
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2), { timeout: 5_000, interval: 5 });
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ message: 'The connection for notifications was lost' }),
    );
  });

  test('survives the loss of a session between two statements of a transaction', async () => {
    const other = await openPostgres({ logger }, { url });
    const interrupted = store.db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(trx);
      await sql`SELECT pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(other.db);
      await sql`SELECT 1`.execute(trx);
    });
    await expect(interrupted).rejects.toMatchObject({ name: 'AppError', code: 'unavailable', isRetryable: true });
    await sql`SELECT 1`.execute(store.db);
    await other.close();
  });

  test('reports a session that the server ended as unavailable, and works again with the next', async () => {
    const sleeping = sql`SELECT pg_sleep(10)`.execute(store.db);
    await Promise.all([
      expect(sleeping).rejects.toMatchObject({ name: 'AppError', code: 'unavailable', isRetryable: true }),
      vi.waitFor(() => killSessions('sentinel'), { timeout: 5_000, interval: 20 }),
    ]);
    await store.ping(2_000);
  });

  test('reports a statement that takes too long as timeout', async () => {
    const slow = store.db.connection().execute(async (connection) => {
      await sql`SET statement_timeout = 50`.execute(connection);
      await sql`SELECT pg_sleep(5)`.execute(connection);
    });
    await expect(slow).rejects.toMatchObject({ name: 'AppError', code: 'timeout' });
  });

  test('reports that all connections stay in use as unavailable', async () => {
    const gate = Promise.withResolvers<void>();
    const holders = [1, 2].map(() => store.db.connection().execute(() => gate.promise));
    await expect(store.ping(300)).rejects.toMatchObject({ name: 'AppError', code: 'timeout' });
    gate.resolve();
    await Promise.all(holders);
    await store.ping(2_000);
  });
});
