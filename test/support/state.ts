import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';
import { type KyselyPlugin, sql } from 'kysely';
import { type EmbeddedDatabase, openPglite } from '#adapters/pglite/open-pglite.ts';
import { migrateToLatest } from '#database/migrate.ts';
import type { StateStore } from '#database/state-store.ts';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/sentinel');

const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256');
  hash.update(await readFile(join(ROOT, 'node_modules/@electric-sql/pglite/package.json')));
  hash.update(String(LATEST_SCHEMA_VERSION));
  hash.update(await readFile(join(ROOT, 'src/database/migrate.ts')));
  const folder = join(ROOT, 'src/database/migrations');
  for (const name of (await readdir(folder)).toSorted()) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
};

const writeOnce = async (path: string, data: Blob): Promise<void> => {
  await mkdir(CACHE, { recursive: true });
  for (const old of (await readdir(CACHE)).filter((name) => name.startsWith('state-') && name.endsWith('.tar'))) {
    await rm(join(CACHE, old), { force: true });
  }
  // Renamed into place, so that a parallel worker never reads half a file.
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, Buffer.from(await data.arrayBuffer()));
  await rename(temporary, path);
};

/** The file of a migrated data directory, made once for this schema. */
const migratedFile = async (): Promise<string> => {
  const path = join(CACHE, `state-${await fingerprint()}.tar`);
  try {
    await access(path);
  } catch {
    const fresh = await openPglite({ dataDirectory: null });
    await migrateToLatest(fresh.stateStore.db);
    const client = await fresh.queuePool.connect();
    await runMigrations(client);
    client.release();
    const data = await fresh.dump();
    await fresh.stateStore.close();
    await writeOnce(path, data);
  }
  return path;
};

const migratedData = async (): Promise<Blob> =>
  new Blob([await readFile(await migratedFile())], { type: 'application/x-tar' });

/** The data directory of an empty database, migrated: a process that finds it has no need to make one. */
export const writeTestState = async (dataDirectory: string): Promise<void> => {
  await mkdir(dataDirectory, { recursive: true });
  await promisify(execFile)('tar', ['-xf', await migratedFile(), '-C', dataDirectory]);
};

/** A database of its own, migrated, with the queue's tables; in memory unless a directory is named. */
export const openTestDatabase = async (dataDirectory: string | null = null): Promise<EmbeddedDatabase> =>
  openPglite({ dataDirectory, initialData: await migratedData() });

// One a test file: opening another costs half a second, emptying this one a few milliseconds.
let idle: EmbeddedDatabase | null = null;

/** A state store of its own, migrated and empty. Close it at the end of the test. */
export const openTestState = async (): Promise<StateStore> => {
  const database = idle ?? (await openTestDatabase());
  idle = null;
  return lendState(database);
};

/** The store until it is closed, which empties it for the next; whoever still holds it then is refused. */
const lendState = ({ stateStore, ...database }: EmbeddedDatabase): StateStore => {
  let closing: Promise<void> | undefined;
  const stops: (() => Promise<void>)[] = [];
  const assertOpen = (): void => {
    if (closing) throw new Error('This state store is closed');
  };
  const guard: KyselyPlugin = {
    transformQuery: ({ node }) => {
      assertOpen();
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  return {
    ...stateStore,
    db: stateStore.db.withPlugin(guard),
    listen: async (channel, onNotify) => {
      assertOpen();
      const stop = await stateStore.listen(channel, onNotify);
      stops.push(stop);
      return stop;
    },
    close: () => {
      closing ??= (async () => {
        for (const stop of stops) await stop();
        await emptyTables(stateStore.db);
        idle = { stateStore, ...database };
      })();
      return closing;
    },
  };
};

// As migrations leave them; triggers that refuse to forget are not asked.
const EMPTY = `DO $$ DECLARE tables text; BEGIN
  SET LOCAL session_replication_role = replica;
  SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO tables FROM pg_tables
    WHERE schemaname = 'app' AND tablename NOT LIKE 'kysely%';
  EXECUTE 'TRUNCATE ' || tables || ' RESTART IDENTITY';
  INSERT INTO app.counters (name, value) VALUES ('incident', 0);
END $$`;

const emptyTables = async (db: StateStore['db']): Promise<void> => {
  await sql.raw(EMPTY).execute(db);
};
