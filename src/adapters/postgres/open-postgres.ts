import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import type { Schema } from '#database/schema.ts';
import { toStateFault, withStateFaults } from '#database/state-fault.ts';
import type { StateStore } from '#database/state-store.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import { requireWithin } from '#kernel/within.ts';
import type { Logger } from '#ports/logger.ts';
import { createPostgresListener } from './postgres-listener.ts';

export interface PostgresDeps {
  readonly logger: Logger;
}

export interface PostgresOptions {
  /** A direct connection: LISTEN does not work through a pooler in transaction mode. */
  readonly url: string;
  readonly poolSize?: number;
}

const POOL_SIZE = 10;
const CONNECT_LIMIT_MS = 5_000;
const STATEMENT_LIMIT_MS = 15_000;
// Transactions are a few short statements; one that idles longer has lost its owner.
const IDLE_TRANSACTION_LIMIT_MS = 30_000;
const OPEN_LIMIT_MS = 5_000;
const INT8 = 20;

// Safe: our 64-bit columns are counters, far below 2^53. PGlite is set to the same.
const types: pg.CustomTypesConfig = {
  getTypeParser: (id, format): unknown =>
    id === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(id, format),
};

const placeOf = (url: string): string => {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.host}${parsed.pathname}` : 'the address given';
};

/** The pool that Kysely sees: each fault of the server leaves it as AppError. */
const translated = (pool: pg.Pool): PostgresPool => ({
  options: pool.options,
  end: () => pool.end(),
  connect: async () => {
    const client = await withStateFaults(() => pool.connect());
    let isLost = false;
    const query = async (text: string, parameters: readonly unknown[]): Promise<unknown> => {
      try {
        return await client.query(text, [...parameters]);
      } catch (error) {
        const fault = toStateFault(error);
        isLost ||= isAppError(fault) && fault.code === 'unavailable';
        throw fault;
      }
    };
    return {
      // Kysely's second overload streams by cursor, which needs a package that is not configured here.
      query: query as Awaited<ReturnType<PostgresPool['connect']>>['query'],
      // The server announces the end of a session before the socket closes: nobody else shall get it.
      release: (isBroken) => client.release(isBroken === true || isLost),
    };
  },
});

const pingWithin = async (pool: pg.Pool, limitMs: number): Promise<void> => {
  const answer = withStateFaults(() => pool.query('SELECT 1'));
  await requireWithin(limitMs, answer, `The database of Sentinel did not answer within ${limitMs} ms.`);
};

/** Opens a PostgreSQL server as the state store. Throws AppError `unavailable` if it cannot be reached. */
export const openPostgres = async (deps: PostgresDeps, options: PostgresOptions): Promise<StateStore> => {
  const connection = { connectionString: options.url, connectionTimeoutMillis: CONNECT_LIMIT_MS, keepAlive: true };
  const pool = new pg.Pool({
    ...connection,
    types,
    max: options.poolSize ?? POOL_SIZE,
    statement_timeout: STATEMENT_LIMIT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_LIMIT_MS,
    application_name: 'sentinel',
  });
  // The pool listens to idle connections only. One lost in the middle of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => deps.logger.warn({ err: error }, 'An idle connection to the database was lost'));
  try {
    await pingWithin(pool, OPEN_LIMIT_MS);
  } catch (error) {
    await pool.end();
    throw new AppError({
      code: 'unavailable',
      isRetryable: true,
      userMessage: `PostgreSQL at ${placeOf(options.url)} cannot be reached. Check DATABASE_URL and that the server runs.`,
      cause: error,
    });
  }
  const listener = createPostgresListener(
    deps,
    () => new pg.Client({ ...connection, application_name: 'sentinel-listen' }),
  );
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: translated(pool) }) }).withSchema('app');

  let closing: Promise<void> | undefined;

  return {
    db,
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    ping: (timeoutMs) => pingWithin(pool, timeoutMs),
    // A server vacuums itself.
    vacuum: () => Promise.resolve(),
    close: () => {
      closing ??= listener.close().then(() => pool.end());
      return closing;
    },
  };
};
