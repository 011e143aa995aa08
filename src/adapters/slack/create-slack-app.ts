import { App, type Logger as BoltLogger, type Receiver } from '@slack/bolt';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { Database } from '#database/state-store.ts';
import type { ChartRenderer } from '#ports/chart-renderer.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { createBoltLogger } from './bolt-logger.ts';
import type { Dialect } from './dialect.ts';
import { createChannelFinder } from './find-channel.ts';
import { createAccessGuard } from './listeners/access-guard.ts';
import { registerIncidentButtons } from './listeners/actions/incident-buttons.ts';
import { registerQueryButtons } from './listeners/actions/query-buttons.ts';
import { registerSentinelButtons } from './listeners/actions/sentinel-buttons.ts';
import { registerTraceButtons } from './listeners/actions/trace-buttons.ts';
import { registerSentinelCommand } from './listeners/commands/sentinel-command.ts';
import { registerAppHomeOpened } from './listeners/events/app-home-opened.ts';
import { registerAppMention } from './listeners/events/app-mention.ts';
import type { ListenerDeps, SlackCommands } from './listeners/listener-deps.ts';
import { createTurns } from './listeners/turns.ts';
import { registerEditQuery } from './listeners/views/edit-query.ts';
import { remember } from './remember.ts';
import { REQUEST_TIMEOUT_MS, type SlackApi } from './slack-api.ts';
import { toSlackFault } from './slack-faults.ts';
import { createHttpConnection, type SlackAnswer, type SlackRequest } from './http-connection.ts';
import { createSocketConnection } from './socket-connection.ts';
import { createTokenCheck, type TokenCheck } from './token-check.ts';

export interface SlackAppDeps {
  readonly commands: SlackCommands;
  readonly slack: SlackApi;
  readonly chartRenderer: ChartRenderer;
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Instead of what the settings say about how requests arrive. */
  readonly receiver?: Receiver;
}

export interface SlackAppSettings {
  readonly connection:
    | { readonly kind: 'socket'; readonly appToken: string }
    | { readonly kind: 'http'; readonly signingSecret: string };
  readonly botToken: string;
  readonly apiUrl?: string | undefined;
  /** The incident channel: an id, or "#name". */
  readonly channel: string;
  readonly dialect: Dialect;
  readonly allowGuests: boolean;
  readonly allowExternalChannels: boolean;
}

export interface SlackEndpoint {
  readonly path: string;
  readonly maxBodyBytes: number;
  answer(request: SlackRequest): Promise<SlackAnswer>;
}

export interface SlackApp {
  /**
   * Connects; without Slack it keeps trying in the background. Throws AppError `configuration` if
   * Slack does not accept a token.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The socket is open; where requests arrive over HTTP, Slack has taken the token once. */
  isConnected(): boolean;
  /** What Slack has against the token, for people; null for nothing. */
  refusal(): string | null;
  /** For whoever serves HTTP; null where requests arrive by a socket. */
  readonly endpoint: SlackEndpoint | null;
}

/** Of events, commands and interactions alike: the request URLs of docs/slack.md. */
export const REQUEST_PATH = '/slack/events';
// Well above the largest view with its state; what is larger is not Slack's.
const REQUEST_BODY_LIMIT = 1_000_000;
// Of people and channels: a guest or a partner's channel is told apart within five minutes.
const REMEMBERED = { forMs: 5 * MINUTE_MS, most: 1000 } as const;
const CONNECT_WAIT_MS = 10 * SECOND_MS;
const STOP_WAIT_MS = 2 * SECOND_MS;

