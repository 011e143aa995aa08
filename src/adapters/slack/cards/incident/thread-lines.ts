import { incidentName } from '#kernel/incident-number.ts';
import type { IncidentView, TimelineEntry, TimelineEvent } from '#ports/incident-board.ts';
import { actorIn, surfaceOf } from '../actor-words.ts';
import { type CardMessage, type ChartImage, context, image } from '../blocks.ts';
import { foldedMessage } from './folded-message.ts';
import { SEVERITY_CIRCLE } from './incident-state.ts';
import { formatBareScore, formatSpan } from '../numbers.ts';
import { FALLBACK_LIMIT, cutAtWord, nameIn, plainName, quoted } from '../text.ts';
import { formatTime } from '../times.ts';

export interface ThreadLine {
  /** Stays the same for the same event: a line is posted once. */
  readonly key: string;
  readonly message: CardMessage;
}

// Further folded anomalies are counted on the card only.
const FOLDED_SHOWN = 5;
const RESOLUTION_LIMIT = 300;

/** What the thread under the card says, in the order in which it happened. */
export const threadLines = (view: IncidentView, now: Date): readonly ThreadLine[] => {
  let folded = 0;
  return view.timeline.flatMap((entry): readonly ThreadLine[] => {
    if (entry.event.kind === 'anomaly-folded') folded += 1;
    if (folded > FOLDED_SHOWN && entry.event.kind === 'anomaly-folded') return [];
    const message = lineOf(view, entry, now);
    return message === null ? [] : [{ key: `timeline:${entry.id}`, message }];
  });
};

/** Where the card itself has no room for the chart. */
export const chartLine = (view: IncidentView, chart: ChartImage): CardMessage => ({
  text: cutAtWord(`${incidentName(view.number)}: chart of ${plainName(view.lead.service)}.`, FALLBACK_LIMIT),
  blocks: [image(chart)],
});

const lineOf = (view: IncidentView, entry: TimelineEntry, now: Date): CardMessage | null => {
  if (entry.event.kind === 'anomaly-folded') {
    const { anomalyId, reason } = entry.event;
    const anomaly = [...view.folded, view.lead].find((each) => each.id === anomalyId);
    return anomaly === undefined ? null : foldedMessage(view, anomaly, reason, now);
  }
  const said = transitionWords(view, entry, entry.event, now);
  return said === null ? null : { text: cutAtWord(said.plain, FALLBACK_LIMIT), blocks: [context(said.line)] };
};

type Transition = Exclude<TimelineEvent, { kind: 'anomaly-folded' }>;

const transitionWords = (
  view: IncidentView,
  entry: TimelineEntry,
  event: Transition,
  now: Date,
): { readonly line: string; readonly plain: string } | null => {
  const incident = incidentName(view.number);
  const who = actorIn(entry.actor);
  const at = formatTime(entry.at, now);
  const from = entry.actor.kind === 'person' ? ` · from ${surfaceOf(entry.actor)}` : '';
  switch (event.kind) {
    case 'opened':
      // The card above says it.
      return null;
    case 'lead-changed':
      return {
        line: `Now led by ${nameIn(event.to)} instead of ${nameIn(event.from)}, at ${at}: it calls nothing that fails`,
        plain: `${incident} is now led by ${plainName(event.to)}.`,
      };
    case 'severity-raised': {
      const [before, after] = [event.fromScore, event.toScore].map((score) => formatBareScore(score, view.lead.signal));
      const scores = before === after ? '' : `: z went from ${before} to ${after}`;
      return {
        line: `🔺 Raised from ${event.from} to ${event.to} at ${at}${scores}`,
        plain: `${incident} was raised from ${event.from} to ${event.to}.`,
      };
    }
    case 'acknowledged':
      return {
        line: `👀 ${who} acknowledged at ${at}, after ${formatSpan(event.afterMs)}${from}`,
        plain: `${incident} was acknowledged after ${formatSpan(event.afterMs)}.`,
      };
    case 'responder-added':
      return { line: `👀 ${who} joined at ${at}${from}`, plain: `Another responder joined ${incident}.` };
    case 'recovered':
      if (view.lead.signal === 'log_match') {
        return {
          line: `🟢 No line of ${nameIn(view.lead.service)} matched since ${formatTime(event.quietSince, now)} · not yet resolved`,
          plain: `${incident}: no further line of ${plainName(view.lead.service)} matched, not yet resolved.`,
        };
      }
      return {
        line: `🟢 ${nameIn(view.lead.service)} is back in its expected band since ${formatTime(event.quietSince, now)} · not yet resolved`,
        plain: `${incident}: ${plainName(view.lead.service)} is back in its expected band, not yet resolved.`,
      };
    case 'failing-again':
      if (view.lead.signal === 'log_match') {
        return {
          line: `${SEVERITY_CIRCLE[view.severity]} Lines match again at ${at}`,
          plain: `${incident}: lines match again.`,
        };
      }
      return {
        line: `${SEVERITY_CIRCLE[view.severity]} Out of its expected band again at ${at}`,
        plain: `${incident}: out of its expected band again.`,
      };
    case 'new-normal-accepted':
      return {
        line: `✅ ${who} took what ${nameIn(event.service)} does now for its normal, at ${at}${from}`,
        plain: `${incident}: what ${plainName(event.service)} does now is its normal.`,
      };
    case 'resolved': {
      const isLines = view.lead.signal === 'log_match';
      const still = event.isStillFailing
        ? ` · ${isLines ? 'lines still matched' : 'still out of its expected band'}`
        : '';
      const words = event.resolution === null ? '' : ` · _${quoted(event.resolution, RESOLUTION_LIMIT)}_`;
      return {
        line: `✅ ${who} resolved at ${at}, after ${formatSpan(event.afterMs)}${from}${still}${words}`,
        plain: `${incident} was resolved after ${formatSpan(event.afterMs)}.`,
      };
    }
    case 'resolution-added':
      return {
        line: `✅ ${who} said at ${at} what fixed it${from} · _${quoted(event.resolution, RESOLUTION_LIMIT)}_`,
        plain: `${incident}: somebody said what fixed it.`,
      };
    case 'reopened':
      return {
        line: `↩️ ${who} reopened at ${at}, ${formatSpan(event.afterMs)} after it was resolved${reopenReason(event.reason)}${from}`,
        plain: `${incident} was reopened ${formatSpan(event.afterMs)} after it was resolved.`,
      };
  }
};

const reopenReason = (reason: 'person' | 'fired-again' | 'still-failing'): string => {
  switch (reason) {
    case 'person':
      return '';
    case 'fired-again':
      return ': the same signal fired again';
    case 'still-failing':
      return ': it still fails';
  }
};
