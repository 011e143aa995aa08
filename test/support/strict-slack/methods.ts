import type { Args, Signature } from './arguments.ts';
import type { Tier } from './rate-limits.ts';
import { LIMITS } from './block-limits.ts';
import { textLengthOf } from './check-blocks.ts';
import { Refusal, type StrictChannel, type StrictMessage, type World } from './world.ts';

interface Method {
  readonly tier: Tier;
  /** One of them is enough to call it; what it may read can need a certain one. */
  readonly scopes: readonly string[];
  readonly takes: Signature;
  readonly perform: (world: World, args: Args) => Record<string, unknown>;
}

const textOf = (args: Args, name: string): string => String(args[name] ?? '');
const optional = (args: Args, name: string): string | null => (args[name] === undefined ? null : textOf(args, name));

export const requireScope = (world: World, scopes: readonly string[]): void => {
  if (scopes.length === 0 || scopes.some((scope) => world.scopes.has(scope))) return;
  const provided = [...world.scopes].join(',');
  throw new Refusal('missing_scope', null, { needed: scopes.join(','), provided });
};

const channelOf = (world: World, args: Args): StrictChannel => {
  const channel = world.channels.get(textOf(args, 'channel'));
  // What the bot may not see does not exist for it.
  if (channel === undefined || (channel.isPrivate && !channel.isMember)) throw new Refusal('channel_not_found');
  return channel;
};

const writableChannel = (world: World, args: Args): StrictChannel => {
  const channel = channelOf(world, args);
  if (channel.isArchived) throw new Refusal('is_archived');
  if (!channel.isMember) throw new Refusal('not_in_channel');
  if (channel.isRestricted) throw new Refusal('restricted_action');
  return channel;
};

const readableChannel = (world: World, args: Args, what: 'history' | 'read'): StrictChannel => {
  const channel = channelOf(world, args);
  const kind = channel.id.startsWith('D') ? 'im' : channel.isPrivate ? 'groups' : 'channels';
  requireScope(world, [`${kind}:${what}`]);
  if (what === 'history' && !channel.isMember) throw new Refusal('not_in_channel');
  return channel;
};

/** Ever later, as Slack's are, also on a clock that stands still. */
export const nextTs = (world: World): string => {
  const micros = Math.max(world.clock.now().getTime() * 1000, world.lastTs + 1);
  world.lastTs = micros;
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
};

/** The same of a post, an edit and an answer to a response address. */
export const wordsOf = (args: Args): string => {
  const said = textOf(args, 'text');
  if (said === '' && args['blocks'] === undefined) throw new Refusal('no_text');
  if (said.length > LIMITS.text) throw new Refusal('msg_too_long');
  return said;
};

export const blocksOf = (world: World, args: Args): readonly Record<string, unknown>[] => {
  if (textLengthOf(args['blocks']) > LIMITS.blocksText) throw new Refusal('msg_blocks_too_long');
  const problems = world.check({ text: args['text'], blocks: args['blocks'] });
  if (problems.length > 0) throw new Refusal('invalid_blocks', problems.join('; '));
  const blocks = (args['blocks'] ?? []) as readonly Record<string, unknown>[];
  for (const block of blocks) {
    const file = block['slack_file'] as { id?: string } | undefined;
    if (file?.id === undefined) continue;
    const found = world.files.get(file.id);
    if (found === undefined || !found.isCompleted || found.infosUntilProcessed > 0 || world.arePicturesRefused) {
      throw new Refusal('invalid_blocks', 'invalid slack file');
    }
  }
  return blocks.map((block, index) => ({ block_id: `slack${index}`, ...block }));
};

const requireNoUnfurling = (args: Args): void => {
  if (args['unfurl_links'] !== 'false' || args['unfurl_media'] !== 'false') throw new Refusal('links_would_unfurl');
};

const PAGE_LIMIT = 999;

const page = (messages: readonly StrictMessage[], args: Args): Record<string, unknown> => {
  const oldest = Number(optional(args, 'oldest') ?? '0');
  const limit = Number(optional(args, 'limit') ?? '100');
  if (limit < 1 || limit > PAGE_LIMIT) throw new Refusal('invalid_limit');
  const cursor = optional(args, 'cursor') ?? '0';
  if (!/^\d+$/.test(cursor)) throw new Refusal('invalid_cursor');
  const from = Number(cursor);
  const newestFirst = messages.filter((message) => Number(message.ts) > oldest).toReversed();
  const shown = newestFirst.slice(from, from + limit);
  const hasMore = from + limit < newestFirst.length;
  return {
    messages: shown.map(({ ts, text: said, blocks }) => ({ type: 'message', ts, text: said, blocks })),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? String(from + limit) : '' },
  };
};

