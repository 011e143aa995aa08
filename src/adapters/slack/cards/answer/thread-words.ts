import { type AddedServices, readsAllServices } from '#capabilities/log-query/index.ts';
import { incidentName } from '#kernel/incident-number.ts';
import { listInWords, nameIn } from '../text.ts';

/** What the thread of an incident was taken to mean by a question that does not say. */
export interface OfThread {
  readonly incident: number;
  /** Services that were added to the query, and it without them; null: none were. */
  readonly added: AddedServices | null;
  /** Its time, where the query names none. */
  readonly isItsTime: boolean;
}

const SERVICES_SAID = 3;

/** Whose services a query is about, in the thread of an incident: its own, or all. Mrkdwn. */
export const servicesWords = (query: string, { incident, added }: OfThread): readonly string[] => {
  if (added === null) return readsAllServices(query) ? ['all services'] : [];
  const rest = added.names.length - SERVICES_SAID;
  const names = added.names.slice(0, SERVICES_SAID).map(nameIn);
  return [`services of ${incidentName(incident)}: ${listInWords(rest > 0 ? [...names, `${rest} more`] : names)}`];
};

export const timeOfWords = ({ incident }: Pick<OfThread, 'incident'>): string =>
  `the time of ${incidentName(incident)}`;

/** Of a query that was not run yet. */
export const threadWords = (query: string, ofThread: OfThread | null): string | null =>
  ofThread === null
    ? null
    : [
        ...servicesWords(query, ofThread),
        ...(ofThread.isItsTime ? [`${timeOfWords(ofThread)} where none is named`] : []),
      ].join(' · ');
