import { incidentName } from '#kernel/incident-number.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { actorIn } from '../actor-words.ts';
import { cardStateOf, isCompact, servicesOf } from './incident-state.ts';
import { formatBareScore, formatSpan } from '../numbers.ts';
import { formatTime } from '../times.ts';

/** The small line under the header: number, state, who did it; below it what it belongs with. */
export const stateLine = (view: IncidentView, now: Date): string => {
  const related = [
    ...(view.possiblySameAs === null ? [] : [`Possibly the same cause as *${incidentName(view.possiblySameAs)}*`]),
    ...(view.previousIncident === null
      ? []
      : [`The same signal as in *${incidentName(view.previousIncident)}*, resolved before`]),
  ];
  return [`*${incidentName(view.number)}* · ${stateWords(view, now)}`, ...related].join('\n');
};

const stateWords = (view: IncidentView, now: Date): string => {
  const at = (date: Date): string => formatTime(date, now);
  switch (cardStateOf(view)) {
    case 'resolved':
      return view.resolved === null
        ? 'resolved'
        : `resolved by ${actorIn(view.resolved.by)} at ${at(view.resolved.at)}`;
    case 'recovered': {
      const since = view.recoveredAt === null ? '' : ` at ${at(view.recoveredAt)}`;
      const who =
        view.acknowledged === null ? 'not acknowledged' : `👀 acknowledged by ${actorIn(view.acknowledged.by)}`;
      return `recovered${since} · ${who}`;
    }
    default:
      return latestWords(view, at);
  }
};

/** Of acknowledged, reopened and raised, what happened last; "open since" if none did. */
const latestWords = (view: IncidentView, at: (date: Date) => string): string => {
  const { acknowledged, raised, reopened } = view;
  const isRaisedSince = (date: Date | undefined): boolean =>
    raised !== null && (date === undefined || raised.at.getTime() > date.getTime());

  if (raised !== null && isRaisedSince(acknowledged?.at) && isRaisedSince(reopened?.at)) {
    const from = formatBareScore(raised.fromScore, view.lead.signal);
    const to = formatBareScore(raised.toScore, view.lead.signal);
    const scores = from === to ? '' : `: z went from ${from} to ${to}`;
    const who = acknowledged === null ? '' : ` · acknowledged by ${actorIn(acknowledged.by)}`;
    return `🔺 raised from ${raised.from} to ${raised.to} at ${at(raised.at)}${scores}${who}`;
  }
  if (acknowledged !== null) {
    const since = reopened === null ? view.openedAt : reopened.at;
    const after = formatSpan(acknowledged.at.getTime() - since.getTime());
    return `👀 acknowledged by ${actorIn(acknowledged.by)} at ${at(acknowledged.at)}, after ${after}`;
  }
  if (reopened !== null) {
    return `↩️ reopened by ${actorIn(reopened.by)} at ${at(reopened.at)}, ${formatSpan(reopened.afterMs)} after it was resolved`;
  }
  return `open since ${at(view.openedAt)} · ${isCompact(view) ? `nobody is paged for ${view.severity}` : extent(view)}`;
};

const extent = (view: IncidentView): string => {
  const count = servicesOf(view).length;
  return count === 1 ? '1 service' : `${count} services`;
};
