import { invariant } from '#kernel/invariant.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { actorIn } from '../actor-words.ts';
import {
  otherSignalOfService,
  pastClause,
  recoverySentences,
  sentencesOf,
  statisticsOf,
  symptomOf,
} from './anomaly-words.ts';
import { type CardBlock, fields, section } from '../blocks.ts';
import { lastLineBlock } from './matched-lines.ts';
import { cardStateOf, isCompact, servicesOf } from './incident-state.ts';
import { formatSpan } from '../numbers.ts';
import { listInWords, listWithRest, nameIn, quoted } from '../text.ts';
import { formatTime } from '../times.ts';

const SERVICES_LISTED = 3;
const RESPONDERS_LISTED = 5;
const RESOLUTION_LIMIT = 600;

export const bodyBlocks = (view: IncidentView, now: Date): readonly CardBlock[] => {
  if (cardStateOf(view) === 'resolved') return resolvedBlocks(view, now);
  const text = presentText(view, now);
  if (view.lead.signal === 'log_match') {
    return [section(`${isCompact(view) ? '' : '*What is going on*\n'}${text}${lastLineBlock(view.lead)}`)];
  }
  return [
    section(isCompact(view) ? `${text} ${statisticsOf(view.lead)}.${heldWords(view)}` : `*What is going on*\n${text}`),
  ];
};

/** A score as high as one that pages, under P3, is a riddle without the rule that held it. */
const heldWords = ({ lead, noDataSince, recoveredAt }: IncidentView): string =>
  lead.heldBy === null || lead.calm !== null || noDataSince !== null || recoveredAt !== null
    ? ''
    : ` It does not page: ${lead.heldBy}.`;

const presentText = (view: IncidentView, now: Date): string => {
  switch (cardStateOf(view)) {
    case 'recovered':
      return recoverySentences(view.lead, view.lead.quietSince ?? view.recoveredAt ?? now, now);
    case 'no-data':
      return noDataText(view, now);
    default:
      return failingText(view, now);
  }
};

const failingText = (view: IncidentView, now: Date): string => {
  const { lead } = view;
  const windowMs = lead.window.to.getTime() - lead.window.from.getTime();
  const began =
    lead.signal === 'silence' || lead.signal === 'log_match' ? '' : ` It began at ${formatTime(view.onsetAt, now)}.`;
  return `${sentencesOf(lead, windowMs, now)}${otherSignalOfService(lead, view.folded)}${began}`;
};

const noDataText = (view: IncidentView, now: Date): string => {
  invariant(view.noDataSince, 'no data has a beginning');
  return (
    `No telemetry from ${nameIn(view.lead.service)} since ${formatTime(view.noDataSince, now)}. ` +
    `This is not recovery: it cannot be seen. Last seen: ${symptomOf(view.lead, { hasSample: true })}.`
  );
};

const resolvedBlocks = (view: IncidentView, now: Date): readonly CardBlock[] => {
  invariant(view.resolved, 'a resolved incident says who resolved it');
  const others = servicesOf(view).slice(1).map(nameIn);
  const together =
    others.length === 0
      ? ''
      : `; ${others.length > SERVICES_LISTED ? listWithRest(others, SERVICES_LISTED, ', ') : listInWords(others)} with it`;
  // When its last line came is told already.
  const isToldWhen = view.recoveredAt !== null || view.lead.signal === 'log_match';
  const unrecovered = isToldWhen ? '' : ' It was still out of its expected band when it was resolved.';
  const { resolution } = view.resolved;
  const after = (from: Date, at: Date): string => `after ${formatSpan(at.getTime() - from.getTime())}`;
  const isReopened = view.waitingSince > view.openedAt;
  return [
    section(`*What happened*\n${pastClause(view.lead, view.recoveredAt, now)}${together}.${unrecovered}`),
    section(`*What fixed it*\n${resolution === null ? 'Not said' : quoted(resolution, RESOLUTION_LIMIT)}`),
    fields(
      view.acknowledged === null
        ? `*Acknowledged* by nobody${isReopened ? ' since it was reopened' : ''}`
        : `*Acknowledged* ${after(view.waitingSince, view.acknowledged.at)}${isReopened ? ' from when it was reopened' : ''}`,
      `*Resolved* ${after(view.openedAt, view.resolved.at)}`,
    ),
  ];
};

export const whoIsOnIt = (view: IncidentView, now: Date): readonly CardBlock[] => {
  if (cardStateOf(view) === 'resolved' || isCompact(view)) return [];
  if (view.acknowledged === null) return [section('*Who is on it*\nNobody yet')];
  const also =
    view.responders.length === 0 ? '' : `\nand ${listWithRest(view.responders.map(actorIn), RESPONDERS_LISTED, ', ')}`;
  return [
    section(
      `*Who is on it*\n👀 ${actorIn(view.acknowledged.by)} since ${formatTime(view.acknowledged.at, now)}${also}`,
    ),
  ];
};
