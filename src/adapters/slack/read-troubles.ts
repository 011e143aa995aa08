import type { Database } from '#database/state-store.ts';
import { incidentName } from '#kernel/incident-number.ts';
import { listInWords } from './cards/text.ts';
import { DELETED } from './show-card.ts';

const RECENT_MOST = 20;
const NAMED = 5;

const TOKEN = 'Install the app again, and check SLACK_BOT_TOKEN and the scopes in manifest.yml.';

/** By Slack's word: what is wrong with a channel, and what to do. */
const WORDS: Readonly<Record<string, (name: string) => string>> = {
  is_archived: (name) => `${name} is archived. Unarchive it, or set slack.channel.`,
  not_in_channel: (name) => `Sentinel is not in ${name}. Invite it there.`,
  channel_not_found: (name) => `Sentinel sees no channel ${name}. Create it, or invite Sentinel, or set slack.channel.`,
  restricted_action: (name) => `Not everybody may post in ${name}. Allow Sentinel to.`,
  token_revoked: () => `The token of Sentinel was revoked. ${TOKEN}`,
  account_inactive: () => `The app of Sentinel was removed from the workspace. ${TOKEN}`,
  missing_scope: () => `The app of Sentinel lacks a scope. ${TOKEN}`,
};

export const troubleInWords = (trouble: string, name: string): string =>
  WORDS[trouble]?.(name) ?? `Slack refuses what Sentinel writes in ${name} (${trouble}). ${TOKEN}`;

/** What keeps incidents from being shown, a sentence each. */
export const readTroubles = async (
  db: Database,
  known: readonly { readonly id: string; readonly name: string }[],
): Promise<readonly string[]> => {
  const rows = await db.selectFrom('slack_channels').selectAll().where('trouble', 'is not', null).execute();
  const unresolved = db
    .selectFrom('slack_posts')
    .innerJoin('incidents', 'incidents.id', 'slack_posts.incident_id')
    .select(['incidents.number', 'slack_posts.trouble', 'slack_posts.channel'])
    .where('slack_posts.key', 'like', 'incident-card:%')
    .where('incidents.state', '<>', 'resolved')
    .orderBy('incidents.number', 'desc')
    .limit(RECENT_MOST);
  const [waiting, deleted] = await Promise.all([
    unresolved.where('slack_posts.trouble', 'like', 'blocked%').execute(),
    unresolved.where('slack_posts.trouble', '=', DELETED).execute(),
  ]);
  const nameOf = (id: string): string | null =>
    known.find((channel) => channel.id === id)?.name ??
    // Of no concern any more, unless a card waits for it.
    (waiting.some(({ channel }) => channel === id) ? id : null);
  const sentences = rows.flatMap(({ channel, trouble }) => {
    const name = nameOf(channel);
    return name === null ? [] : [troubleInWords(trouble ?? '', name)];
  });
  return [
    ...new Set(sentences),
    ...(waiting.length === 0 ? [] : [`${listNumbers(waiting)} cannot be shown or kept up to date.`]),
    ...(deleted.length === 0 ? [] : [`The card of ${listNumbers(deleted)} was deleted and is not posted again.`]),
  ];
};

const listNumbers = (rows: readonly { readonly number: number }[]): string => {
  const names = rows.slice(0, NAMED).map(({ number }) => incidentName(number));
  const rest = rows.length - names.length;
  return listInWords(rest > 0 ? [...names, `${rest} more`] : names);
};
