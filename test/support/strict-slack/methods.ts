import { Refusal, type StrictChannel, type StrictMessage, type World } from './world.ts';

type Args = Readonly<Record<string, unknown>>;

interface Method {
  /** One of them is enough. */
  readonly scopes: readonly string[];
  readonly perform: (world: World, args: Args) => Record<string, unknown>;
}

const text = (args: Args, name: string): string => {
  const value = args[name];
  if (typeof value !== 'string' || value === '') throw new Refusal(`invalid_arguments`);
  return value;
};

const optional = (args: Args, name: string): string | null => {
  const value = args[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

const channelOf = (world: World, args: Args): StrictChannel => {
  const channel = world.channels.get(text(args, 'channel'));
  if (channel === undefined) throw new Refusal('channel_not_found');
  return channel;
};

const writableChannel = (world: World, args: Args): StrictChannel => {
  const channel = channelOf(world, args);
  if (channel.isArchived) throw new Refusal('is_archived');
  if (!channel.isMember) throw new Refusal('not_in_channel');
  return channel;
};

/** Ever later, as Slack's are, also on a clock that stands still. */
export const nextTs = (world: World): string => {
  const micros = Math.max(world.clock.now().getTime() * 1000, world.lastTs + 1);
  world.lastTs = micros;
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
};

const blocksOf = (world: World, args: Args): readonly Record<string, unknown>[] => {
  if (world.check({ text: args['text'], blocks: args['blocks'] }).length > 0) throw new Refusal('invalid_blocks');
  const blocks = (args['blocks'] ?? []) as readonly Record<string, unknown>[];
  for (const block of blocks) {
    const file = block['slack_file'] as { id?: string } | undefined;
    if (file?.id === undefined) continue;
    const found = world.files.get(file.id);
    if (found === undefined || !found.isCompleted || found.infosUntilProcessed > 0) throw new Refusal('invalid_blocks');
  }
  return blocks.map((block, index) => ({ block_id: `slack${index}`, ...block }));
};

const requireNoUnfurling = (args: Args): void => {
  if (args['unfurl_links'] !== 'false' || args['unfurl_media'] !== 'false') throw new Refusal('links_would_unfurl');
};

const page = (messages: readonly StrictMessage[], args: Args): Record<string, unknown> => {
  const oldest = Number(optional(args, 'oldest') ?? '0');
  const limit = Number(optional(args, 'limit') ?? '100');
  const from = Number(optional(args, 'cursor') ?? '0');
  const newestFirst = messages.filter((message) => Number(message.ts) > oldest).toReversed();
  const shown = newestFirst.slice(from, from + limit);
  const hasMore = from + limit < newestFirst.length;
  return {
    messages: shown.map(({ ts, text: said, blocks }) => ({ type: 'message', ts, text: said, blocks })),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? String(from + limit) : '' },
  };
};

export const METHODS = {
  'auth.test': { scopes: [], perform: () => ({ user_id: 'U0SENTINEL' }) },
  'chat.postMessage': {
    scopes: ['chat:write'],
    perform: (world, args) => {
      const channel = writableChannel(world, args);
      requireNoUnfurling(args);
      const threadTs = optional(args, 'thread_ts');
      if (threadTs !== null && !channel.messages.some((message) => message.ts === threadTs)) {
        throw new Refusal('thread_not_found');
      }
      const message = {
        ts: nextTs(world),
        threadTs,
        text: text(args, 'text'),
        blocks: blocksOf(world, args),
        editedTimes: 0,
      };
      channel.messages.push(message);
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.postEphemeral': {
    scopes: ['chat:write'],
    perform: (world, args) => {
      const channel = writableChannel(world, args);
      const blocks = blocksOf(world, args);
      world.ephemerals.push({
        channel: channel.id,
        user: text(args, 'user'),
        threadTs: optional(args, 'thread_ts'),
        text: text(args, 'text'),
        blocks,
      });
      return { message_ts: nextTs(world) };
    },
  },
  'chat.update': {
    scopes: ['chat:write'],
    perform: (world, args) => {
      const channel = writableChannel(world, args);
      const message = channel.messages.find(({ ts }) => ts === text(args, 'ts'));
      if (message === undefined) throw new Refusal('message_not_found');
      message.blocks = blocksOf(world, args);
      message.text = text(args, 'text');
      message.editedTimes += 1;
      return { channel: channel.id, ts: message.ts };
    },
  },
  'conversations.history': {
    scopes: ['channels:history'],
    perform: (world, args) =>
      page(
        channelOf(world, args).messages.filter(({ threadTs }) => threadTs === null),
        args,
      ),
  },
  'conversations.replies': {
    scopes: ['channels:history'],
    perform: (world, args) => {
      const parent = text(args, 'ts');
      const thread = channelOf(world, args).messages.filter(({ ts, threadTs }) => ts === parent || threadTs === parent);
      if (thread.length === 0) throw new Refusal('thread_not_found');
      return page(thread, args);
    },
  },
  'conversations.info': {
    scopes: ['channels:read'],
    perform: (world, args) => {
      const channel = channelOf(world, args);
      return { channel: { id: channel.id, name: channel.name, is_ext_shared: channel.isExternallyShared } };
    },
  },
  'conversations.list': {
    scopes: ['channels:read'],
    perform: (world) => ({
      channels: [...world.channels.values()].map(({ id, name }) => ({ id, name })),
      response_metadata: { next_cursor: '' },
    }),
  },
  'files.getUploadURLExternal': {
    scopes: ['files:write'],
    perform: (world, args) => {
      const id = `F${String(world.files.size + 1).padStart(8, '0')}`;
      world.files.set(id, {
        id,
        name: text(args, 'filename'),
        announcedBytes: Number(text(args, 'length')),
        bytes: null,
        isCompleted: false,
        sharedTo: null,
        infosUntilProcessed: world.processingDelay,
      });
      return { file_id: id, upload_url: `${world.baseUrl}/upload/${id}` };
    },
  },
  'files.completeUploadExternal': {
    scopes: ['files:write'],
    perform: (world, args) => {
      const [given] = (args['files'] ?? []) as readonly { id: string }[];
      const file = world.files.get(given?.id ?? '');
      if (!file?.bytes || file.isCompleted) throw new Refusal('file_not_found');
      file.isCompleted = true;
      const channel = optional(args, 'channel_id');
      if (channel !== null) file.sharedTo = { channel, threadTs: text(args, 'thread_ts') };
      return { files: [{ id: file.id }] };
    },
  },
  'files.info': {
    scopes: ['files:read'],
    perform: (world, args) => {
      const file = world.files.get(text(args, 'file'));
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
    scopes: ['users:read'],
    perform: (world, args) => {
      const user = world.users.get(text(args, 'user'));
      if (user === undefined) throw new Refusal('user_not_found');
      return { user };
    },
  },
  'views.publish': {
    scopes: [],
    perform: (world, args) => {
      if (world.checkView(args['view']).length > 0) throw new Refusal('invalid_arguments');
      world.homes.set(text(args, 'user_id'), args['view']);
      return { view: {} };
    },
  },
} as const satisfies Readonly<Record<string, Method>>;

export type MethodName = keyof typeof METHODS;