/** Commands, buttons, mentions and the Home tab. */
export const createSlackApp = (deps: SlackAppDeps, settings: SlackAppSettings): SlackApp => {
  const logger = createBoltLogger(deps.logger);
  const clientOptions = {
    ...(settings.apiUrl === undefined ? {} : { slackApiUrl: settings.apiUrl }),
    timeout: REQUEST_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // Answers to a response address have no limit of their own.
    fetch: fetchWithin(REQUEST_TIMEOUT_MS),
  };
  const tokenCheck = createTokenCheck(deps);
  const connection = openConnection(deps, settings, tokenCheck, logger);
  const app = new App({
    receiver: connection.receiver,
    logger,
    clientOptions,
    convoStore: false,
    authorize: () => Promise.resolve({ botToken: settings.botToken }),
  });
  app.error((error) => {
    deps.logger.error({ code: error.code, err: error }, 'A Slack listener failed');
    return Promise.resolve();
  });

  const readUser = remember(deps, REMEMBERED, deps.slack.readUser);
  const readChannel = remember(deps, REMEMBERED, deps.slack.readChannel);
  const listenerDeps: ListenerDeps = {
    commands: deps.commands,
    db: deps.db,
    slack: deps.slack,
    chartRenderer: deps.chartRenderer,
    access: createAccessGuard({ readUser, readChannel, logger: deps.logger }, settings),
    readUser,
    clock: deps.clock,
    logger: deps.logger,
    metrics: deps.metrics,
    nextTurn: createTurns(),
    settings: { dialect: settings.dialect, findChannel: createChannelFinder(deps.slack, settings.channel).find },
  };
  registerSentinelCommand(app, listenerDeps);
  registerIncidentButtons(app, listenerDeps);
  registerSentinelButtons(app, listenerDeps);
  registerTraceButtons(app, listenerDeps);
  registerQueryButtons(app, listenerDeps);
  registerEditQuery(app, listenerDeps);
  registerAppMention(app, listenerDeps);
  registerAppHomeOpened(app, listenerDeps);

  return {
    start: async () => {
      await tokenCheck.start();
      await connect(deps, app);
    },
    stop: async () => {
      tokenCheck.stop();
      await within(STOP_WAIT_MS, app.stop());
    },
    isConnected: connection.isConnected,
    refusal: tokenCheck.refusal,
    endpoint: connection.endpoint,
  };
};

interface Connection {
  readonly receiver: Receiver;
  isConnected(): boolean;
  readonly endpoint: SlackEndpoint | null;
}

const openConnection = (
  deps: SlackAppDeps,
  settings: SlackAppSettings,
  tokenCheck: Pick<TokenCheck, 'isAccepted'>,
  logger: BoltLogger,
): Connection => {
  if (deps.receiver !== undefined) return { receiver: deps.receiver, isConnected: () => true, endpoint: null };
  if (settings.connection.kind === 'http') {
    const { receiver, answer } = createHttpConnection(deps, settings.connection);
    const endpoint = { path: REQUEST_PATH, maxBodyBytes: REQUEST_BODY_LIMIT, answer };
    return { receiver, isConnected: tokenCheck.isAccepted, endpoint };
  }
  const { appToken } = settings.connection;
  const socket = createSocketConnection(
    { appToken, apiUrl: settings.apiUrl, requestTimeoutMs: REQUEST_TIMEOUT_MS },
    logger,
  );
  return { ...socket, endpoint: null };
};

const connect = async (deps: SlackAppDeps, app: App): Promise<void> => {
  const connected = Promise.resolve(app.start()).catch((error: unknown) => {
    throw toSlackFault(error, 'apps.connections.open');
  });
  const outcome = await within(CONNECT_WAIT_MS, connected);
  if (outcome === 'done') return;
  deps.logger.warn({}, 'Slack is not connected yet; Sentinel keeps trying');
  connected.catch((error: unknown) => deps.logger.error({ err: error }, 'Slack refused the connection'));
};

const within = async (ms: number, work: Promise<unknown>): Promise<'done' | 'too-late'> => {
  const limit = Promise.withResolvers<'too-late'>();
  const timer = setTimeout(() => limit.resolve('too-late'), ms);
  try {
    return await Promise.race([work.then(() => 'done' as const), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const fetchWithin =
  (ms: number): typeof fetch =>
  (input, init) =>
    fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(ms) });
