import { PGlite, type Transaction } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, type PGliteDialectConfig } from 'kysely';
import type { Schema } from '#database/schema.ts';
import { withStateFaults } from '#database/state-fault.ts';
import type { StateStore } from '#database/state-store.ts';
import { AppError } from '#kernel/errors.ts';
import { requireWithin } from '#kernel/within.ts';
import { initialiseDirectory } from './initialise-directory.ts';
import { createPglitePool, type PglitePool } from './pglite-pool.ts';
import { SETTINGS } from './pglite-settings.ts';

export interface PgliteOptions {
  /** Created if it does not exist. Null: in memory, gone when the process ends. */
  readonly dataDirectory: string | null;
  /** A dumped data directory to begin with instead of an empty database. */
  readonly initialData?: Blob;
}

export interface EmbeddedDatabase {
  readonly stateStore: StateStore;
  /** For the job queue, which shares the session. Ends with `stateStore.close()`. */
  readonly queuePool: PglitePool;
  /** The whole data directory as a tar archive, for `initialData`. */
  dump(): Promise<Blob>;
}

type DialectPglite = Exclude<PGliteDialectConfig['pglite'], (...parameters: never) => unknown>;

// Safe: our 64-bit columns are counters, far below 2^53. node-postgres is set to the same.
const PARSERS = { 20: Number };

// The queue's statements name no schema; Sentinel's own always name `app`.
const SEARCH_PATH = 'SET search_path TO bullmq, public';

const translated = (pglite: PGlite): DialectPglite => {
  const queryOf = (session: Pick<Transaction, 'query'>): DialectPglite['query'] => {
    return (text, parameters, options) => withStateFaults(() => session.query(text, parameters, options));
  };
  return {
    get closed() {
      return pglite.closed;
    },
    get ready() {
      return pglite.ready;
    },
    waitReady: pglite.waitReady,
    close: () => pglite.close(),
    query: queryOf(pglite),
    transaction: (run) =>
      withStateFaults(() =>
        pglite.transaction((session) => run({ query: queryOf(session), rollback: () => session.rollback() })),
      ),
  };
};

const open = async (options: PgliteOptions): Promise<PGlite> => {
  try {
    if (options.dataDirectory !== null && !options.initialData) await initialiseDirectory(options.dataDirectory);
    const pglite = await PGlite.create({
      dataDir: options.dataDirectory ?? 'memory://',
      parsers: PARSERS,
      postgresqlconf: [...SETTINGS],
      ...(options.initialData ? { loadDataDir: options.initialData } : {}),
    });
    await pglite.exec(SEARCH_PATH);
    return pglite;
  } catch (error) {
    throw new AppError({
      code: 'unavailable',
      isRetryable: false,
      userMessage:
        `The embedded database in ${options.dataDirectory ?? 'memory'} could not be opened. ` +
        'Check that the directory is writable and has free space, or name another one.',
      cause: error,
    });
  }
};

/**
 * Opens PostgreSQL inside this process. The caller must already hold an exclusive lock on
 * the data directory: PGlite takes none, and two processes on one directory lose rows.
 *
 * Durability: a commit is in the operating system's hands when it returns, and survives a
 * killed process. It is not forced to the disk (fsync is off), so a power cut or a crash
 * of the machine can lose the last seconds or damage the directory; where that matters,
 * use a PostgreSQL server.
 *
 * One session: statements and transactions run one after another. Inside a transaction,
 * awaiting anything but that transaction waits for ever.
 */
export const openPglite = async (options: PgliteOptions): Promise<EmbeddedDatabase> => {
  const pglite = await open(options);
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: translated(pglite) }) }).withSchema('app');
  const queuePool = createPglitePool(pglite);
  let closing: Promise<void> | undefined;

  return {
    queuePool,
    dump: () => pglite.dumpDataDir('none'),
    stateStore: {
      db,
      listen: async (channel, onNotify) => {
        const stop = await pglite.listen(channel, () => onNotify());
        return () => stop();
      },
      ping: async (timeoutMs) => {
        const answer = withStateFaults(() => pglite.query('SELECT 1'));
        await requireWithin(timeoutMs, answer, `The embedded database did not answer within ${timeoutMs} ms.`);
      },
      vacuum: () => vacuumAll(pglite),
      close: () => {
        closing ??= queuePool.end().then(() => pglite.close());
        return closing;
      },
    },
  };
};

/** Nothing in a PGlite vacuums, analyzes or shortens its write-ahead log by itself. */
const vacuumAll = (pglite: PGlite): Promise<void> =>
  withStateFaults(async () => {
    const { rows } = await pglite.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('app', 'bullmq')`,
    );
    // One statement a table, so that jobs run in between.
    for (const { name } of rows) await pglite.exec(`VACUUM (ANALYZE) ${name}`);
    await pglite.exec('CHECKPOINT');
  });
