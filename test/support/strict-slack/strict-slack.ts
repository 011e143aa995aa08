import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '#kernel/clock.ts';
import { checkMessage, checkView } from './check-message.ts';
import { METHODS, type MethodName, nextTs } from './methods.ts';
import { Refusal, type StrictChannel, type StrictFile, type StrictUser, type World } from './world.ts';

/** What goes wrong with the next call of a method. */
export type Fault =
  /** Slack refuses; nothing is done. */
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'status'; readonly status: number }
  /** Slack does it, and its answer never arrives. */
  | { readonly kind: 'lost-response' }
  /** The request never arrives. */
  | { readonly kind: 'lost-request' }
  /** Slack does it and does not answer until the caller gives up. */
  | { readonly kind: 'hangs' };

export interface Call {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly error: string | null;
}

export interface StrictSlack {
  /** For `slackApiUrl`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly calls: readonly Call[];
  callsOf(method: MethodName): readonly Call[];
  failNext(method: MethodName, ...faults: readonly Fault[]): void;
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
  /** What was sent to response addresses, in order. */
  readonly responses: readonly Record<string, unknown>[];
  readonly ephemerals: World['ephemerals'];
  readonly homes: World['homes'];
  newResponseUrl(): string;
  /** Violations of Slack's limits and of our own rules, of all that arrived. */
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

export interface StrictSlackOptions {
  readonly clock?: Clock;
  readonly dialect?: 'slack' | 'local';
  /** The bot's scopes; all that any method needs by default. */
  readonly scopes?: readonly string[];
}

const BOT_TOKEN = 'xoxb-strict';
const BODY_LIMIT = 5_000_000;

/** Slack's Web API as far as Sentinel uses it, on a port of its own, strict about what it is sent. */
export const startStrictSlack = async (options: StrictSlackOptions = {}): Promise<StrictSlack> => {
  const calls: Call[] = [];
  const faults = new Map<string, Fault[]>();
  const responses: Record<string, unknown>[] = [];
  const problems: string[] = [];
  const scopes = new Set(options.scopes ?? Object.values(METHODS).flatMap((method) => method.scopes));
  const dialect = options.dialect ?? 'slack';
  const world: World = {
    clock: options.clock ?? systemClock,
    baseUrl: '',
    channels: new Map(),
    users: new Map(),
    files: new Map(),
    ephemerals: [],
    homes: new Map(),
    processingDelay: 0,
    lastTs: 0,
    check: (message) => {
      const found = checkMessage(message, { dialect });
      problems.push(...found);
      return found;
    },
    checkView: (view) => {
      const found = checkView(view, { dialect });
      problems.push(...found);
      return found;
    },
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://strict.slack');
    const body = await readBody(request);
    if (pathname.startsWith('/upload/')) {
      const file = world.files.get(pathname.slice('/upload/'.length));
      if (file === undefined || body.byteLength !== file.announcedBytes)
        return send(response, 400, { error: 'bad upload' });
      file.bytes = body;
      return send(response, 200, { ok: true });
    }
    if (pathname.startsWith('/respond/')) {
      const message = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
      if (!['ephemeral', 'in_channel'].includes(String(message['response_type']))) {
        problems.push('a response without an explicit response_type is public');
      }
      world.check(message);
      responses.push(message);
      return send(response, 200, { ok: true });
    }
    await answerMethod(pathname.replace('/api/', ''), request, body, response);
  };

  const answerMethod = async (
    name: string,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> => {
    const args = readArguments(body);
    const fault = faults.get(name)?.shift();
    const note = (error: string | null): void => void calls.push({ method: name, args, error });
    if (fault?.kind === 'lost-request') {
      note('lost-request');
      response.destroy();
      return;
    }
    if (fault?.kind === 'rate-limited') {
      note('ratelimited');
      response.setHeader('retry-after', String(fault.retryAfterSeconds));
      return send(response, 429, { ok: false, error: 'ratelimited' });
    }
    if (fault?.kind === 'status') {
      note(`status ${fault.status}`);
      return send(response, fault.status, '<html>upstream</html>');
    }
    let answer: Record<string, unknown>;
    try {
      if (fault?.kind === 'error') throw new Refusal(fault.error);
      answer = { ok: true, ...perform(name, request, args) };
      note(null);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      note(error.message);
      answer = { ok: false, error: error.message };
    }
    if (fault?.kind === 'lost-response') response.destroy();
    else if (fault?.kind !== 'hangs') send(response, 200, answer);
  };

  const perform = (
    name: string,
    request: IncomingMessage,
    args: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> => {
    const method = METHODS[name as MethodName] as (typeof METHODS)[MethodName] | undefined;
    if (method === undefined) throw new Refusal('unknown_method');
    if (request.headers.authorization !== `Bearer ${BOT_TOKEN}`) throw new Refusal('invalid_auth');
    if (method.scopes.length > 0 && !method.scopes.some((scope) => scopes.has(scope)))
      throw new Refusal('missing_scope');
    return method.perform(world, args);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      problems.push(`the strict Slack itself failed: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  world.baseUrl = `http://127.0.0.1:${port}`;

  return {
    apiUrl: `${world.baseUrl}/api/`,
    botToken: BOT_TOKEN,
    calls,
    callsOf: (method) => calls.filter((call) => call.method === method),
    failNext: (method, ...next) => void faults.set(method, [...(faults.get(method) ?? []), ...next]),
    addChannel: (channel) =>
      void world.channels.set(channel.id, {
        name: 'incidents',
        isMember: true,
        isArchived: false,
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
    responses,
    ephemerals: world.ephemerals,
    homes: world.homes,
    newResponseUrl: () => `${world.baseUrl}/respond/${responses.length}`,
    problems,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
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

/** The Web API takes forms whose values are text, or JSON for what is not. */
const readArguments = (body: Buffer): Readonly<Record<string, unknown>> => {
  const args: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body.toString('utf8'))) {
    args[key] = ['blocks', 'files', 'view'].includes(key) ? (JSON.parse(value) as unknown) : value;
  }
  return args;
};

const send = (response: ServerResponse, status: number, body: unknown): void => {
  response.statusCode = status;
  if (typeof body === 'string') response.end(body);
  else response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
};
