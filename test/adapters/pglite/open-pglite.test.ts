import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { addToOutbox } from '#database/outbox.ts';
import { openTestDatabase } from '../../support/state.ts';

describe('openPglite', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sentinel-pglite-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('finds what an earlier process left in the directory', async () => {
    const first = await openTestDatabase(directory);
    await first.stateStore.db
      .transaction()
      .execute((trx) => addToOutbox(trx, { job: 'incident.sync', payload: { id: 1 }, priority: 1 }));
    await first.stateStore.close();
    const second = await openPglite({ dataDirectory: directory });
    expect(await second.stateStore.db.selectFrom('outbox').select(['job', 'payload']).execute()).toEqual([
      { job: 'incident.sync', payload: { id: 1 } },
    ]);
    await second.stateStore.close();
  });

  test('makes a new directory anew after a process that was killed while it made one', async () => {
    const state = join(directory, 'state');
    await mkdir(`${state}.unfinished`);
    await writeFile(join(`${state}.unfinished`, 'PG_VERSION'), 'half');
    const { stateStore } = await openPglite({ dataDirectory: state });
    await stateStore.ping(5_000);
    await stateStore.close();
    expect((await readdir(directory)).toSorted()).toEqual(['state']);
  });

  test('says in one sentence which directory cannot be opened', async () => {
    const file = join(directory, 'file');
    await writeFile(file, 'not a directory');
    await expect(openPglite({ dataDirectory: file })).rejects.toMatchObject({
      name: 'AppError',
      code: 'unavailable',
      userMessage: expect.stringContaining(`The embedded database in ${file} could not be opened`) as string,
    });
  });

  test('shortens its write-ahead log when it is vacuumed', async () => {
    const { stateStore } = await openTestDatabase(directory);
    const segments = async (): Promise<number> =>
      (await readdir(join(directory, 'pg_wal'))).filter((name) => /^[0-9A-F]{24}$/.test(name)).length;
    const churn = async (): Promise<void> => {
      for (let round = 0; round < 4; round++) {
        await sql`INSERT INTO app.notices (key, claimed_at)
          SELECT repeat(md5(random()::text), 40), now() FROM generate_series(1, 10000)`.execute(stateStore.db);
        await sql`DELETE FROM app.notices`.execute(stateStore.db);
        await stateStore.vacuum();
      }
    };
    await churn();
    const before = await segments();
    await churn();
    expect(await segments()).toBeLessThanOrEqual(before + 1);
    await stateStore.close();
  });
});
