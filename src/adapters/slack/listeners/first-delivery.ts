import { createHash } from 'node:crypto';
import type { Database } from '#database/state-store.ts';
import type { ListenerDeps } from './listener-deps.ts';

type DeliveryDeps = Pick<ListenerDeps, 'db' | 'clock' | 'logger' | 'metrics'>;

/**
 * Whether nobody has begun to answer this request, on any instance: Slack delivers an event again that
 * got no receipt in time, and a signed request can be sent again by whoever saw it. The id is Slack's
 * own for one click, command or event. Where that cannot be known the request is answered: every
 * command may run twice.
 */
export const isFirstDelivery = async (deps: DeliveryDeps, id: string | undefined): Promise<boolean> => {
  if (id === undefined || id === '') return true;
  try {
    const claimed = await deps.db
      .insertInto('slack_requests')
      .values({ key: createHash('sha256').update(id).digest('base64url'), received_at: deps.clock.now() })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst();
    if (claimed !== undefined) return true;
    deps.metrics.increment('sentinel_slack_requests_total', { outcome: 'repeated' });
    deps.logger.info({}, 'A request of Slack came again and is not answered again');
    return false;
  } catch (error) {
    deps.logger.warn({ err: error }, 'Whether a request of Slack came before is not known');
    return true;
  }
};

/** Returns how many. */
export const forgetDeliveries = async (db: Database, receivedBefore: Date): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('slack_requests')
    .where('received_at', '<', receivedBefore)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
};
