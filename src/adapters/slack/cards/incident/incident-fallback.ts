import { incidentName } from '#kernel/incident-number.ts';
import { invariant } from '#kernel/invariant.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { symptomOf } from './anomaly-words.ts';
import { cardStateOf, isCompact, isFailingAgain } from './incident-state.ts';
import { formatSpan } from '../numbers.ts';
import { cutAtWord, fitFallback, NAME_LIMIT, plainName, toOneLine, withoutMarkup } from '../text.ts';
import { formatUtc } from '../times.ts';

const SHORT_NAME_LIMIT = 20;
const FIX_LIMIT = 50;

interface Parts {
  readonly service: string;
  readonly hasSample: boolean;
  readonly hasAction: boolean;
}

/** What a lock screen shows. Too long, it loses first the sample, then the action, then part of the service's name. */
export const incidentFallback = (view: IncidentView): string => {
  const service = plainName(view.lead.service, NAME_LIMIT);
  return fitFallback(
    [
      { service, hasSample: true, hasAction: true },
      { service, hasSample: false, hasAction: true },
      { service, hasSample: false, hasAction: false },
      { service: plainName(view.lead.service, SHORT_NAME_LIMIT), hasSample: false, hasAction: false },
    ].map((parts) => sentence(view, parts)),
  );
};

const sentence = (view: IncidentView, parts: Parts): string => {
  const incident = incidentName(view.number);
  const subject = `${view.severity} ${parts.service}`;
  const symptom = symptomOf(view.lead, { hasSample: parts.hasSample, isAgain: isFailingAgain(view) });
  const act = (words: string): string => (parts.hasAction ? `: ${words}.` : '.');
  switch (cardStateOf(view)) {
    case 'resolved': {
      invariant(view.resolved, 'a resolved incident says who resolved it');
      const { resolution } = view.resolved;
      const fix =
        parts.hasAction && resolution !== null
          ? ` Fix: ${withoutMarkup(cutAtWord(toOneLine(resolution), FIX_LIMIT))}`
          : '';
      return `Resolved: ${subject}, ${incident}, after ${formatSpan(view.resolved.at.getTime() - view.openedAt.getTime())}.${fix}`;
    }
    case 'recovered':
      return `${subject} recovered${view.recoveredAt === null ? '' : ` ${formatUtc(view.recoveredAt)}`}, not yet resolved. ${incident}${act('resolve it if the fix is in')}`;
    case 'no-data':
      invariant(view.noDataSince, 'no data has a beginning');
      return `${subject}: no data since ${formatUtc(view.noDataSince)}. ${incident} is still open; this is not recovery.`;
    case 'acknowledged':
      return `${subject}: ${symptom}. ${incident} acknowledged${view.acknowledged === null ? '' : ` ${formatUtc(view.acknowledged.at)}`}.`;
    case 'open':
      return openSentence(view, subject, symptom, act);
  }
};

const openSentence = (view: IncidentView, subject: string, symptom: string, act: (words: string) => string): string => {
  const incident = incidentName(view.number);
  if (isCompact(view)) return `${subject}: ${symptom}. ${incident} is open${act('look when you can')}`;
  if (view.reopened !== null) return `Reopened: ${subject}, ${symptom}. ${incident}${act('acknowledge it')}`;
  if (view.raised !== null) {
    return `Raised to ${view.severity}: ${subject.slice(view.severity.length + 1)}, ${symptom}. ${incident}${act('acknowledge it')}`;
  }
  return `${subject}: ${symptom}. ${incident} is unacknowledged${act('acknowledge it')}`;
};