const MESSAGE = { text: 'text', blocks: 'blocks' } as const;
const PAGING = { cursor: 'text', limit: 'count', oldest: 'moment', latest: 'moment', inclusive: 'flag' } as const;

export const METHODS = {
  'auth.test': {
    tier: 'generous',
    scopes: [],
    takes: { required: {} },
    perform: () => ({ user_id: 'U0SENTINEL' }),
  },
  'chat.getPermalink': {
    tier: 'generous',
    scopes: [],
    takes: { required: { channel: 'text', message_ts: 'ts' } },
    perform: (world, args) => {
      const channel = channelOf(world, args);
      const ts = textOf(args, 'message_ts');
      if (!channel.messages.some((message) => message.ts === ts)) throw new Refusal('message_not_found');
      return { channel: channel.id, permalink: `${world.baseUrl}/archives/${channel.id}/p${ts.replace('.', '')}` };
    },
  },
  'chat.postMessage': {
    tier: 'per-channel',
    scopes: ['chat:write'],
    takes: {
      required: { channel: 'text' },
      optional: { ...MESSAGE, thread_ts: 'ts', reply_broadcast: 'flag', unfurl_links: 'flag', unfurl_media: 'flag' },
    },
    perform: (world, args) => {
      const channel = writableChannel(world, args);
      requireNoUnfurling(args);
      const threadTs = optional(args, 'thread_ts');
      if (threadTs !== null && !channel.messages.some((message) => message.ts === threadTs)) {
        throw new Refusal('thread_not_found');
      }
      const said = wordsOf(args);
      const message = { ts: nextTs(world), threadTs, text: said, blocks: blocksOf(world, args), editedTimes: 0 };
      channel.messages.push(message);
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.postEphemeral': {
    tier: 'tier-4',
    scopes: ['chat:write'],
    takes: { required: { channel: 'text', user: 'text' }, optional: { ...MESSAGE, thread_ts: 'ts' } },
    perform: (world, args) => {
      const channel = writableChannel(world, args);
      const said = wordsOf(args);
      const blocks = blocksOf(world, args);
      world.ephemerals.push({
        channel: channel.id,
        user: textOf(args, 'user'),
        threadTs: optional(args, 'thread_ts'),
        text: said,
        blocks,
      });
      return { message_ts: nextTs(world) };
    },
  },
  'chat.update': {
    tier: 'tier-3',
    scopes: ['chat:write'],
    takes: { required: { channel: 'text', ts: 'ts' }, optional: MESSAGE },
    perform: (world, args) => {
      const channel = writableChannel(world, args);
      const message = channel.messages.find(({ ts }) => ts === textOf(args, 'ts'));
      if (message === undefined) throw new Refusal('message_not_found');
      const said = wordsOf(args);
      message.blocks = blocksOf(world, args);
      message.text = said;
      message.editedTimes += 1;
      return { channel: channel.id, ts: message.ts };
    },
  },
  'conversations.history': {
    tier: 'tier-3',
    scopes: ['channels:history', 'groups:history'],
    takes: { required: { channel: 'text' }, optional: PAGING },
    perform: (world, args) =>
      page(
        readableChannel(world, args, 'history').messages.filter(({ threadTs }) => threadTs === null),
        args,
      ),
  },
  'conversations.replies': {
    tier: 'tier-3',
    scopes: ['channels:history', 'groups:history'],
    takes: { required: { channel: 'text', ts: 'ts' }, optional: PAGING },
    perform: (world, args) => {
      const parent = textOf(args, 'ts');
      const { messages } = readableChannel(world, args, 'history');
      const thread = messages.filter(({ ts, threadTs }) => ts === parent || threadTs === parent);
      if (thread.length === 0) throw new Refusal('thread_not_found');
      return page(thread, args);
    },
  },
  'conversations.info': {
    tier: 'tier-3',
    scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
    takes: { required: { channel: 'text' }, optional: { include_num_members: 'flag' } },
    perform: (world, args) => {
      const { id, name, isExternallyShared, isArchived } = readableChannel(world, args, 'read');
      return { channel: { id, name, is_ext_shared: isExternallyShared, is_archived: isArchived } };
    },
  },
  'conversations.list': {
    tier: 'tier-2',
    scopes: ['channels:read', 'groups:read'],
    takes: {
      required: {},
      optional: { types: 'text', exclude_archived: 'flag', limit: 'count', cursor: 'text' },
    },
    perform: (world, args) => {
      const types = (optional(args, 'types') ?? 'public_channel').split(',');
      if (types.includes('private_channel')) requireScope(world, ['groups:read']);
      const seen = [...world.channels.values()].filter(
        (channel) =>
          types.includes(channel.isPrivate ? 'private_channel' : 'public_channel') &&
          (channel.isMember || !channel.isPrivate) &&
          !(channel.isArchived && args['exclude_archived'] === 'true'),
      );
      return { channels: seen.map(({ id, name }) => ({ id, name })), response_metadata: { next_cursor: '' } };
    },
  },
  'conversations.open': {
    tier: 'tier-3',
    scopes: ['im:write'],
    takes: { required: { users: 'text' }, optional: { return_im: 'flag', prevent_creation: 'flag' } },
    perform: (world, args) => {
      const user = textOf(args, 'users');
      if (!world.users.has(user)) throw new Refusal('user_not_found');
      const id = `D${user.slice(1)}`;
      const channel = { id, name: 'direct', isPrivate: true, isMember: true, isArchived: false };
      if (!world.channels.has(id)) {
        world.channels.set(id, { ...channel, isRestricted: false, isExternallyShared: false, messages: [] });
      }
      return { channel: { id } };
    },
  },
  'files.getUploadURLExternal': {
    tier: 'tier-4',
    scopes: ['files:write'],
    takes: { required: { filename: 'text', length: 'count' }, optional: { alt_text: 'text' } },
    perform: (world, args) => {
      const id = `F${String((world.filesMade += 1)).padStart(8, '0')}`;
      world.files.set(id, {
        id,
        name: textOf(args, 'filename'),
        announcedBytes: Number(textOf(args, 'length')),
        bytes: null,
        isCompleted: false,
        sharedTo: null,
        infosUntilProcessed: world.processingDelay,
      });
      return { file_id: id, upload_url: `${world.baseUrl}/upload/${id}` };
    },
  },
  'files.completeUploadExternal': {
    tier: 'tier-4',
    scopes: ['files:write'],
    takes: { required: { files: 'list' }, optional: { channel_id: 'text', thread_ts: 'ts', initial_comment: 'text' } },
    perform: (world, args) => {
      const [given] = args['files'] as readonly { id: string }[];
      const file = world.files.get(given?.id ?? '');
      if (!file?.bytes || file.isCompleted) throw new Refusal('file_not_found');
      const id = optional(args, 'channel_id');
      if (id !== null) {
        writableChannel(world, { channel: id });
        file.sharedTo = {
          channel: id,
          threadTs: optional(args, 'thread_ts'),
          comment: optional(args, 'initial_comment'),
        };
      }
      file.isCompleted = true;
      return { files: [{ id: file.id }] };
    },
  },
  'files.delete': {
    tier: 'tier-3',
    scopes: ['files:write'],
    takes: { required: { file: 'text' } },
    perform: (world, args) => {
      if (!world.files.delete(textOf(args, 'file'))) throw new Refusal('file_not_found');
      return {};
    },
  },
  'files.info': {
    tier: 'tier-4',
    scopes: ['files:read'],
    takes: { required: { file: 'text' } },
    perform: (world, args) => {
      const file = world.files.get(textOf(args, 'file'));
      if (file === undefined || !file.isCompleted) throw new Refusal('file_not_found');
      const isProcessed = file.infosUntilProcessed === 0;
      if (!isProcessed) file.infosUntilProcessed -= 1;
      return {
        file: {
          id: file.id,
          mimetype: isProcessed ? 'image/png' : '',
          permalink: `${world.baseUrl}/files/${file.id}.png`,
        },
      };
    },
  },
  'users.info': {
    tier: 'tier-4',
    scopes: ['users:read'],
    takes: { required: { user: 'text' }, optional: { include_locale: 'flag' } },
    perform: (world, args) => {
      const user = world.users.get(textOf(args, 'user'));
      if (user === undefined) throw new Refusal('user_not_found');
      return { user };
    },
  },
  'views.open': {
    tier: 'tier-4',
    scopes: [],
    takes: { required: { trigger_id: 'text', view: 'object' } },
    perform: (world, args) => {
      const problems = world.checkView(args['view']);
      if (problems.length > 0) throw new Refusal('invalid_arguments', problems.join('; '));
      world.views.push(args['view']);
      return { view: {} };
    },
  },
  'views.publish': {
    tier: 'tier-4',
    scopes: [],
    takes: { required: { user_id: 'text', view: 'object' }, optional: { hash: 'text' } },
    perform: (world, args) => {
      const problems = world.checkView(args['view']);
      if (problems.length > 0) throw new Refusal('invalid_arguments', problems.join('; '));
      world.homes.set(textOf(args, 'user_id'), args['view']);
      return { view: {} };
    },
  },
} as const satisfies Readonly<Record<string, Method>>;

export type MethodName = keyof typeof METHODS;
