import { type types, webApi } from '@slack/bolt';
import type { Clock } from '#kernel/clock.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { CardBlock, CardMessage } from './cards/blocks.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { toResponseFault, toSlackFault } from './slack-faults.ts';

/** Every Web API method that Sentinel calls, with the bot scopes that it needs. The manifest is held against it. */
export const SLACK_METHODS = {
  'auth.test': [],
  'chat.getPermalink': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.delete': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Method = keyof typeof SLACK_METHODS;

const WRITES: ReadonlySet<Method> = new Set([
  'chat.postMessage',
  'chat.postEphemeral',
  'chat.update',
  'files.completeUploadExternal',
  'files.delete',
  'files.getUploadURLExternal',
  'views.open',
  'views.publish',
]);

// Slack answers within a second or two; a post that takes longer is looked for instead of waited for.
export const REQUEST_TIMEOUT_MS = 5 * SECOND_MS;
const UPLOAD_TIMEOUT_MS = 10 * SECOND_MS;

export interface ChannelMessage {
  readonly ts: string;
  readonly blockIds: readonly string[];
}

export interface MessagePage {
  readonly messages: readonly ChannelMessage[];
  readonly nextCursor: string | null;
}

export interface SlackUser {
  readonly isGuest: boolean;
  /** IANA name; null where Slack has none. */
  readonly timeZone: string | null;
}

export interface SlackApi {
  /** Throws SlackFault `configuration` if Slack does not know the bot's token. */
  verifyToken(): Promise<void>;
  postMessage(
    to: { readonly channel: string; readonly threadTs: string | null },
    message: CardMessage,
  ): Promise<{ readonly ts: string }>;
  postEphemeral(
    to: { readonly channel: string; readonly user: string; readonly threadTs: string | null },
    message: CardMessage,
  ): Promise<void>;
  /** The address of a message, for people. */
  readPermalink(at: { readonly channel: string; readonly ts: string }): Promise<string>;
  updateMessage(at: { readonly channel: string; readonly ts: string }, message: CardMessage): Promise<void>;
  /** Newest first. A thread's page begins with its parent. */
  readMessages(
    from: { readonly channel: string; readonly threadTs: string | null; readonly oldest: string },
    cursor: string | null,
    limit: number,
  ): Promise<MessagePage>;
  startUpload(file: {
    readonly name: string;
    readonly bytes: number;
    readonly altText: string;
  }): Promise<{ readonly fileId: string; readonly url: string }>;
  sendBytes(url: string, bytes: Uint8Array): Promise<void>;
  completeUpload(
    file: { readonly fileId: string; readonly title: string },
    /** Null: not shared by itself, but shown in a block. The comment is mrkdwn. */
    share: { readonly channel: string; readonly threadTs: string | null; readonly comment?: string } | null,
  ): Promise<void>;
  deleteFile(fileId: string): Promise<void>;
  /** Null permalink: not processed yet, so no block may show it. */
  readFile(fileId: string): Promise<{ readonly permalink: string | null }>;
  readUser(user: string): Promise<SlackUser>;
  readChannel(channel: string): Promise<{ readonly isExternallyShared: boolean }>;
  /** Null: no such channel that Sentinel can see. */
  findChannel(name: string): Promise<string | null>;
  /** The conversation that Sentinel has with one person. */
  openDirectMessage(user: string): Promise<string>;
  /** Within three seconds of the click whose trigger it is. */
  openView(triggerId: string, view: types.ModalView): Promise<void>;
  /** To whoever caused the request with this address, for half an hour and five times. */
  respond(responseUrl: string, message: CardMessage, threadTs: string | null): Promise<void>;
  publishHome(user: string, blocks: readonly CardBlock[]): Promise<void>;
}

export interface SlackApiDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface SlackApiSettings {
  readonly botToken: string;
  /** Where the Web API is; Slack's own if it is not given. */
  readonly apiUrl?: string | undefined;
  /** How requests leave; Node's own if it is not given. */
  readonly fetch?: typeof fetch;
}

const LIST_PAGE = 1000;
const LIST_PAGES = 20;

/** One call, one attempt, a limit on its time: retries belong to the jobs. Throws SlackFault. */
export const createSlackApi = (deps: SlackApiDeps, settings: SlackApiSettings): SlackApi => {
  const send = settings.fetch ?? fetch;
  const client = new webApi.WebClient(settings.botToken, {
    ...(settings.apiUrl === undefined ? {} : { slackApiUrl: settings.apiUrl }),
    timeout: REQUEST_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: createBoltLogger(deps.logger),
    fetch: send,
  });

  const call = async <T>(method: Method, run: () => Promise<T>): Promise<T> => {
    const startedAt = deps.clock.now().getTime();
    const count = (outcome: string): void => {
      if (!WRITES.has(method)) return;
      deps.metrics.increment('sentinel_slack_writes_total', { method, outcome });
      deps.metrics.observe('sentinel_slack_write_seconds', (deps.clock.now().getTime() - startedAt) / SECOND_MS, {
        method,
      });
    };
    try {
      const result = await run();
      count('ok');
      return result;
    } catch (error) {
      const fault = toSlackFault(error, method);
      count(fault.code);
      throw fault;
    }
  };

  return {
    verifyToken: async () => {
      await call('auth.test', () => client.auth.test());
    },

    postMessage: (to, message) =>
      call('chat.postMessage', async () => {
        const { ts } = await client.chat.postMessage({
          channel: to.channel,
          ...(to.threadTs === null ? {} : { thread_ts: to.threadTs }),
          text: message.text,
          blocks: [...message.blocks],
          unfurl_links: false,
          unfurl_media: false,
        });
        return { ts: present(ts, 'chat.postMessage') };
      }),

    postEphemeral: async (to, message) => {
      await call('chat.postEphemeral', () =>
        client.chat.postEphemeral({
          channel: to.channel,
          user: to.user,
          ...(to.threadTs === null ? {} : { thread_ts: to.threadTs }),
          text: message.text,
          blocks: [...message.blocks],
        }),
      );
    },

    readPermalink: (at) =>
      call('chat.getPermalink', async () => {
        const { permalink } = await client.chat.getPermalink({ channel: at.channel, message_ts: at.ts });
        return present(permalink, 'chat.getPermalink');
      }),

    updateMessage: async (at, message) => {
      await call('chat.update', () =>
        client.chat.update({ channel: at.channel, ts: at.ts, text: message.text, blocks: [...message.blocks] }),
      );
    },

    readMessages: async (from, cursor, limit) => {
      const page = { channel: from.channel, oldest: from.oldest, limit, ...(cursor === null ? {} : { cursor }) };
      const { threadTs } = from;
      const answer =
        threadTs === null
          ? await call('conversations.history', () => client.conversations.history(page))
          : await call('conversations.replies', () => client.conversations.replies({ ...page, ts: threadTs }));
      const next = answer.response_metadata?.next_cursor;
      return {
        messages: (answer.messages ?? []).flatMap(({ ts, blocks }) =>
          ts === undefined ? [] : [{ ts, blockIds: (blocks ?? []).flatMap((block) => block.block_id ?? []) }],
        ),
        nextCursor: next === undefined || next === '' ? null : next,
      };
    },

    startUpload: (file) =>
      call('files.getUploadURLExternal', async () => {
        const answer = await client.files.getUploadURLExternal({
          filename: file.name,
          length: file.bytes,
          alt_text: file.altText,
        });
        return {
          fileId: present(answer.file_id, 'files.getUploadURLExternal'),
          url: present(answer.upload_url, 'files.getUploadURLExternal'),
        };
      }),

    sendBytes: async (url, bytes) => {
      const response = await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: Buffer.from(bytes),
        signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
      }).catch((error: unknown) => {
        throw toSlackFault(error, 'upload');
      });
      await response.arrayBuffer().catch(() => undefined);
      if (!response.ok) throw toResponseFault(response, 'upload');
    },

    completeUpload: async (file, share) => {
      const files: [{ id: string; title: string }] = [{ id: file.fileId, title: file.title }];
      await call('files.completeUploadExternal', () =>
        client.files.completeUploadExternal(share === null ? { files } : { files, ...sharedTo(share) }),
      );
    },

    deleteFile: async (fileId) => {
      await call('files.delete', () => client.files.delete({ file: fileId }));
    },

    readFile: (fileId) =>
      call('files.info', async () => {
        const { file } = await client.files.info({ file: fileId });
        const isProcessed = file?.mimetype !== undefined && file.mimetype !== '';
        return { permalink: isProcessed ? (file.permalink ?? null) : null };
      }),

    readUser: (user) =>
      call('users.info', async () => {
        const answer = await client.users.info({ user });
        const found = present(answer.user, 'users.info');
        const isGuest = found.is_restricted === true || found.is_ultra_restricted === true || isStranger(found);
        return { isGuest, timeZone: found.tz ?? null };
      }),

    readChannel: (channel) =>
      call('conversations.info', async () => {
        const answer = await client.conversations.info({ channel });
        const found = present(answer.channel, 'conversations.info');
        return { isExternallyShared: found.is_ext_shared === true || found.is_pending_ext_shared === true };
      }),

    findChannel: async (name) => {
      let cursor = '';
      for (let page = 0; page < LIST_PAGES; page += 1) {
        const from = cursor === '' ? {} : { cursor };
        const answer = await call('conversations.list', () =>
          client.conversations.list({
            types: 'public_channel,private_channel',
            exclude_archived: true,
            limit: LIST_PAGE,
            ...from,
          }),
        );
        const found = (answer.channels ?? []).find((channel) => channel.name === name);
        if (found?.id !== undefined) return found.id;
        cursor = answer.response_metadata?.next_cursor ?? '';
        if (cursor === '') return null;
      }
      return null;
    },

    openDirectMessage: (user) =>
      call('conversations.open', async () => {
        const { channel } = await client.conversations.open({ users: user });
        return present(channel?.id, 'conversations.open');
      }),

    openView: async (triggerId, view) => {
      await call('views.open', () => client.views.open({ trigger_id: triggerId, view }));
    },

    respond: async (responseUrl, message, threadTs) => {
      const response = await send(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          response_type: 'ephemeral',
          replace_original: false,
          text: message.text,
          blocks: message.blocks,
          ...(threadTs === null ? {} : { thread_ts: threadTs }),
        }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      }).catch((error: unknown) => {
        throw toSlackFault(error, 'response');
      });
      await response.arrayBuffer().catch(() => undefined);
      if (!response.ok) throw toResponseFault(response, 'response');
    },

    publishHome: async (user, blocks) => {
      await call('views.publish', () =>
        client.views.publish({ user_id: user, view: { type: 'home', blocks: [...blocks] } }),
      );
    },
  };
};

const sharedTo = (share: {
  readonly channel: string;
  readonly threadTs: string | null;
  readonly comment?: string;
}) => ({
  channel_id: share.channel,
  ...(share.comment === undefined ? {} : { initial_comment: share.comment }),
  ...(share.threadTs === null ? {} : { thread_ts: share.threadTs }),
});

const isStranger = (user: object): boolean => 'is_stranger' in user && user.is_stranger === true;

// An answer without what its documentation promises is a fault of Slack's, and what was done is open.
const present = <T>(value: T | undefined, method: string): T => {
  if (value === undefined) throw toSlackFault(new Error(`${method} answered without what it promises`), method);
  return value;
};
