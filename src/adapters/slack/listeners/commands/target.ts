import { parseIncidentNumber } from '#kernel/incident-number.ts';
import type { CardMessage } from '../../cards/blocks.ts';
import { nothingOpenCard, whichIncidentCard } from '../../cards/command-cards.ts';
import { usageOf } from '../../cards/command-list.ts';
import { findThreadIncident } from '../find-thread-incident.ts';
import type { ListenerDeps } from '../listener-deps.ts';
import type { Asked, Unclear } from './command.ts';
import { cutWord, splitWord } from './words.ts';

/** Which incident is meant: said, or to be seen from where it was said. */
export type Target = { readonly kind: 'number'; readonly number: number } | { readonly kind: 'from-context' };

type OnIncident = 'incident' | 'ack' | 'resolve' | 'reopen';

/** A command that takes an incident's number and nothing else. */
export const parseTarget = <K extends OnIncident>(
  kind: K,
  rest: string,
): Unclear | { readonly kind: K; readonly target: Target } => {
  if (rest === '') return { kind, target: { kind: 'from-context' } };
  const [word, further] = splitWord(rest);
  const number = parseIncidentNumber(word);
  const second = further.split(/[\s,]+/u).find((other) => parseIncidentNumber(other) !== undefined);
  if (number !== undefined && second !== undefined) {
    return {
      kind: 'unclear',
      why: `One incident at a time: nothing was done for INC-${number} or ${cutWord(second)}.`,
      usage: `/sentinel ${kind} INC-${number}`,
    };
  }
  return number === undefined
    ? { kind: 'unclear', why: `“${cutWord(word)}” is no incident number.`, usage: usageOf(kind) }
    : { kind, target: { kind: 'number', number } };
};

/** Does it to the incident that is meant, or asks which one that is. */
export const onTarget = async (
  deps: ListenerDeps,
  name: OnIncident,
  target: Target,
  asked: Asked,
  run: (number: number) => Promise<CardMessage | null>,
): Promise<CardMessage | null> => {
  const resolved = await resolveTarget(deps, target, asked);
  switch (resolved.kind) {
    case 'none-open':
      return nothingOpenCard();
    case 'several-open':
      return whichIncidentCard(resolved.incidents, name);
    case 'number':
      return run(resolved.number);
  }
};

type Resolved =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'none-open' }
  | {
      readonly kind: 'several-open';
      readonly incidents: Awaited<ReturnType<ListenerDeps['commands']['listOpenIncidents']>>['incidents'];
    };

/** Unnamed, it is the incident of the thread, or the only one that is open. */
export const resolveTarget = async (deps: ListenerDeps, target: Target, asked: Asked): Promise<Resolved> => {
  if (target.kind === 'number') return target;
  const number = await findThreadIncident(deps, asked.channel, asked.threadTs);
  if (number !== null) return { kind: 'number', number };
  const { incidents, total } = await deps.commands.listOpenIncidents();
  const [first] = incidents;
  if (first === undefined) return { kind: 'none-open' };
  return total === 1 ? { kind: 'number', number: first.number } : { kind: 'several-open', incidents };
};
