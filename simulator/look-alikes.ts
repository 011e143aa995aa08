import { startBatchJob } from './batch-job.ts';
import type { FaultDefinition } from './fault-definition.ts';
import { rollOut } from './restart.ts';

const HEALTHY = { affectedServices: [], visibleAfterMs: 0 } as const;

/** Things that look like trouble and are none: no incident should open. */
export const LOOK_ALIKES: readonly FaultDefinition[] = [
  {
    ...HEALTHY,
    name: 'traffic-surge',
    sentence: 'two and a half times the customers, and all is well: no incident should open',
    cause: { service: null, words: 'A campaign brings two and a half times the customers.' },
    apply: ({ model }) => {
      model.load *= 2.5;
      return () => {
        model.load /= 2.5;
      };
    },
  },
  {
    ...HEALTHY,
    name: 'unrelated-deploy',
    sentence: 'order-service is deployed host by host, and all is well: no incident should open',
    cause: { service: null, words: 'A release of order-service that does what it should.' },
    apply: (deps) => {
      rollOut(deps, 'order-service', '4.8.0');
      // A good release stays.
      return () => undefined;
    },
  },
  {
    ...HEALTHY,
    name: 'batch-job',
    sentence: 'a nightly export reads orders-db for minutes, and all is well: no incident should open',
    cause: { service: null, words: 'The export of orders competes with customers for orders-db.' },
    apply: startBatchJob,
  },
];
