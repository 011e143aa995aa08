import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Clock, systemClock } from '#kernel/clock.ts';
import { checkMessage, checkView } from './check-message.ts';
import { type MethodName, nextTs } from './methods.ts';
import { createRateLimits } from './rate-limits.ts';
import { answerWire, type Call, type Fault, type Target, type WireAnswer, type WireState } from './wire.ts';
import type { StrictChannel, StrictFile, StrictUser, World } from './world.ts';

export type { Call, Fault } from './wire.ts';

export interface StrictSlack {
  /** For `slackApiUrl`. */
  readonly apiUrl: string;
  readonly botToken: string;
  /** The same Slack without a network in between; what would hang times out at once. */
  readonly fetch: typeof fetch;
  readonly calls: readonly Call[];
  callsOf(method: MethodName): readonly Call[];
  failNext(target: Target, ...faults: readonly Fault[]): void;
  /** Every call fails so, until null. */
  failAlways(target: Target, fault: Fault | null): void;
  /** What becomes of every call with the bot's token, e.g. `token_revoked`; null: it is good. */
  setTokenError(error: string | null): void;
  addChannel(channel: Partial<StrictChannel> & { readonly id: string }): void;
  addUser(user: StrictUser): void;
  /** Of a channel, or of a thread in it, oldest first. */
  messages(
    channel: string,
    threadTs?: string,
  ): readonly { ts: string; text: string; blocks: readonly Record<string, unknown>[]; editedTimes: number }[];
  deleteMessage(channel: string, ts: string): void;
  /** What somebody else writes. */
  addMessage(channel: string, text: string): void;
  setChannel(id: string, change: Partial<StrictChannel>): void;
  readonly files: ReadonlyMap<string, StrictFile>;
  /** How many times `files.info` shows no mimetype after an upload. */
  setProcessingDelay(infos: number): void;
  /** From now on no message may show a file, processed or not. */
  refusePictures(): void;
  /** What was sent to response addresses, in order. */
  readonly responses: readonly Record<string, unknown>[];
  readonly ephemerals: World['ephemerals'];
  readonly homes: World['homes'];
  readonly views: World['views'];
  newResponseUrl(): string;
  /** Violations of Slack's limits and of our own rules, of all that arrived. */
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

export interface StrictSlackOptions {
  /** Also what its rate limits go by. */
  readonly clock?: Clock;
  readonly dialect?: 'slack' | 'local';
  /** The bot's scopes; those of manifest.yml by default. */
  readonly scopes?: readonly string[];
  /** Slack's tiers; off where a test is about something else and faster than Slack. */
  readonly isRateLimited?: boolean;
}

const BOT_TOKEN = 'xoxb-strict';
const BODY_LIMIT = 5_000_000;
const MANIFEST = join(import.meta.dirname, '../../../manifest.yml');
const IN_PROCESS = 'http://strict.slack';

const manifestScopes = (): readonly string[] => {
  const manifest = parse(readFileSync(MANIFEST, 'utf8')) as { oauth_config: { scopes: { bot: string[] } } };
  return manifest.oauth_config.scopes.bot;
};

/** Slack as far as Sentinel uses it, strict about what it is sent; reached by its `fetch` alone. */
export const createStrictSlack = (options: StrictSlackOptions = {}): StrictSlack => assemble(options).slack;

/** The same on a port of its own, for other processes and for what only a network does. */
export const startStrictSlack = async (options: StrictSlackOptions = {}): Promise<StrictSlack> => {
  const { slack, state } = assemble(options);
  const server = createServer((request, response) => {
    handle(state, request, response).catch((error: unknown) => {
      state.problems.push(`the strict Slack itself failed: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  state.world.baseUrl = `http://127.0.0.1:${port}`;
  return {
    ...slack,
    apiUrl: `${state.world.baseUrl}/api/`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const assemble = (options: StrictSlackOptions): { readonly slack: StrictSlack; readonly state: WireState } => {
  const problems: string[] = [];
  const next = new Map<string, Fault[]>();
  const always = new Map<string, Fault>();
  const dialect = options.dialect ?? 'slack';
  const clock = options.clock ?? systemClock;
  const kept = (found: readonly string[]): readonly string[] => {
    problems.push(...found);
    return found;
  };
  const world: World = {
    clock,
    baseUrl: IN_PROCESS,
    scopes: new Set(options.scopes ?? manifestScopes()),
    channels: new Map(),
    users: new Map(),
    files: new Map(),
    filesMade: 0,
    responseUrls: new Map(),
    ephemerals: [],
    homes: new Map(),
    views: [],
    processingDelay: 0,
    arePicturesRefused: false,
    lastTs: 0,
    check: (message) => kept(checkMessage(message, { dialect })),
    checkView: (view) => kept(checkView(view, { dialect })),
  };
  const state: WireState = {
    world,
    limits: options.isRateLimited === false ? null : createRateLimits(clock),
    calls: [],
    responses: [],
    problems,
    tokenError: null,
    botToken: BOT_TOKEN,
    nextFault: (target) => next.get(target)?.shift() ?? always.get(target),
  };
  return { state, slack: controls(state, next, always) };
};

const controls = (state: WireState, next: Map<string, Fault[]>, always: Map<string, Fault>): StrictSlack => {
  const { world, calls, responses, problems } = state;
  return {
    apiUrl: `${IN_PROCESS}/api/`,
    botToken: BOT_TOKEN,
    fetch: createFetch(state),
    calls,
    callsOf: (method) => calls.filter((call) => call.method === method),
    failNext: (target, ...faults) => void next.set(target, [...(next.get(target) ?? []), ...faults]),
    failAlways: (target, fault) => void (fault === null ? always.delete(target) : always.set(target, fault)),
    setTokenError: (error) => {
      state.tokenError = error;
    },
    addChannel: (channel) =>
      void world.channels.set(channel.id, {
        name: 'incidents',
        isPrivate: false,
        isMember: true,
        isArchived: false,
        isRestricted: false,
        isExternallyShared: false,
        messages: [],
        ...channel,
      }),
    setChannel: (id, change) => {
      const channel = world.channels.get(id);
      if (channel !== undefined) world.channels.set(id, { ...channel, ...change });
    },
    addUser: (user) => void world.users.set(user.id, user),
    messages: (channel, threadTs) =>
      (world.channels.get(channel)?.messages ?? []).filter((message) =>
        threadTs === undefined ? message.threadTs === null : message.threadTs === threadTs,
      ),
    deleteMessage: (channel, ts) => {
      const messages = world.channels.get(channel)?.messages ?? [];
      messages.splice(0, messages.length, ...messages.filter((message) => message.ts !== ts));
    },
    addMessage: (channel, text) =>
      void world.channels
        .get(channel)
        ?.messages.push({ ts: nextTs(world), threadTs: null, text, blocks: [], editedTimes: 0 }),
    files: world.files,
    setProcessingDelay: (infos) => {
      world.processingDelay = infos;
    },
    refusePictures: () => {
      world.arePicturesRefused = true;
    },
    responses,
    ephemerals: world.ephemerals,
    homes: world.homes,
    views: world.views,
    newResponseUrl: () => {
      const id = randomUUID();
      world.responseUrls.set(id, { madeAt: world.clock.now().getTime(), uses: 0 });
      return `${world.baseUrl}/respond/${id}`;
    },
    problems,
    stop: () => Promise.resolve(),
  };
};

const createFetch =
  (state: WireState): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const answer = answerWire(state, {
      path: new URL(request.url).pathname,
      authorization: request.headers.get('authorization'),
      body: Buffer.from(await request.arrayBuffer()),
    });
    switch (answer.kind) {
      case 'answer':
        return new Response(answer.body, { status: answer.status, headers: answer.headers });
      case 'cut':
      case 'lost':
        throw new TypeError('fetch failed', { cause: new Error('other side closed') });
      case 'silence':
        throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    }
  };

const handle = async (state: WireState, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const path = new URL(request.url ?? '/', IN_PROCESS).pathname;
  const body = await readBody(request);
  send(response, answerWire(state, { path, authorization: request.headers.authorization ?? null, body }));
};

const send = (response: ServerResponse, answer: WireAnswer): void => {
  switch (answer.kind) {
    case 'answer':
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.body.length * 2 });
      response.write(answer.body, () => response.destroy());
      return;
    case 'lost':
      response.destroy();
      return;
    case 'silence':
  }
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
