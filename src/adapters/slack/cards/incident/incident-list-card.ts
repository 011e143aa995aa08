import type { IncidentSummary } from '#capabilities/incidents/index.ts';
import { incidentName } from '#kernel/incident-number.ts';
import { actorIn } from '../actor-words.ts';
import { type CardBlock, type CardMessage, context, section } from '../blocks.ts';
import { SEVERITY_CIRCLE } from './incident-state.ts';
import { formatCount } from '../numbers.ts';
import { cutAtWord, escapeMrkdwn, FALLBACK_LIMIT, nameIn, plainName, toOneLine } from '../text.ts';
import { formatTime } from '../times.ts';

export interface IncidentListView {
  /** Worst first. */
  readonly incidents: readonly IncidentSummary[];
  readonly total: number;
}

const LISTED = 10;
const SYMPTOM_LIMIT = 120;

/** What is open, worst first. */
export const incidentListCard = (list: IncidentListView, now: Date): CardMessage => ({
  text: fallback(list),
  blocks: [...incidentListBlocks(list, now), context('`/sentinel incident INC-n` shows one · only you see this')],
});

export const incidentListBlocks = ({ incidents, total }: IncidentListView, now: Date): readonly CardBlock[] => {
  if (total === 0) return [section('*No incident is open.* `/sentinel status` says whether Sentinel sees everything.')];
  const shown = incidents.slice(0, LISTED);
  const rest = total - shown.length;
  return [
    section(`*${howManyAreOpen(total)}*`),
    section(shown.map((incident) => incidentLine(incident, now)).join('\n')),
    ...(rest > 0 ? [context(`… and ${formatCount(rest)} more`)] : []),
  ];
};

export const howManyAreOpen = (total: number): string => {
  if (total === 0) return 'No incident is open';
  return total === 1 ? '1 incident is open' : `${formatCount(total)} incidents are open`;
};

export const circleOfSummary = (incident: IncidentSummary): string =>
  incident.recoveredAt === null ? SEVERITY_CIRCLE[incident.severity] : '🟢';

export const incidentLine = (incident: IncidentSummary, now: Date): string =>
  `${circleOfSummary(incident)} *${incidentName(incident.number)}* ${incidentWords(incident, now)}`;

/** After its name: "P1 payment-service: 38 % of requests fail · since 02:15 · nobody on it". */
export const incidentWords = (incident: IncidentSummary, now: Date): string => {
  const symptom = escapeMrkdwn(cutAtWord(toOneLine(incident.symptom), SYMPTOM_LIMIT));
  return `${incident.severity} ${nameIn(incident.service)}: ${symptom} · ${stateWords(incident, now)}`;
};

const stateWords = (incident: IncidentSummary, now: Date): string => {
  const who = incident.acknowledgedBy === null ? 'nobody on it' : actorIn(incident.acknowledgedBy);
  return incident.recoveredAt === null
    ? `since ${formatTime(incident.openedAt, now)} · ${who}`
    : `recovered ${formatTime(incident.recoveredAt, now)}, not resolved · ${who}`;
};

const fallback = (list: IncidentListView): string => cutAtWord(plainList(list), FALLBACK_LIMIT);

/** "1 incident is open: INC-1 P1 payment-service." */
export const plainList = ({ incidents, total }: IncidentListView): string => {
  const [worst] = incidents;
  if (worst === undefined) return 'No incident is open.';
  const first = `${incidentName(worst.number)} ${worst.severity} ${plainName(worst.service)}`;
  return `${howManyAreOpen(total)}${total === 1 ? ':' : ', first'} ${first}.`;
};
