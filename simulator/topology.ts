/** What one request does inside a service, step by step. Times are medians in milliseconds. */
export type Step =
  | { readonly kind: 'work'; readonly ms: number }
  | { readonly kind: 'query'; readonly ms: number; readonly what: string }
  | { readonly kind: 'cached'; readonly cache: string; readonly hitShare: number; readonly otherwise: readonly Step[] }
  | {
      readonly kind: 'call';
      readonly service: ServiceName;
      readonly endpoint: string;
      readonly limitMs: number;
      readonly attempts: number;
    }
  /** A dependency that sends no telemetry of its own. */
  | { readonly kind: 'external'; readonly name: ExternalName; readonly limitMs: number };

export type ServiceName = 'gateway' | 'order-service' | 'payment-service' | 'auth-service' | 'inventory-service';
export type ExternalName = 'bank';

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
  readonly connections: { readonly database: string; readonly size: number } | null;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
}

/** How long a request waits for a database connection. */
export const CONNECTION_LIMIT_MS = 2000;
export const WORKER_LIMIT_MS = 5000;

const work = (ms: number): Step => ({ kind: 'work', ms });
const query = (ms: number, what: string): Step => ({ kind: 'query', ms, what });
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
          query(9, 'insert order'),
        ],
      },
      status: { route: 'GET /orders/{id}', failureShare: 0.0008, steps: [work(3), query(6, 'select order')] },
    },
  },
  'payment-service': {
    hosts: ['payment-1', 'payment-2'],
    workers: 150,
    connections: { database: 'payments-db', size: 10 },
    endpoints: {
      charge: {
        route: 'POST /charges',
        status: 201,
        failureShare: 0.0015,
        steps: [work(5), { kind: 'external', name: 'bank', limitMs: 3000 }, query(14, 'insert charge')],
      },
    },
  },
  'auth-service': {
    hosts: ['auth-1', 'auth-2'],
    workers: 120,
    connections: { database: 'users-db', size: 20 },
    endpoints: {
      login: { route: 'POST /sessions', status: 201, failureShare: 0.0012, steps: [query(5, 'select user'), work(55)] },
      verify: {
        route: 'GET /sessions/{id}',
        failureShare: 0.0005,
        steps: [
          work(1.5),
          { kind: 'cached', cache: 'sessions', hitShare: 0.94, otherwise: [query(5, 'select session')] },
        ],
      },
    },
  },
  'inventory-service': {
    hosts: ['inventory-1', 'inventory-2'],
    workers: 120,
    connections: { database: 'stock-db', size: 20 },
    endpoints: {
      list: {
        route: 'GET /stock',
        failureShare: 0.0006,
        steps: [
          work(4),
          { kind: 'cached', cache: 'products', hitShare: 0.9, otherwise: [query(18, 'select products')] },
        ],
      },
      reserve: {
        route: 'POST /reservations',
        status: 201,
        failureShare: 0.001,
        steps: [work(3), query(8, 'update stock')],
      },
    },
  },
};

export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

export const EXTERNALS: Readonly<Record<ExternalName, { readonly ms: number; readonly sigma: number }>> = {
  bank: { ms: 90, sigma: 0.35 },
};

/** Requests a second that arrive at the gateway in the quietest minute of the day. */
export const ARRIVALS: Readonly<Record<string, number>> = { browse: 4.2, login: 0.9, checkout: 4.1, orders: 1.4 };
