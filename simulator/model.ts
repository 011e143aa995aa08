import type { EventQueue } from './event-queue.ts';
import { createPool, type Pool } from './pool.ts';
import { SERVICE_NAMES, type ServiceName, SERVICES } from './topology.ts';

/** The parts of the shop that faults change. At rest every number is neutral. */
export interface ShopModel {
  readonly workers: Readonly<Record<ServiceName, Pool>>;
  readonly connections: Readonly<Partial<Record<ServiceName, Pool>>>;
  /** Times the usual arrivals. */
  load: number;
  /** Times the usual time of the bank. */
  bankSlowdown: number;
  /** Share of a service's transactions that keep their connection for that long after they are done. */
  readonly leaks: Map<ServiceName, { readonly share: number; readonly holdMs: number }>;
  /** Share of an endpoint's requests that fail, by `service endpoint`. */
  readonly brokenEndpoints: Map<string, { readonly share: number; readonly message: string }>;
}

export const createModel = (events: EventQueue): ShopModel => {
  const workers = Object.fromEntries(
    SERVICE_NAMES.map((name) => [name, createPool(events, 'workers', SERVICES[name].workers)]),
  ) as Record<ServiceName, Pool>;
  const connections: Partial<Record<ServiceName, Pool>> = {};
  for (const name of SERVICE_NAMES) {
    const plan = SERVICES[name].connections;
    if (plan) connections[name] = createPool(events, plan.database, plan.size);
  }
  return { workers, connections, load: 1, bankSlowdown: 1, leaks: new Map(), brokenEndpoints: new Map() };
};
