import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { AnomalyClosing, AnomalyObservation } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import type { JobDefinition } from '#ports/job-queue.ts';
import { advanceMatches } from './advance-matches.ts';
import { MAX_SERVICES_PER_RUN, OBSERVE_EVERY_MS } from './limits.ts';

export interface LogMatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Makes those who record anomalies take turns until the transaction ends. */
  readonly lockRecording: (trx: DatabaseTransaction) => Promise<void>;
  /** The anomalies of matching lines that last. */
  readonly readLasting: (db: Database) => Promise<readonly AnomalyObservation[]>;
  readonly record: (
    trx: DatabaseTransaction,
    tick: {
      readonly at: Date;
      readonly observations: readonly AnomalyObservation[];
      readonly closings: readonly AnomalyClosing[];
    },
  ) => Promise<void>;
}

export const LOG_MATCH_JOB = 'log-match.observe';
export const LOG_MATCH_EVERY_MS = OBSERVE_EVERY_MS;
const TIME_LIMIT_MS = 25 * SECOND_MS;

/**
 * Turns the lines that were kept into anomalies, and ends those that are quiet. Taking the lines and
 * recording the anomalies is one transaction, so that none is lost or counted twice, and two runs at once
 * take turns. Returns for how many services something was recorded.
 */
export const observeMatches = async (deps: LogMatchDeps): Promise<number> => {
  if (!(await hasWork(deps))) return 0;
  return deps.db.transaction().execute(async (trx) => {
    await deps.lockRecording(trx);
    const at = deps.clock.now();
    const arrived = await takeLines(trx);
    const lasting = await deps.readLasting(trx);
    const lastOf = new Map(lasting.map((observation) => [observation.service, observation]));
    const services = new Set([...arrived.keys(), ...lastOf.keys()]);
    const advances = [...services].map((service) =>
      advanceMatches(lastOf.get(service) ?? null, arrived.get(service) ?? [], at),
    );
    const observations = advances.flatMap((advance) => (advance.kind === 'observed' ? [advance.observation] : []));
    const closings = advances.flatMap((advance) => (advance.kind === 'closed' ? [advance.closing] : []));
    if (observations.length + closings.length > 0) await deps.record(trx, { at, observations, closings });
    return observations.length + closings.length;
  });
};

/** Nearly every run finds nothing to do, and takes no lock. */
const hasWork = async ({ db, readLasting }: LogMatchDeps): Promise<boolean> => {
  const line = await db.selectFrom('log_matches').select('service').limit(1).executeTakeFirst();
  return line !== undefined || (await readLasting(db)).length > 0;
};

type Arrived = ReadonlyMap<string, Parameters<typeof advanceMatches>[1]>;

const takeLines = async (trx: DatabaseTransaction): Promise<Arrived> => {
  const rows = await trx
    .deleteFrom('log_matches')
    .where('service', 'in', (all) =>
      all
        .selectFrom('log_matches')
        .select('service')
        .groupBy('service')
        .orderBy((row) => row.fn.min('first_at'))
        .limit(MAX_SERVICES_PER_RUN),
    )
    .returningAll()
    .execute();
  return Map.groupBy(rows, ({ service }) => service);
};

/** A run that failed is not repeated: the next one finds the same lines. */
export const logMatchJob = (deps: LogMatchDeps): JobDefinition<null> => ({
  name: LOG_MATCH_JOB,
  queue: 'detection',
  parse: () => null,
  run: async () => {
    await observeMatches(deps);
    return { kind: 'done' };
  },
  attempts: 1,
  backoffMs: SECOND_MS,
  timeoutMs: TIME_LIMIT_MS,
});
