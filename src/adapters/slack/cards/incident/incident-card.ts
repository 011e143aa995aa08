import { incidentName } from '#kernel/incident-number.ts';
import { invariant } from '#kernel/invariant.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { symptomOf } from './anomaly-words.ts';
import { actions, button, type CardMessage, type ChartImage, context, header, image } from '../blocks.ts';
import { bodyBlocks, whoIsOnIt } from './incident-body.ts';
import { incidentFallback } from './incident-fallback.ts';
import { smallPrint } from './incident-small-print.ts';
import { stateLine } from './incident-state-line.ts';
import { cardStateOf, circleOf, isCompact, isFailingAgain } from './incident-state.ts';
import { formatSpan } from '../numbers.ts';
import { cutAtWord, HEADER_LIMIT, plainName } from '../text.ts';
import { formatUtc } from '../times.ts';

export interface IncidentCardOptions {
  readonly now: Date;
  /** Null: not uploaded yet, or there is none. */
  readonly chart: ChartImage | null;
}

/** The one thing to read when woken: what the incident's message says in its present state. */
export const incidentCard = (view: IncidentView, { now, chart }: IncidentCardOptions): CardMessage => ({
  text: incidentFallback(view),
  blocks: [
    header(cutAtWord(headerText(view), HEADER_LIMIT)),
    context(stateLine(view, now)),
    ...bodyBlocks(view, now),
    ...(chart === null || isCompact(view) ? [] : [image(chart)]),
    ...whoIsOnIt(view, now),
    actions(...buttonsOf(view)),
    ...smallPrint(view, now),
  ],
});

const headerText = (view: IncidentView): string => {
  const name = `${circleOf(view)} ${view.severity} · ${plainName(view.lead.service)}`;
  switch (cardStateOf(view)) {
    case 'resolved':
      invariant(view.resolved, 'a resolved incident says who resolved it');
      return `${name}: resolved after ${formatSpan(view.resolved.at.getTime() - view.openedAt.getTime())}`;
    case 'recovered':
      return `${name}: recovered, not yet resolved`;
    case 'no-data':
      invariant(view.noDataSince, 'no data has a beginning');
      return `${name}: no data since ${formatUtc(view.noDataSince)}`;
    case 'open':
    case 'acknowledged':
      return `${name}: ${symptomOf(view.lead, { hasSample: false, isAgain: isFailingAgain(view) })}`;
  }
};

const buttonsOf = (view: IncidentView): readonly ReturnType<typeof button>[] => {
  const name = incidentName(view.number);
  const emphasis = isCompact(view) ? 'plain' : 'safe-next-step';
  switch (cardStateOf(view)) {
    case 'resolved':
      return [button('Reopen', 'incident.reopen', name)];
    case 'recovered':
      return [button('Resolve', 'incident.resolve', name, emphasis)];
    case 'open':
    case 'acknowledged':
    case 'no-data': {
      const resolve = button('Resolve', 'incident.resolve', name);
      return view.state === 'open'
        ? [button('Acknowledge', 'incident.acknowledge', name, emphasis), resolve]
        : [resolve];
    }
  }
};
