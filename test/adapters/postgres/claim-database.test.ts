import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { claimDatabase, type DatabaseClaim } from '#adapters/postgres/claim-database.ts';
import { reportMissing } from '../../support/report-missing.ts';
import { createTestDatabase, startTestPostgres } from '../../support/servers.ts';
import { recordingLogger } from '../../support/recording.ts';

const WAIT = { timeout: 10_000, interval: 10 };

describe('claimDatabase', async () => {
  const postgres = await startTestPostgres();
  if (postgres.url === null) {
    reportMissing(postgres);
    return;
  }
  const { url: serverUrl, stop } = postgres;
  afterAll(stop);

  let url: string;
  let drop: () => Promise<void>;
  const claims: DatabaseClaim[] = [];

  beforeEach(async () => {
    ({ url, drop } = await createTestDatabase(serverUrl));
  });
  afterEach(async () => {
    for (const claim of claims.splice(0)) await claim.release();
    await drop();
  });

  const claim = async (onTaken = vi.fn()): Promise<DatabaseClaim> => {
    const held = await claimDatabase({ logger: recordingLogger() }, { url, waitMs: 50, onTaken });
    claims.push(held);
    return held;
  };

  const endClaimingSessions = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sentinel-claim'`,
    );
    await client.end();
    expect(rowCount).toBe(1);
  };

  const isHeld = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE locktype = 'advisory' AND granted AND application_name = 'sentinel-claim' AND datname = current_database()`,
    );
    await client.end();
    return rowCount === 1;
  };

  test('refuses a second process in one sentence', async () => {
    await claim();
    await expect(claim()).rejects.toMatchObject({
      code: 'database-in-use',
      userMessage: expect.stringMatching(/^Another Sentinel already uses this database\./) as string,
    });
  });

  test('lets the next process in once it is released', async () => {
    const first = await claim();
    await first.release();
    await expect(claim()).resolves.toBeDefined();
  });

  test('waits for a process that is just ending', async () => {
    const first = await claim();
    const next = claimDatabase({ logger: recordingLogger() }, { url, onTaken: vi.fn() });
    await first.release();
    claims.push(await next);
    expect(await isHeld()).toBe(true);
  });

  test('takes the lock again after its connection was lost', async () => {
    const onTaken = vi.fn();
    await claim(onTaken);
    await endClaimingSessions();
    await vi.waitFor(async () => expect(await isHeld()).toBe(true), WAIT);
    expect(onTaken).not.toHaveBeenCalled();
  });

  test('says so when another process was faster after that', async () => {
    const onTaken = vi.fn();
    await claim(onTaken);
    const rival = new pg.Client({ connectionString: url });
    await rival.connect();
    // It waits in the server's queue, so that it is the next to have the lock.
    const rivalClaims = rival.query(`SELECT pg_advisory_lock(objid::bigint | (classid::bigint << 32)) FROM pg_locks
      WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    await vi.waitFor(async () => {
      const watcher = new pg.Client({ connectionString: url });
      await watcher.connect();
      const { rowCount } = await watcher.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
      await watcher.end();
      expect(rowCount).toBe(1);
    }, WAIT);
    await endClaimingSessions();
    await rivalClaims;
    await vi.waitFor(() => expect(onTaken).toHaveBeenCalledTimes(1), WAIT);
    await rival.end();
  });
});
