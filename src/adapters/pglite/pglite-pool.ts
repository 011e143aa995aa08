import { EventEmitter } from 'node:events';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { invariant } from '#kernel/invariant.ts';

export interface PoolResult<Row> {
  rows: Row[];
  rowCount: number | null;
}

type Query = <Row>(text: string, parameters?: readonly unknown[]) => Promise<PoolResult<Row>>;

/** What a job queue written for node-postgres asks of `pg.Pool`. */
export interface PglitePool extends EventEmitter {
  query: Query;
  connect(): Promise<PglitePoolClient>;
  end(): Promise<void>;
}

export interface PglitePoolClient extends EventEmitter {
  query: Query;
  release(): void;
}

// node-postgres hands 64-bit integers over as text, and its users parse them.
const NODE_POSTGRES_PARSERS = { 20: (text: string): string => text };

type Session = Pick<Transaction, 'query' | 'exec'>;

const runIn = async <Row>(
  session: Session,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<PoolResult<Row>> => {
  if (parameters.length > 0) {
    const { rows, affectedRows } = await session.query<Row>(text, [...parameters], { parsers: NODE_POSTGRES_PARSERS });
    return { rows, rowCount: affectedRows ?? rows.length };
  }
  // Only the simple protocol takes several statements in one text, as migrations have them.
  const last = (await session.exec(text, { parsers: NODE_POSTGRES_PARSERS })).at(-1);
  return { rows: (last?.rows ?? []) as Row[], rowCount: last?.affectedRows ?? null };
};

interface OpenTransaction {
  readonly session: Transaction;
  readonly finish: (outcome: 'commit' | 'rollback') => void;
  readonly finished: Promise<unknown>;
}

/** PGlite owns BEGIN and COMMIT, so that nobody else's statement falls between them. */
const beginTransaction = (pglite: PGlite): Promise<OpenTransaction> =>
  new Promise((resolve, reject) => {
    const end = Promise.withResolvers<'commit' | 'rollback'>();
    const finished = pglite.transaction(async (session) => {
      resolve({ session, finish: end.resolve, finished });
      if ((await end.promise) === 'rollback') await session.rollback();
    });
    finished.catch(reject);
  });

const createClient = (pglite: PGlite, onRelease: (client: PglitePoolClient) => void): PglitePoolClient => {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  let open: OpenTransaction | undefined;

  const endWith = async (outcome: 'commit' | 'rollback'): Promise<void> => {
    const ending = open;
    open = undefined;
    ending?.finish(outcome);
    await ending?.finished;
  };
  const query: Query = async (text, parameters) => {
    const word = /^\s*(begin|commit|rollback)\s*;?\s*$/i.exec(text)?.[1]?.toLowerCase();
    if (word === undefined) return runIn(open?.session ?? pglite, text, parameters);
    if (word === 'begin') {
      invariant(!open, 'a client begins one transaction at a time');
      open = await beginTransaction(pglite);
    } else {
      await endWith(word === 'commit' ? 'commit' : 'rollback');
    }
    return { rows: [], rowCount: null };
  };

  const client: PglitePoolClient = Object.assign(emitter, {
    query,
    release: () => {
      // An unfinished transaction would hold the only session for ever.
      endWith('rollback').catch(() => undefined);
      onRelease(client);
    },
  });
  return client;
};

/**
 * `pg.Pool` over the one session of a PGlite, as far as BullMQ's PostgreSQL backend uses it.
 * All clients share the session: its search_path is everybody's, and a transaction of one
 * makes the others wait, so awaiting this pool inside a transaction of the same PGlite
 * never ends. `end` leaves the PGlite open.
 */
export const createPglitePool = (pglite: PGlite): PglitePool => {
  const clients = new Set<PglitePoolClient>();
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const stopNotifications = pglite.onNotification((channel, payload) => {
    for (const client of clients) client.emit('notification', { channel, payload });
  });
  return Object.assign(emitter, {
    query: <Row>(text: string, parameters?: readonly unknown[]) => runIn<Row>(pglite, text, parameters),
    connect: () => {
      const client = createClient(pglite, (released) => clients.delete(released));
      clients.add(client);
      return Promise.resolve(client);
    },
    end: () => {
      stopNotifications();
      return Promise.resolve();
    },
  });
};
