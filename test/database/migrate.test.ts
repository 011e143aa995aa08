import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import { migrateToLatest } from '#database/migrate.ts';
import type { StateStore } from '#database/state-store.ts';
import { recordingLogger } from '../support/recording.ts';
import { reportMissing } from '../support/report-missing.ts';
import { createTestDatabase, startTestPostgres } from '../support/servers.ts';

const RELEASED = [
  '0001-initial',
  '0002-sight-and-evidence',
  '0003-slack-requests',
  '0004-slack-troubles',
  '0005-slack-turns',
  '0006-slack-answers',
  '0007-log-matches',
  '0008-slack-answers-of-all-kinds',
];

const statementTimeout = async ({ db }: StateStore): Promise<unknown> => {
  const { rows } = await sql<{ statement_timeout: string }>`SHOW statement_timeout`.execute(db);
  return rows[0]?.statement_timeout;
};

describe('migrations on PGlite', () => {
  test('run once, whether asked twice in turn or at once', async () => {
    const { stateStore } = await openPglite({ dataDirectory: null });
    const ran = await Promise.all([migrateToLatest(stateStore.db), migrateToLatest(stateStore.db)]);
    expect(ran.flat()).toEqual(RELEASED);
    expect(await migrateToLatest(stateStore.db)).toEqual([]);
    await stateStore.close();
  });
});

describe('migrations on PostgreSQL', async () => {
  const postgres = await startTestPostgres();
  if (postgres.url === null) {
    reportMissing(postgres);
    return;
  }
  const { url: serverUrl, stop } = postgres;
  afterAll(stop);

  test('run once when several instances start at once, and leave the limits of their connections as they were', async () => {
    const { url, drop } = await createTestDatabase(serverUrl);
    const stores = await Promise.all([1, 2, 3, 4].map(() => openPostgres({ logger: recordingLogger() }, { url })));
    const ran = await Promise.all(stores.map(({ db }) => migrateToLatest(db)));
    expect(ran.flat()).toEqual(RELEASED);
    expect(await Promise.all(stores.map(statementTimeout))).toEqual(['15s', '15s', '15s', '15s']);
    await Promise.all(stores.map((store) => store.close()));
    await drop();
  });
});
