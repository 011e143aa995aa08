import type { EventQueue } from './event-queue.ts';
import { createHost, type Host } from './host.ts';
import { createMessageQueue, type MessageQueue } from './message-queue.ts';
import { createPool, type Pool } from './pool.ts';
import {
  CACHE_NAMES,
  type CacheName,
  DATABASE_NAMES,
  type DatabaseName,
  DATABASES,
  QUEUE_NAMES,
  type QueueName,
  SERVICE_NAMES,
  type ServiceName,
  SERVICES,
} from './topology.ts';

export interface Database {
  readonly name: DatabaseName;
  /** Queries beyond it at once slow each other down. */
  readonly cores: number;
  running: number;
  /** Times the usual time of a query. */
  slowdown: number;
  /** Something that writes without end, from a moment on. */
  diskFill: { readonly sinceMs: number; readonly sharePerSecond: number } | null;
}

export interface Cache {
  isDown: boolean;
  /** Since the last report. */
  hits: number;
  misses: number;
}

/** How a caller behaves towards a callee. */
export interface CallPolicy {
  readonly limitMs: number;
  readonly attempts: number;
  readonly pauseMs: number;
}

/** The parts of the shop that faults change. At rest every number is neutral. */
export interface ShopModel {
  readonly workers: Readonly<Record<ServiceName, Pool>>;
  readonly hosts: Readonly<Record<ServiceName, readonly Host[]>>;
  readonly connections: Readonly<Partial<Record<ServiceName, Pool<DatabaseName>>>>;
  readonly databases: Readonly<Record<DatabaseName, Database>>;
  readonly caches: Readonly<Record<CacheName, Cache>>;
  readonly queues: Readonly<Record<QueueName, MessageQueue>>;
  /** Times the usual arrivals. */
  load: number;
  /** Times the usual time of the bank. */
  bankSlowdown: number;
  /** What the bank answers to everything, if it answers nothing else. */
  bankRefusal: { readonly status: number; readonly body: string } | null;
  /** Share of a service's transactions that keep their connection for that long after they are done. */
  readonly leaks: Map<ServiceName, { readonly share: number; readonly holdMs: number }>;
  /** Megabytes of heap that each request of a service keeps for ever. */
  readonly heapLeaks: Map<ServiceName, number>;
  /** Share of an endpoint's requests that fail where that version runs, by `service endpoint`. */
  readonly brokenEndpoints: Map<string, { readonly version: string; readonly share: number; readonly message: string }>;
  /** In place of the topology's, by `caller callee`. */
  readonly callPolicies: Map<string, Partial<CallPolicy>>;
}

const byName = <Name extends string, T>(names: readonly Name[], make: (name: Name) => T): Record<Name, T> =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;

/** `load` is times the usual number of customers: a bigger shop has bigger machines. */
export const createModel = (events: EventQueue, load: number): ShopModel => {
  const grown = (size: number): number => Math.ceil(size * Math.max(1, load));
  const connections: Partial<Record<ServiceName, Pool<DatabaseName>>> = {};
  for (const name of SERVICE_NAMES) {
    const plan = SERVICES[name].connections;
    if (plan) connections[name] = createPool(events, plan.database, plan.size);
  }
  return {
    workers: byName(SERVICE_NAMES, (name) => createPool(events, 'workers', SERVICES[name].workers)),
    hosts: byName(SERVICE_NAMES, (service) =>
      SERVICES[service].hosts.map((name) => createHost(name, SERVICES[service].version, grown(1))),
    ),
    connections,
    databases: byName(DATABASE_NAMES, (name) => ({
      name,
      cores: grown(DATABASES[name].cores),
      running: 0,
      slowdown: 1,
      diskFill: null,
    })),
    caches: byName(CACHE_NAMES, () => ({ isDown: false, hits: 0, misses: 0 })),
    queues: byName(QUEUE_NAMES, createMessageQueue),
    load: 1,
    bankSlowdown: 1,
    bankRefusal: null,
    leaks: new Map(),
    heapLeaks: new Map(),
    brokenEndpoints: new Map(),
    callPolicies: new Map(),
  };
};

/** In [0, 1]. */
export const diskUsedShare = (database: Database, nowMs: number): number => {
  const usual = DATABASES[database.name].diskUsedShare;
  const { diskFill } = database;
  return diskFill ? Math.min(1, usual + ((nowMs - diskFill.sinceMs) / 1000) * diskFill.sharePerSecond) : usual;
};
