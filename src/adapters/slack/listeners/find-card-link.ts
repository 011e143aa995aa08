import { isAppError } from '#kernel/errors.ts';
import { DELETED } from '../show-card.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** The address of an incident's card; null where there is none, or Slack does not tell it. */
export const findCardLink = async (
  { db, slack, logger }: Pick<ListenerDeps, 'db' | 'slack' | 'logger'>,
  number: number,
): Promise<string | null> => {
  const post = await db
    .selectFrom('slack_posts')
    .innerJoin('incidents', 'incidents.id', 'slack_posts.incident_id')
    .select(['slack_posts.channel', 'slack_posts.ts', 'slack_posts.trouble'])
    .where('incidents.number', '=', number)
    .where('slack_posts.key', 'like', 'incident-card:%')
    .where('slack_posts.ts', 'is not', null)
    .executeTakeFirst();
  if (!post || post.ts === null || post.trouble === DELETED) return null;
  try {
    return await slack.readPermalink({ channel: post.channel, ts: post.ts });
  } catch (error) {
    if (!isAppError(error)) throw error;
    logger.info({ number, err: error }, 'An answer goes out without the link to its card');
    return null;
  }
};
