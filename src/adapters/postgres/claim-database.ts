import pg from 'pg';
import { withStateFaults } from '#database/state-fault.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';

export interface ClaimDatabaseOptions {
  /** A direct connection: the claim belongs to its session. */
  readonly url: string;
  /** How long a process that is just ending may keep its claim. */
  readonly waitMs?: number;
  /** The connection was lost and another process was faster: this one must end. */
  onTaken(fault: AppError): void;
}

/** Held until released or until the process dies. */
export interface DatabaseClaim {
  release(): Promise<void>;
}

// Any number that nothing else in the database locks: "sentinel" as bytes, cut to 63 bits.
const CLAIM_KEY = '8315161591367558508';
const WAIT_MS = 5 * SECOND_MS;
const TRY_EVERY_MS = 500;
const CONNECT_LIMIT_MS = 5_000;

const taken = (): AppError =>
  new AppError({
    code: 'database-in-use',
    isRetryable: false,
    userMessage:
      'Another Sentinel already uses this database. Telemetry is embedded, so each would judge from telemetry of its own: stop the other one, or give this one another DATABASE_URL.',
  });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Makes this process the only one that uses the database with embedded telemetry, by a lock that
 * PostgreSQL gives back when the session ends. A lost connection is opened and the lock taken again.
 * Throws AppError `database-in-use` if another process holds it longer than the wait.
 */
export const claimDatabase = async (
  deps: { readonly logger: Logger },
  options: ClaimDatabaseOptions,
): Promise<DatabaseClaim> => {
  let client: pg.Client | undefined;
  let isReleased = false;

  const connect = async (): Promise<pg.Client> => {
    const opened = new pg.Client({
      connectionString: options.url,
      connectionTimeoutMillis: CONNECT_LIMIT_MS,
      keepAlive: true,
      application_name: 'sentinel-claim',
    });
    // Without a listener a lost connection would end the process.
    opened.on('error', (error) => deps.logger.warn({ err: error }, 'The connection that claims the database was lost'));
    await opened.connect();
    return opened;
  };

  const tryClaim = async (opened: pg.Client): Promise<boolean> => {
    const { rows } = await opened.query<{ isClaimed: boolean }>(
      'SELECT pg_try_advisory_lock($1::bigint) AS "isClaimed"',
      [CLAIM_KEY],
    );
    return rows[0]?.isClaimed === true;
  };

  /** True once it is claimed, false if another process kept it for the whole wait. */
  const claim = async (): Promise<boolean> => {
    const opened = await connect();
    const giveUpAt = performance.now() + (options.waitMs ?? WAIT_MS);
    while (!(await tryClaim(opened))) {
      if (isReleased || performance.now() > giveUpAt) {
        await opened.end();
        return false;
      }
      await pause(TRY_EVERY_MS);
    }
    client = opened;
    opened.once('end', () => {
      client = undefined;
      if (!isReleased) void claimAgain();
    });
    return true;
  };

  const wasReleased = (): boolean => isReleased;

  const claimAgain = async (): Promise<void> => {
    while (!wasReleased()) {
      try {
        const isOurs = await claim();
        if (!isOurs && !wasReleased()) options.onTaken(taken());
        return;
      } catch (error) {
        deps.logger.warn({ err: error }, 'The database could not be claimed again yet');
        await pause(TRY_EVERY_MS);
      }
    }
  };

  if (!(await withStateFaults(claim))) throw taken();
  return {
    release: async () => {
      isReleased = true;
      await client?.end();
    },
  };
};
