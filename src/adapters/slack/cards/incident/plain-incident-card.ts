import { incidentName } from '#kernel/incident-number.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { type CardMessage, context, section } from '../blocks.ts';
import { incidentFallback } from './incident-fallback.ts';
import { escapeMrkdwn } from '../text.ts';

/** The least that a card must say, for when Slack does not take the card itself. */
export const plainIncidentCard = (view: IncidentView): CardMessage => {
  const text = incidentFallback(view);
  const name = incidentName(view.number);
  return {
    text,
    blocks: [
      section(escapeMrkdwn(text)),
      context(
        `Slack did not take the whole card. \`/sentinel incident ${name}\` shows it, \`/sentinel ack ${name}\` acknowledges.`,
      ),
    ],
  };
};
