import { SECOND_MS } from '#kernel/duration.ts';
import type { FaultDefinition } from './fault-definition.ts';

const SLOW_BANK = 8;
const STORM_TRIGGER = { slowdown: 20, lengthMs: 30 * SECOND_MS } as const;
// Two layers that try four times each turn one checkout into sixteen reservations.
const EAGER_RETRIES = { attempts: 4, pauseMs: 5 } as const;
const EAGER_LIMIT_MS = 400;

/** What a service calls is slow, refuses it, or is called too often. */
export const DEPENDENCY_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'slow-dependency',
    sentence: 'the bank that payment-service calls answers eight times as slowly',
    cause: { service: 'payment-service', words: 'The bank answers eight times as slowly.' },
    affectedServices: ['payment-service', 'order-service', 'gateway'],
    visibleAfterMs: 0,
    apply: ({ model }) => {
      model.bankSlowdown *= SLOW_BANK;
      return () => {
        model.bankSlowdown /= SLOW_BANK;
      };
    },
  },
  {
    name: 'retry-storm',
    sentence: 'stock-db is slow for half a minute, and eager retries keep inventory-service overloaded ever after',
    cause: {
      service: 'inventory-service',
      words:
        'gateway and order-service each try four times without a pause, so 30 s of a slow stock-db became an overload that feeds itself.',
    },
    affectedServices: ['inventory-service', 'order-service', 'gateway'],
    visibleAfterMs: 0,
    apply: ({ model, events }) => {
      model.callPolicies.set('gateway order-service', EAGER_RETRIES);
      model.callPolicies.set('order-service inventory-service', { ...EAGER_RETRIES, limitMs: EAGER_LIMIT_MS });
      const database = model.databases['stock-db'];
      database.slowdown *= STORM_TRIGGER.slowdown;
      events.at(events.nowMs + STORM_TRIGGER.lengthMs, () => {
        database.slowdown /= STORM_TRIGGER.slowdown;
      });
      return () => {
        model.callPolicies.delete('gateway order-service');
        model.callPolicies.delete('order-service inventory-service');
      };
    },
  },
  {
    name: 'expired-credential',
    sentence: "payment-service's access token for the bank has expired: the bank refuses every charge",
    cause: { service: 'payment-service', words: 'The access token for the bank expired and was not renewed.' },
    affectedServices: ['payment-service', 'order-service', 'gateway'],
    visibleAfterMs: 0,
    apply: ({ model }) => {
      model.bankRefusal = {
        status: 401,
        body: '{"error":"invalid_token","error_description":"The access token expired"}',
      };
      return () => {
        model.bankRefusal = null;
      };
    },
  },
];
