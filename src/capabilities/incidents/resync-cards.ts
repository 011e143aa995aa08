import type { Database } from '#database/state-store.ts';
import { addMs, DAY_MS } from '#kernel/duration.ts';
import { askForCardSync } from './incident-log.ts';

const RECENT_MS = DAY_MS;
const MAX_INCIDENTS = 500;

/**
 * Asks for the card of each incident that is unresolved, or was a day ago. A card whose job was given
 * up, because a token was wrong or a channel archived, heals so once the cause is gone; one that is
 * right already costs no write. Returns how many were asked for.
 */
export const resyncCards = async (db: Database, now: Date): Promise<number> =>
  db.transaction().execute(async (trx) => {
    const incidents = await trx
      .selectFrom('incidents')
      .select(['id', 'severity'])
      .where((where) => where.or([where('state', '<>', 'resolved'), where('resolved_at', '>', addMs(now, -RECENT_MS))]))
      .orderBy('severity')
      .orderBy('number')
      .limit(MAX_INCIDENTS)
      .execute();
    for (const { id, severity } of incidents) await askForCardSync(trx, id, severity);
    return incidents.length;
  });
