import type { Database } from '#database/state-store.ts';

/** The number of the incident whose card begins the thread; null if it is none of ours. */
export const findThreadIncident = async (
  deps: { readonly db: Database },
  channel: string,
  threadTs: string | null,
): Promise<number | null> => {
  if (threadTs === null) return null;
  const row = await deps.db
    .selectFrom('slack_posts')
    .innerJoin('incidents', 'incidents.id', 'slack_posts.incident_id')
    .select('incidents.number')
    .where('slack_posts.channel', '=', channel)
    .where('slack_posts.ts', '=', threadTs)
    .executeTakeFirst();
  return row?.number ?? null;
};
