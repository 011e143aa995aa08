import type { FaultDefinition } from './fault-definition.ts';
import { rollOut } from './restart.ts';
import { announce, type ShopDeps } from './scope.ts';
import { SERVICES } from './topology.ts';

const BAD_RELEASE = '2.10.0';
const USUAL_LIMIT_MS = 3500;
const WRONG_LIMIT_MS = 35;

const sayReload = (deps: ShopDeps, revision: string, from: number, to: number): void => {
  for (const host of SERVICES['order-service'].hosts) {
    announce(deps, {
      service: 'order-service',
      host,
      level: 'info',
      message: `configuration reloaded (revision ${revision}): payments.timeout_ms ${from} -> ${to}`,
    });
  }
};

/** Somebody changed something. */
export const CHANGE_FAULTS: readonly FaultDefinition[] = [
  {
    name: 'bad-deploy',
    sentence: 'a release of inventory-service fails 60 % of the reservations',
    cause: {
      service: 'inventory-service',
      words: `Release ${BAD_RELEASE} breaks POST /reservations for goods without a warehouse.`,
    },
    affectedServices: ['inventory-service', 'order-service', 'gateway'],
    visibleAfterMs: 0,
    apply: (deps) => {
      const { brokenEndpoints } = deps.model;
      const key = 'inventory-service reserve';
      brokenEndpoints.set(key, {
        version: BAD_RELEASE,
        share: 0.6,
        message: "TypeError: Cannot read properties of undefined (reading 'warehouse')",
      });
      rollOut(deps, 'inventory-service', BAD_RELEASE);
      return () => rollOut(deps, 'inventory-service', SERVICES['inventory-service'].version);
    },
  },
  {
    name: 'config-change',
    sentence: 'order-service is told to wait 35 ms for payments instead of 3.5 s',
    cause: {
      service: 'order-service',
      words: `A configuration change set payments.timeout_ms to ${WRONG_LIMIT_MS} instead of ${USUAL_LIMIT_MS}.`,
    },
    affectedServices: ['order-service', 'gateway'],
    visibleAfterMs: 0,
    apply: (deps) => {
      const { callPolicies } = deps.model;
      const key = 'order-service payment-service';
      callPolicies.set(key, { limitMs: WRONG_LIMIT_MS });
      sayReload(deps, '8f21c3a', USUAL_LIMIT_MS, WRONG_LIMIT_MS);
      return () => {
        callPolicies.delete(key);
        sayReload(deps, 'b40d97e', WRONG_LIMIT_MS, USUAL_LIMIT_MS);
      };
    },
  },
];
