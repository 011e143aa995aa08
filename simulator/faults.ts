import type { ShopModel } from './model.ts';
import type { ServiceName } from './topology.ts';

export interface FaultDefinition {
  readonly name: string;
  /** For people who choose one. */
  readonly sentence: string;
  readonly cause: { readonly service: ServiceName | null; readonly words: string };
  /** Services whose signals leave their usual band. Empty: a healthy look-alike. */
  readonly affectedServices: readonly ServiceName[];
  /** Changes the model; returns how to take the change back. */
  apply(model: ShopModel): () => void;
}

export interface FaultPlan {
  readonly fault: string;
  readonly startAt: Date;
  readonly endAt: Date;
}

/** What really happened, to hold findings against. */
export interface GroundTruth {
  readonly fault: string;
  readonly cause: FaultDefinition['cause'];
  readonly affectedServices: readonly ServiceName[];
  readonly startAt: Date;
  readonly endAt: Date;
}

const FAULTS: readonly FaultDefinition[] = [
  {
    name: 'connection-pool-exhaustion',
    sentence: 'payment-service forgets to return database connections until its pool runs dry',
    cause: {
      service: 'payment-service',
      words: 'A code path keeps its connection to payments-db for 10 s after it is done.',
    },
    affectedServices: ['payment-service', 'order-service', 'gateway'],
    apply: (model) => {
      model.leaks.set('payment-service', { share: 0.3, holdMs: 10_000 });
      return () => model.leaks.delete('payment-service');
    },
  },
  {
    name: 'slow-dependency',
    sentence: 'the bank that payment-service calls answers eight times as slowly',
    cause: { service: 'payment-service', words: 'The bank answers eight times as slowly.' },
    affectedServices: ['payment-service', 'order-service', 'gateway'],
    apply: (model) => {
      model.bankSlowdown *= 8;
      return () => {
        model.bankSlowdown /= 8;
      };
    },
  },
  {
    name: 'bad-deploy',
    sentence: 'a release of inventory-service fails 60 % of the reservations',
    cause: {
      service: 'inventory-service',
      words: 'A release breaks POST /reservations for goods without a warehouse.',
    },
    affectedServices: ['inventory-service', 'order-service', 'gateway'],
    apply: (model) => {
      const key = 'inventory-service reserve';
      model.brokenEndpoints.set(key, {
        share: 0.6,
        message: "TypeError: Cannot read properties of undefined (reading 'warehouse')",
      });
      return () => model.brokenEndpoints.delete(key);
    },
  },
  {
    name: 'traffic-surge',
    sentence: 'two and a half times the customers, and all is well: no incident should open',
    cause: { service: null, words: 'A campaign brings two and a half times the customers.' },
    affectedServices: [],
    apply: (model) => {
      model.load *= 2.5;
      return () => {
        model.load /= 2.5;
      };
    },
  },
];

export const listFaults = (): readonly FaultDefinition[] => FAULTS;

/** Throws a RangeError that names the known ones. */
export const findFault = (name: string): FaultDefinition => {
  const found = FAULTS.find((fault) => fault.name === name);
  if (!found)
    throw new RangeError(`There is no fault "${name}"; known: ${FAULTS.map((fault) => fault.name).join(', ')}`);
  return found;
};
