import { findFault, NO_FAULT } from '../../simulator/faults.ts';
import type { DemoFlags } from './flags.ts';

export const announce = (url: string): void => {
  console.log(`
Sentinel demo: a local Slack, Sentinel, and a simulated shop.

  Open  ${url}   (channel #incidents)

  The local Slack listens on all interfaces of this machine without authentication:
  do not run the demo on a machine that strangers can reach.
`);
};

export const whatToTry = (url: string, flags: DemoFlags): void => {
  console.log(`
${whatHappens(flags.fault)}

  Try, in ${url}:
    click Acknowledge on the card, or type   /sentinel ack INC-1
    open its thread: what failed because of it is folded in there
    /sentinel status
    /sentinel query FROM logs | WHERE level == "error" | STATS n = COUNT(*) BY service.name | SORT n DESC
    /sentinel resolve INC-1 pool size 10 to 20

  Sentinel's own health: http://127.0.0.1:${flags.port + 1}/readyz and /metrics
  Ctrl-C stops everything.
`);
};

const whatHappens = (fault: string): string => {
  if (fault === NO_FAULT) return 'Nothing is broken: the channel should stay empty.';
  const isHealthy = findFault(fault).affectedServices.length === 0;
  return `In the shop now: ${fault}. ${isHealthy ? 'All is well: the channel should stay empty.' : 'The card is a matter of seconds.'}`;
};
