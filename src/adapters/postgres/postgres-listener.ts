import pg from 'pg';
import { withStateFaults } from '#database/state-fault.ts';
import type { Logger } from '#ports/logger.ts';

export interface PostgresListener {
  /** Resolves once the server listens. Calls back as well after each reconnection, since something may have been missed. */
  listen(channel: string, onNotify: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const RECONNECT_MS = { first: 500, most: 30_000 } as const;

/** One connection of its own for all LISTENs, opened at the first and reopened whenever it is lost. */
export const createPostgresListener = (
  deps: { readonly logger: Logger },
  createClient: () => pg.Client,
): PostgresListener => {
  const callbacks = new Map<string, Set<() => void>>();
  let client: Promise<pg.Client> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;
  let isClosed = false;

  const connect = async (): Promise<pg.Client> => {
    const opened = createClient();
    // Without a listener a lost connection would end the process.
    opened.on('error', (error) => deps.logger.warn({ err: error }, 'The connection for notifications was lost'));
    opened.on('notification', ({ channel }) => {
      for (const callback of callbacks.get(channel) ?? []) callback();
    });
    await opened.connect();
    for (const channel of callbacks.keys()) await opened.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    opened.on('end', reconnectLater);
    failures = 0;
    return opened;
  };

  const open = (): Promise<pg.Client> => {
    client ??= connect();
    client.catch(() => {
      client = undefined;
    });
    return client;
  };

  const reconnectLater = (): void => {
    client = undefined;
    if (isClosed || retry) return;
    const waitMs = Math.min(RECONNECT_MS.first * 2 ** failures, RECONNECT_MS.most);
    failures += 1;
    retry = setTimeout(() => {
      retry = undefined;
      open().then(callAll, reconnectLater);
    }, waitMs);
  };

  const callAll = (): void => {
    for (const set of callbacks.values()) for (const callback of set) callback();
  };

  return {
    listen: (channel, onNotify) =>
      withStateFaults(async () => {
        const isNew = !callbacks.has(channel);
        const set = callbacks.get(channel) ?? new Set();
        callbacks.set(channel, set.add(onNotify));
        const opened = await open();
        if (isNew) await opened.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
        return () => {
          set.delete(onNotify);
          return Promise.resolve();
        };
      }),
    close: async () => {
      isClosed = true;
      clearTimeout(retry);
      const opened = await client?.catch(() => undefined);
      await opened?.end();
    },
  };
};
