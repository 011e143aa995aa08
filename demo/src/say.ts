import { findFault, NO_FAULT } from '../../simulator/faults.ts';
import { DEFAULT_FAULT, type DemoFlags } from './flags.ts';
import { INGEST_TOKEN } from './workspace.ts';

export const announce = (url: string): void => {
  console.log(`
Sentinel demo: a local Slack, Sentinel, and a simulated shop.

  Open  ${url}   (channel #incidents)

  The local Slack listens on all interfaces of this machine without authentication:
  do not run the demo on a machine that strangers can reach.
`);
};

/** @param hasEarlierIncidents what an earlier demo left in --data is still there. */
export const whatToTry = (url: string, flags: DemoFlags, hasEarlierIncidents: boolean): void => {
  console.log(`
${[whatHappens(flags.fault), ...(hasEarlierIncidents ? EARLIER_INCIDENTS : [])].join('\n')}

  Try, in ${url}:
${suggest(flags.fault, hasEarlierIncidents)
  .map((line) => `    ${line}`)
  .join('\n')}

  Send a line of your own, then   /sentinel logs my-service   in the page:
    ${sendLine(flags.port + 1)}

  Sentinel's own health: http://127.0.0.1:${flags.port + 1}/readyz and /metrics
  Ctrl-C stops everything.
`);
};

/** For a shell: a log line as of now. */
export const sendLine = (httpPort: number): string => {
  const row = {
    '@timestamp': '$(date -u +%Y-%m-%dT%H:%M:%SZ)',
    'service.name': 'my-service',
    level: 'error',
    message: 'hello',
  };
  return [
    `curl -H 'Authorization: Bearer ${INGEST_TOKEN}' -H 'Content-Type: application/x-ndjson'`,
    `-d "${JSON.stringify(row).replaceAll('"', String.raw`\"`)}"`,
    `'http://127.0.0.1:${httpPort}/ingest/ndjson?index=logs'`,
  ].join(' ');
};

const EARLIER_INCIDENTS = [
  '--data holds an earlier demo: its open incidents get new cards here, but this local Slack is a new one,',
  'so what was said in their threads is not there.',
];

const QUESTIONS = [
  '/sentinel status',
  '/sentinel query errors from payment in the last hour',
  '/sentinel query FROM logs | WHERE level == "error" | STATS n = COUNT(*) BY service.name | SORT n DESC',
  '/sentinel patterns payment-service',
  '/sentinel deps order-service',
  '/sentinel slow payment-service   and then   /sentinel trace ID   with an id that it lists',
];

const opensIncident = (fault: string): boolean => fault !== NO_FAULT && findFault(fault).affectedServices.length > 0;

/** Lines to click and type, for what this fault lets happen. An earlier incident keeps its number and loses its thread. */
export const suggest = (fault: string, hasEarlierIncidents: boolean): readonly string[] => {
  if (!opensIncident(fault)) return QUESTIONS;
  const incident = hasEarlierIncidents ? 'INC-N' : 'INC-1';
  const hasThread = !hasEarlierIncidents && findFault(fault).affectedServices.length > 1;
  return [
    `click Acknowledge on the card, or type   /sentinel ack ${incident}${hasEarlierIncidents ? '   with the number on it' : ''}`,
    ...(hasThread ? ['open its thread: what failed because of it is folded in there'] : []),
    ...QUESTIONS,
    `/sentinel resolve ${incident} ${fault === DEFAULT_FAULT ? 'pool size 10 to 20' : 'what fixed it'}`,
  ];
};

const whatHappens = (fault: string): string => {
  if (fault === NO_FAULT) return 'Nothing is broken: the channel should stay empty.';
  const outcome = opensIncident(fault)
    ? 'The card is a matter of seconds.'
    : 'All is well: the channel should stay empty.';
  return `In the shop now: ${fault}. ${outcome}`;
};
