/** What one request does inside a service, step by step. Times are medians in milliseconds. */
export type Step =
  | { readonly kind: 'work'; readonly ms: number }
  | { readonly kind: 'query'; readonly ms: number; readonly what: string; readonly isWrite: boolean }
  | {
      readonly kind: 'cached';
      readonly cache: CacheName;
      readonly hitShare: number;
      readonly otherwise: readonly Step[];
    }
  | {
      readonly kind: 'call';
      readonly service: ServiceName;
      readonly endpoint: string;
      readonly limitMs: number;
      readonly attempts: number;
    }
  /** A dependency that sends no telemetry of its own. */
  | { readonly kind: 'external'; readonly name: ExternalName; readonly limitMs: number }
  /** A message for whoever consumes the queue; the request does not wait for it. */
  | { readonly kind: 'publish'; readonly queue: QueueName };

export type ServiceName =
  | 'gateway'
  | 'order-service'
  | 'payment-service'
  | 'auth-service'
  | 'inventory-service'
  | 'shipping-service';
export type DatabaseName = 'orders-db' | 'payments-db' | 'users-db' | 'stock-db' | 'shipping-db';
export type CacheName = 'sessions' | 'products';
export type ExternalName = 'bank';
export type QueueName = 'shipments';

export interface Endpoint {
  readonly route: string;
  readonly steps: readonly Step[];
  /** Share that fails for reasons of its own: a deadlock, a bug in a rare branch. */
  readonly failureShare: number;
  /** What a good answer is, 200 unless it says otherwise. */
  readonly status?: number;
}

export interface ServicePlan {
  readonly hosts: readonly string[];
  readonly workers: number;
  readonly version: string;
  readonly connections: { readonly database: DatabaseName; readonly size: number } | null;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
}

/** How long a request waits for a database connection. */
export const CONNECTION_LIMIT_MS = 2000;
export const WORKER_LIMIT_MS = 5000;

const work = (ms: number): Step => ({ kind: 'work', ms });
const read = (ms: number, what: string): Step => ({ kind: 'query', ms, what, isWrite: false });
const write = (ms: number, what: string): Step => ({ kind: 'query', ms, what, isWrite: true });
const call = (service: ServiceName, endpoint: string, limitMs: number, attempts = 1): Step => ({
  kind: 'call',
  service,
  endpoint,
  limitMs,
  attempts,
});

