import { invariant } from '#kernel/invariant.ts';
import type { AnomalyView, IncidentView } from '#ports/incident-board.ts';
import { isScored, shortOf, statisticsOf } from './anomaly-words.ts';
import { type CardBlock, context, section } from '../blocks.ts';
import { linesQuery } from './matched-lines.ts';
import { cardStateOf, isCompact } from './incident-state.ts';
import { formatCount, formatScore } from '../numbers.ts';
import { cutAtWord, escapeMrkdwn, listInWords, listWithRest, nameIn, toOneLine } from '../text.ts';

const LISTED = 3;
const GAP_LIMIT = 200;

/** Statistics, what was folded in, what was not seen, that nobody was paged, and where matching lines are found. */
export const smallPrint = (view: IncidentView, now: Date): readonly CardBlock[] => {
  const state = cardStateOf(view);
  if (state === 'resolved') return [];
  const statistics = [
    ...(isCompact(view) ? [] : [statisticsOf(view.lead, view.folded)]),
    ...(view.folded.length === 0 ? [] : [state === 'recovered' ? othersNow(view, now) : foldedIn(view, now)]),
    ...(state === 'recovered' ? ['Sentinel does not resolve by itself'] : []),
  ];
  const gaps = view.gaps.map((gap) => escapeMrkdwn(cutAtWord(toOneLine(gap), GAP_LIMIT)));
  return [
    ...(statistics.length === 0 ? [] : [context(statistics.join(' · '))]),
    ...(gaps.length === 0 ? [] : [context(`*Not seen:* ${listWithRest(gaps, LISTED, ' · ')}`)]),
    ...(wouldPage(view) ? [context(pagerLine(view))] : []),
    ...(view.lead.signal === 'log_match' ? [section(`*See the lines*\n${linesQuery(view.lead)}`)] : []),
  ];
};

/** One item a service, by what is worst about it; the lead's own service is told of above. */
const foldedIn = (view: IncidentView, now: Date): string => {
  const services = [...new Set(view.folded.map((anomaly) => anomaly.service))];
  const items = services
    .filter((service) => service !== view.lead.service)
    .map((service) =>
      describeFolded(
        view.folded.filter((anomaly) => anomaly.service === service),
        now,
      ),
    );
  if (items.length === 0) return `*${counted(view.folded.length, 'other signal')} folded in*`;
  return `*${counted(items.length, 'service')} folded in:* ${listWithRest(items, LISTED, ', ')}`;
};

const counted = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

const describeFolded = (ofService: readonly AnomalyView[], now: Date): string => {
  const lasting = ofService.filter(({ calm, quietSince }) => calm === null && quietSince === null);
  const told = lasting.length === 0 ? ofService : lasting;
  const shown = told.find(({ signal }) => signal === 'error_rate') ?? told[0];
  invariant(shown, 'a folded service has an anomaly');
  if (lasting.length === 0) {
    return `${nameIn(shown.service)} ${shown.signal === 'log_match' ? 'without a matching line' : 'back in its band'}`;
  }
  const isSlowToo =
    shown.signal === 'error_rate' && lasting.some(({ signal, isFailingNow }) => signal === 'latency' && isFailingNow);
  const score = isScored(shown.signal) ? ` (${formatScore(shown.score, shown.signal)})` : '';
  return `${shortOf(shown, now)}${score}${isSlowToo ? ' and slow' : ''}`;
};

const othersNow = (view: IncidentView, now: Date): string => {
  const isBack = (anomaly: AnomalyView): boolean => anomaly.quietSince !== null;
  const stillOut = view.folded.filter((anomaly) => !isBack(anomaly));
  if (stillOut.length > 0) {
    return `*still out of their bands:* ${listWithRest(
      stillOut.map((anomaly) => shortOf(anomaly, now)),
      LISTED,
      ', ',
    )}`;
  }
  const services = [...new Set(view.folded.map((anomaly) => anomaly.service))]
    .filter((service) => service !== view.lead.service)
    .map(nameIn);
  if (services.length === 0) return 'its other signals are back in their bands too';
  const shown = services.length > LISTED ? listWithRest(services, LISTED, ', ') : listInWords(services);
  return services.length === 1 ? `${shown} is back in its band too` : `${shown} are back in their bands too`;
};

const wouldPage = (view: IncidentView): boolean =>
  !isCompact(view) && view.state === 'open' && cardStateOf(view) !== 'recovered';

const pagerLine = (view: IncidentView): string =>
  `📟 Would page the on-call engineer of ${nameIn(view.lead.service)} now (${view.severity}). ` +
  'No pager is configured, so *nobody was paged*.';
