import { printString } from '#esql/print/print-expression.ts';
import {
  ANSWERED_SPAN,
  condition,
  FAILED_SPAN,
  type Found,
  type Ground,
  groupedBy,
  ofKind,
  type Part,
  type Phrase,
  type Rule,
  textAt,
} from './phrase.ts';
import { namesAt, servicesCondition } from './read-service.ts';
import type { Word } from './read-words.ts';

const CALLER_LEADS = new Set(['from', 'of', 'by', 'between']);
const CALLEE_LEADS = new Set(['to', 'into', 'towards', '->', '=>', '→']);
const CALLS = new Set(['call', 'calls', 'calling', 'request', 'requests', 'reqs', 'made', 'makes', 'sent', 'sends']);
// "requests to payment" are those that it answered, which its own lines tell.
const ONLY_CALLS = new Set(['call', 'calls', 'calling']);
const NOUNS = new Set(['service', 'services', 'svc', 'app']);
const CALLED_SPAN = 'span.kind == "client"';

/** "from gateway to payment", "gateway -> payment", "calls to payment", "calls to payment from gateway". */
export const readCalls: Rule = (words, at, ground) => {
  const callee = ONLY_CALLS.has(textAt(words, at - 1))
    ? (calleesAt(words, at, ground) ?? peerAt(words, at, PEER))
    : null;
  if (callee !== null) {
    const end = at + callee.used;
    const caller = CALLER_LEADS.has(textAt(words, end)) ? serviceAt(words, end + 1, ground) : null;
    return asked(caller, callee, words.slice(at, end + (caller === null ? 0 : 1 + caller.used)));
  }
  const led = CALLER_LEADS.has(textAt(words, at)) ? 1 : 0;
  const caller = serviceAt(words, at + led, ground);
  if (caller === null) return null;
  let end = at + led + caller.used;
  if (CALLS.has(textAt(words, end))) end += 1;
  const callees = calleesAt(words, end, ground) ?? peerAt(words, end, ADDRESS);
  if (callees !== null) return asked(caller, callees, words.slice(at, end + callees.used));
  const areMade = ONLY_CALLS.has(textAt(words, at - 1)) && textAt(words, at) === 'from';
  return areMade ? made(caller, words.slice(at, at + led + caller.used)) : null;
};

/** "calls from gateway": those that it makes, where "requests from gateway" are those that its lines tell. */
export const made = ({ names }: Named, words: readonly Word[]): Found => {
  const means = notSaid(names, words).length === 0 ? 'its client spans' : `client spans of ${names.join(' and ')}`;
  return condition('call', `${servicesCondition(names)} AND ${CALLED_SPAN}`, means, words.length);
};

/** What is meant by it is told of those only that were said otherwise. */
const notSaid = (names: readonly string[], words: readonly Word[]): readonly string[] =>
  names.filter((name) => words.every(({ text }) => text !== name.toLowerCase()));

export interface Named {
  readonly names: readonly string[];
  readonly used: number;
  /** No service with telemetry is called so. */
  readonly isUnknown?: true;
}

const PEER = /^[a-z][a-z\d_-]{2,}(?:[.:/][\w.:/-]*)?$/iu;
const ADDRESS = /^[a-z\d][\w-]*(?:\.[\w-]+)+(?::\d{1,5})?$/iu;

/** What is called need not be a service that telemetry has, as `api.github.com`: asked about, as it is written. */
const peerAt = (words: readonly Word[], at: number, form: RegExp): Named | null => {
  const word = words[at + 1];
  if (!CALLEE_LEADS.has(textAt(words, at)) || word?.isQuoted !== false || !form.test(word.typed)) return null;
  return /^\d/u.test(word.text) || NO_PEERS.has(word.text) ? null : { names: [word.typed], used: 2, isUnknown: true };
};

const NO_PEERS = new Set(
  'the a an all any every each other others this that these those its now today yesterday'.split(' '),
);

export const serviceAt = (words: readonly Word[], at: number, ground: Ground): Named | null => {
  const start = at + (textAt(words, at) === 'the' ? 1 : 0);
  const found = namesAt(words, start, ground);
  if (found === null) return null;
  const noun = NOUNS.has(textAt(words, start + found.used)) ? 1 : 0;
  return { names: found.names, used: start - at + found.used + noun };
};

