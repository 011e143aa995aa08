import { join } from 'node:path';
import type { QueueConnection } from '#adapters/bullmq/queue-backend.ts';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { claimDatabase } from '#adapters/postgres/claim-database.ts';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import type { StateStore } from '#database/state-store.ts';
import type { AppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Logger } from '#ports/logger.ts';
import type { Config } from '../config.ts';
import type { Endings } from './ground.ts';

/** Opens the state, and says where jobs live. `onTaken`: another process took its place. */
export const openState = async (
  config: Config,
  logger: Logger,
  endings: Endings,
  onTaken: (fault: AppError) => void,
): Promise<{ readonly stateStore: StateStore; readonly queueConnection: QueueConnection }> => {
  if (config.state.kind === 'postgres') {
    const stateStore = await openPostgres({ logger }, { url: config.state.url });
    endings.push(() => stateStore.close());
    if (config.telemetry.kind === 'embedded') {
      // Two processes that each have telemetry of their own would overrule each other.
      const claim = await claimDatabase({ logger }, { url: config.state.url, onTaken });
      endings.push(() => claim.release());
    }
    invariant(config.jobs.kind !== 'embedded', 'jobs are embedded only where the state is');
    return { stateStore, queueConnection: config.jobs };
  }
  const { stateStore, queuePool } = await openPglite({ dataDirectory: join(config.dataDirectory, 'state') });
  endings.push(() => stateStore.close());
  const queueConnection: QueueConnection =
    config.jobs.kind === 'embedded' ? { kind: 'pglite', pool: queuePool } : config.jobs;
  return { stateStore, queueConnection };
};
