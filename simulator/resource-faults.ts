import { SECOND_MS } from '#kernel/duration.ts';
import type { FaultDefinition } from './fault-definition.ts';
import { rollOut } from './restart.ts';

// A host of auth-service answers three requests a second at night: some 145 s from start to the heap's limit.
const LEAKED_MB_PER_REQUEST = 0.78;
// Write-ahead log at about 230 MB a second: the last 7 % of the disk are gone in a minute.
const DISK_SHARE_PER_SECOND = 0.07 / 60;

/** Something that a service needs runs out. */
export const RESOURCE_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'connection-pool-exhaustion',
    sentence: 'payment-service forgets to return database connections until its pool runs dry',
    cause: {
      service: 'payment-service',
      words: 'A code path keeps its connection to payments-db for 10 s after it is done.',
    },
    affectedServices: ['payment-service', 'order-service', 'gateway'],
    visibleAfterMs: 0,
    apply: ({ model }) => {
      model.leaks.set('payment-service', { share: 0.3, holdMs: 10_000 });
      return () => model.leaks.delete('payment-service');
    },
  },
  {
    name: 'memory-leak',
    sentence: 'auth-service keeps every session in memory: longer and longer pauses, then restarts',
    cause: {
      service: 'auth-service',
      words: 'A map of sessions is never emptied; the heap of each process fills within minutes.',
    },
    affectedServices: ['auth-service', 'gateway'],
    visibleAfterMs: 120 * SECOND_MS,
    apply: (deps) => {
      const { model } = deps;
      model.heapLeaks.set('auth-service', LEAKED_MB_PER_REQUEST);
      return () => {
        model.heapLeaks.delete('auth-service');
        // Whoever repairs a leak deploys, and a new process begins with an empty heap.
        rollOut(deps, 'auth-service', '1.18.3');
      };
    },
  },
  {
    name: 'cache-failure',
    sentence: 'the products cache is gone: every list of products becomes a costly database read',
    cause: {
      service: 'inventory-service',
      words: 'The products cache refuses connections; stock-db cannot carry the reads that it absorbed.',
    },
    affectedServices: ['inventory-service', 'order-service', 'gateway'],
    visibleAfterMs: 0,
    apply: ({ model }) => {
      model.caches.products.isDown = true;
      return () => {
        model.caches.products.isDown = false;
      };
    },
  },
  {
    name: 'queue-back-up',
    sentence: 'shipping-service needs seconds for each message, and its queue grows',
    cause: {
      service: 'shipping-service',
      words: 'An index of shipping-db is gone: each booking scans the table, and the consumer falls behind.',
    },
    affectedServices: ['shipping-service'],
    visibleAfterMs: 0,
    apply: ({ model }) => {
      const database = model.databases['shipping-db'];
      database.slowdown *= 40;
      return () => {
        database.slowdown /= 40;
      };
    },
  },
  {
    name: 'full-disk',
    sentence: 'the disk of orders-db fills up until orders cannot be written; reading goes on',
    cause: {
      service: 'order-service',
      words: 'A forgotten replication slot keeps the write-ahead log of orders-db until its disk is full.',
    },
    affectedServices: ['order-service', 'gateway'],
    visibleAfterMs: 60 * SECOND_MS,
    apply: ({ model, events }) => {
      const database = model.databases['orders-db'];
      database.diskFill = { sinceMs: events.nowMs, sharePerSecond: DISK_SHARE_PER_SECOND };
      return () => {
        database.diskFill = null;
      };
    },
  },
];