export const SERVICES: Readonly<Record<ServiceName, ServicePlan>> = {
  gateway: {
    hosts: ['gw-1', 'gw-2'],
    version: '2.31.0',
    workers: 400,
    connections: null,
    endpoints: {
      browse: {
        route: 'GET /products',
        failureShare: 0.0008,
        steps: [work(3), call('inventory-service', 'list', 3000)],
      },
      login: { route: 'POST /login', failureShare: 0.0008, steps: [work(3), call('auth-service', 'login', 3000)] },
      checkout: {
        route: 'POST /checkout',
        status: 201,
        failureShare: 0.0008,
        steps: [work(5), call('auth-service', 'verify', 2000), call('order-service', 'create', 8000)],
      },
      orders: {
        route: 'GET /orders/{id}',
        failureShare: 0.0008,
        steps: [work(3), call('auth-service', 'verify', 2000), call('order-service', 'status', 3000)],
      },
    },
  },
  'order-service': {
    hosts: ['order-1', 'order-2', 'order-3'],
    version: '4.7.1',
    workers: 200,
    connections: { database: 'orders-db', size: 30 },
    endpoints: {
      create: {
        route: 'POST /orders',
        status: 201,
        failureShare: 0.001,
        steps: [
          work(6),
          call('inventory-service', 'reserve', 2000, 2),
          call('payment-service', 'charge', 3500, 2),
          write(9, 'insert order'),
          { kind: 'publish', queue: 'shipments' },
        ],
      },
      status: { route: 'GET /orders/{id}', failureShare: 0.0008, steps: [work(3), read(6, 'select order')] },
    },
  },
  'payment-service': {
    hosts: ['payment-1', 'payment-2'],
    version: '3.12.4',
    workers: 150,
    connections: { database: 'payments-db', size: 10 },
    endpoints: {
      charge: {
        route: 'POST /charges',
        status: 201,
        failureShare: 0.0015,
        steps: [work(5), { kind: 'external', name: 'bank', limitMs: 3000 }, write(14, 'insert charge')],
      },
      renew: {
        route: 'POST /renewals',
        status: 201,
        failureShare: 0.0015,
        steps: [work(5), { kind: 'external', name: 'bank', limitMs: 3000 }, write(14, 'insert charge')],
      },
    },
  },
  'auth-service': {
    hosts: ['auth-1', 'auth-2'],
    version: '1.18.2',
    workers: 120,
    connections: { database: 'users-db', size: 20 },
    endpoints: {
      login: { route: 'POST /sessions', status: 201, failureShare: 0.0012, steps: [read(5, 'select user'), work(55)] },
      verify: {
        route: 'GET /sessions/{id}',
        failureShare: 0.0005,
        steps: [
          work(1.5),
          { kind: 'cached', cache: 'sessions', hitShare: 0.94, otherwise: [read(5, 'select session')] },
        ],
      },
    },
  },
  'inventory-service': {
    hosts: ['inventory-1', 'inventory-2'],
    version: '2.9.0',
    workers: 120,
    connections: { database: 'stock-db', size: 20 },
    endpoints: {
      list: {
        route: 'GET /stock',
        failureShare: 0.0006,
        steps: [
          work(26),
          // Costly, and rare for that reason: a page of products with prices and stock.
          { kind: 'cached', cache: 'products', hitShare: 0.996, otherwise: [read(1000, 'select products')] },
        ],
      },
      reserve: {
        route: 'POST /reservations',
        status: 201,
        failureShare: 0.001,
        steps: [work(3), write(80, 'update stock')],
      },
    },
  },
  'shipping-service': {
    hosts: ['shipping-1', 'shipping-2'],
    version: '1.4.3',
    workers: 8,
    connections: { database: 'shipping-db', size: 10 },
    endpoints: {
      book: {
        route: 'shipments process',
        failureShare: 0.0008,
        steps: [work(9), read(4, 'select address'), write(60, 'insert shipment')],
      },
      track: {
        route: 'POST /carrier-events',
        status: 204,
        failureShare: 0.0008,
        steps: [work(4), write(7, 'update shipment')],
      },
    },
  },
};

/** How many messages a service works on at once is the number of its workers. */
export const QUEUES: Readonly<Record<QueueName, { readonly consumer: ServiceName; readonly endpoint: string }>> = {
  shipments: { consumer: 'shipping-service', endpoint: 'book' },
};
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** Queries that a database runs at full speed at once, for the usual number of customers; more share them. */
export const DATABASES: Readonly<Record<DatabaseName, { readonly cores: number; readonly diskUsedShare: number }>> = {
  'orders-db': { cores: 4, diskUsedShare: 0.93 },
  'payments-db': { cores: 4, diskUsedShare: 0.58 },
  'users-db': { cores: 4, diskUsedShare: 0.33 },
  'stock-db': { cores: 4, diskUsedShare: 0.46 },
  'shipping-db': { cores: 4, diskUsedShare: 0.52 },
};
export const DATABASE_NAMES = Object.keys(DATABASES) as DatabaseName[];
export const DATABASE_DISK_BYTES = 200 * 2 ** 30;

export const CACHE_NAMES: readonly CacheName[] = ['sessions', 'products'];

export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

export const EXTERNALS: Readonly<Record<ExternalName, { readonly ms: number; readonly sigma: number }>> = {
  bank: { ms: 90, sigma: 0.35 },
};

export interface Arrival {
  readonly service: ServiceName;
  readonly endpoint: string;
  /** In the quietest minute of the day. */
  readonly perSecond: number;
}

/** What comes from outside: customers at the gateway, subscriptions that fall due, news from carriers. */
export const ARRIVALS: readonly Arrival[] = [
  { service: 'gateway', endpoint: 'browse', perSecond: 4.2 },
  { service: 'gateway', endpoint: 'login', perSecond: 0.9 },
  { service: 'gateway', endpoint: 'checkout', perSecond: 4.1 },
  { service: 'gateway', endpoint: 'orders', perSecond: 1.4 },
  { service: 'payment-service', endpoint: 'renew', perSecond: 0.4 },
  { service: 'shipping-service', endpoint: 'track', perSecond: 0.5 },
];
