import { type Logger as BoltLogger, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { SECOND_MS } from '#kernel/duration.ts';

export interface SocketConnection {
  readonly receiver: Receiver;
  isConnected(): boolean;
}

export interface ConnectionSettings {
  readonly appToken: string;
  readonly apiUrl?: string | undefined;
  readonly requestTimeoutMs: number;
}

// However long Slack is away, the connection comes back by itself.
const RECONNECT = {
  forever: true,
  unref: true,
  retries: 6,
  factor: 2,
  minTimeout: SECOND_MS,
  maxTimeout: 30 * SECOND_MS,
};

/** Requests over a WebSocket that Sentinel opens: nothing of Sentinel's needs to be reachable from outside. */
export const createSocketConnection = (settings: ConnectionSettings, logger: BoltLogger): SocketConnection => {
  const receiver = new SocketModeReceiver({
    appToken: settings.appToken,
    logger,
    installerOptions: {
      clientOptions: {
        ...(settings.apiUrl === undefined ? {} : { slackApiUrl: settings.apiUrl }),
        timeout: settings.requestTimeoutMs,
        retryConfig: RECONNECT,
      },
    },
  });
  let isConnected = false;
  receiver.client.on('connected', () => {
    isConnected = true;
  });
  for (const lost of ['close', 'disconnecting', 'disconnected', 'reconnecting']) {
    receiver.client.on(lost, () => {
      isConnected = false;
    });
  }
  return { receiver, isConnected: () => isConnected };
};