const calleesAt = (words: readonly Word[], at: number, ground: Ground): Named | null => {
  const first = CALLEE_LEADS.has(textAt(words, at)) ? serviceAt(words, at + 1, ground) : null;
  if (first === null) return null;
  const names = [...first.names];
  let used = 1 + first.used;
  for (;;) {
    const join = ['and', 'or'].includes(textAt(words, at + used)) ? 1 : 0;
    if (join === 0 && words[at + used]?.isAfterComma !== true) break;
    const next = serviceAt(words, at + used + join, ground);
    if (next === null) break;
    names.push(...next.names);
    used += join + next.used;
  }
  return { names, used };
};

/** Whoever calls says whom in a client span of its own: what was called tells of no caller. */
export const asked = (caller: Named | null, callee: Named, words: readonly Word[]): Found => {
  const printed = callee.names.map((name) => printString(name));
  const isTo = printed.length === 1 ? `peer.service == ${printed[0] ?? ''}` : `peer.service IN (${printed.join(', ')})`;
  const isFrom = caller === null ? [] : [servicesCondition(caller.names)];
  const [from, to] = [notSaid(caller?.names ?? [], words), notSaid(callee.names, words)];
  const named = [
    ...(from.length === 0 ? [] : [`from ${from.join(' and ')}`]),
    ...(to.length === 0 ? [] : [`to ${to.join(' and ')}`]),
  ].join(' ');
  const isUnknown = callee.isUnknown === true;
  const whose = isUnknown ? '; no service is called so' : '';
  const found = condition(
    'call',
    [...isFrom, isTo, CALLED_SPAN].join(' AND '),
    `${named === '' ? '' : `${named}: `}client spans with that peer.service (other spellings: /sentinel deps)${whose}`,
    words.length,
  );
  return { ...found, isSure: !isUnknown };
};

/**
 * What is said of calls, in their spans: they are no answered requests, and nothing of another service. A service
 * behind "to" beside another one is a callee that was not understood.
 */
export const fitCalls = (phrases: readonly Phrase[]): readonly Phrase[] => {
  const conditions = ofKind(
    phrases.map(({ part }) => part),
    'condition',
  );
  if (conditions.some(({ about }) => about === 'call')) return phrases.map(ofCalls);
  const services = conditions.filter(({ about, isNegated }) => about === 'service' && isNegated !== true);
  return services.length < 2
    ? phrases
    : phrases.map((phrase) =>
        isService(phrase.part) && CALLEE_LEADS.has(phrase.said.split(' ')[0]?.toLowerCase() ?? '')
          ? { ...phrase, means: `${phrase.means ?? ''}; of calls write “calls from A to B”`, isSure: false }
          : phrase,
      );
};

const isService = (part: Part): boolean =>
  part.kind === 'condition' && part.about === 'service' && part.isNegated !== true;

const ofCalls = (phrase: Phrase): Phrase => {
  const { part } = phrase;
  if (part.kind === 'group' && (part.ofSpans ?? part).needs === ANSWERED_SPAN) {
    const { name: _name, needs: _needs, ...key } = part.ofSpans ?? part;
    return {
      ...phrase,
      part: { ...key, kind: 'group', name: 'span.name' },
      means: groupedBy('the name of client spans'),
    };
  }
  if (isService(part)) {
    const means = `left out, for calls have a caller and whom they call: ${phrase.means ?? phrase.said}`;
    return { ...phrase, part: { kind: 'noise' }, means, isSure: false };
  }
  if (part.kind !== 'condition' || part.about !== 'outcome' || part.ofSpans === undefined) return phrase;
  if (part.ofSpans === ANSWERED_SPAN) return { ...phrase, part: { kind: 'noise' }, means: 'calls' };
  const isFailed = part.ofSpans.endsWith(FAILED_SPAN);
  return { ...phrase, part: { ...part, ofSpans: isFailed ? FAILED_SPAN : `NOT (${FAILED_SPAN})` } };
};
