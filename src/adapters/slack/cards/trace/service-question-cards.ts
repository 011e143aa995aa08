import type { Unanswered } from '#capabilities/traces/index.ts';
import { nearName } from '#kernel/find-name.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { CardMessage } from '../blocks.ts';
import { formatSpan } from '../numbers.ts';
import { queryFailedCard } from '../answer/query-error-card.ts';
import { sentenceCard } from '../sentence-card.ts';
import { code, escapeMrkdwn, nameIn, plainName, toOneLine } from '../text.ts';
import { formatTime } from '../times.ts';

/** The time that was looked at. */
export const rangeWords = ({ from, to }: TimeWindow, now: Date): string =>
  `${formatTime(from, now)} to ${formatTime(to, now)} (${formatSpan(to.getTime() - from.getTime())})`;

/** A question about a service that has no answer: why, and what can be asked instead. */
export const unansweredCard = (outcome: Unanswered, command: 'deps' | 'slow', now: Date): CardMessage => {
  if (outcome.kind === 'failed') return queryFailedCard(outcome.userMessage);
  const { service, isInLogs, range } = outcome;
  const what = isInLogs ? 'sends log lines, but no spans' : 'sent no spans';
  return sentenceCard(
    `*${nameIn(service)}* ${what}: ${rangeWords(range, now)}.${otherServices('spans', command, { ...outcome, typed: isInLogs ? null : service })}`,
    `${plainName(service)} ${what} in the last ${formatSpan(range.to.getTime() - range.from.getTime())}.`,
  );
};

/** Of which services there is what was asked for, as commands to type. `typed`: null where it was no mistake. */
export const otherServices = (
  what: 'spans' | 'lines',
  command: string,
  {
    typed,
    nearest,
    more,
  }: { readonly typed: string | null; readonly nearest: readonly string[]; readonly more: number },
): string => {
  if (nearest.length === 0) return ' Nor did any other service.';
  const commandOf = (name: string): string => code(`/sentinel ${command} ${escapeMrkdwn(toOneLine(name))}`);
  const meant = typed === null || more > 0 ? null : nearName(typed, nearest);
  if (meant !== null && nearest.length === 1) return `\nDid you mean ${commandOf(meant)}?`;
  const commands = nearest.map(commandOf);
  return `\nThere are ${what} of: ${commands.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
};
