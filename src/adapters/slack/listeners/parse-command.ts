import { parseIncidentNumber } from '#kernel/incident-number.ts';
import { nearestNames } from '#kernel/nearest-names.ts';
import { COMMANDS, type CommandName } from '../cards/command-list.ts';
import { NBSP, unescapeMrkdwn } from '../cards/text.ts';
import { parseServiceQuestion, type ServiceQuestionWords } from './parse-service-question.ts';

/** Which incident is meant: said, or to be seen from where it was said. */
export type Target = { readonly kind: 'number'; readonly number: number } | { readonly kind: 'from-context' };

export type ParsedCommand =
  | { readonly kind: 'help' | 'status' | 'incidents' }
  | { readonly kind: 'incident' | 'ack' | 'reopen'; readonly target: Target }
  | { readonly kind: 'resolve'; readonly target: Target; readonly resolution: string | null }
  | { readonly kind: 'accept'; readonly service: string }
  | { readonly kind: 'query'; readonly text: string }
  | { readonly kind: 'trace'; readonly traceId: string }
  | ({ readonly kind: 'deps' | 'slow' } & ServiceQuestionWords)
  /** No command of ours; the nearest one that might be meant. */
  | { readonly kind: 'unknown'; readonly word: string; readonly nearest: CommandName | null; readonly target: Target }
  /** A command of ours that cannot be done as it is written: why, and how it is written. */
  | { readonly kind: 'unclear'; readonly why: string; readonly usage: string };

export const COMMAND_TEXT_LIMIT = 4000;
export const RESOLUTION_LIMIT = 1000;

const ALIASES: Readonly<Record<string, CommandName>> = { acknowledge: 'ack', list: 'incidents', inc: 'incident' };

/** Reads what follows `/sentinel`. */
export const parseCommand = (typed: string): ParsedCommand => {
  const text = typedText(typed).trim();
  if (text.length > COMMAND_TEXT_LIMIT) {
    return { kind: 'unclear', why: `That is longer than ${COMMAND_TEXT_LIMIT} characters.`, usage: '/sentinel help' };
  }
  const [word, rest] = splitWord(text);
  const said = word.toLowerCase();
  const name =
    COMMANDS.find((command) => command.name === said)?.name ??
    (Object.hasOwn(ALIASES, said) ? ALIASES[said] : undefined);
  switch (name) {
    case undefined: {
      if (said === '') return { kind: 'help' };
      const number = parseIncidentNumber(word);
      return number === undefined ? unknown(word, rest) : { kind: 'incident', target: { kind: 'number', number } };
    }
    case 'help':
    case 'status':
    case 'incidents':
      return { kind: name };
    case 'incident':
    case 'ack':
    case 'reopen':
      return withTarget(name, rest);
    case 'resolve':
      return resolve(rest);
    case 'accept':
      return rest === ''
        ? { kind: 'unclear', why: 'The name of a service is missing.', usage: usageOf('accept') }
        : { kind: 'accept', service: rest };
    case 'query':
      return rest === ''
        ? { kind: 'unclear', why: 'A query is missing.', usage: usageOf('query') }
        : { kind: 'query', text: rest };
    case 'trace':
      return rest === ''
        ? { kind: 'unclear', why: 'The id of a trace is missing.', usage: usageOf('trace') }
        : { kind: 'trace', traceId: rest };
    case 'deps':
    case 'slow':
      return { kind: name, ...parseServiceQuestion(rest) };
  }
};

/** What Slack and phones make of typed text, turned back: entities, curly quotes, no-break spaces. */
export const typedText = (text: string): string =>
  unescapeMrkdwn(text)
    .replaceAll(NBSP, ' ')
    .replace(/[\u2007\u202f]/gu, ' ')
    .replace(/[\u201c\u201d\u201e\u201f]/gu, '"')
    .replace(/[\u2018\u2019\u201a\u201b]/gu, "'");

const splitWord = (text: string): readonly [string, string] => {
  const match = /^(\S*)\s*([^]*)$/u.exec(text);
  return [match?.[1] ?? '', (match?.[2] ?? '').trim()];
};

const usageOf = (name: CommandName): string =>
  COMMANDS.find((command) => command.name === name)?.usage ?? '/sentinel help';

const withTarget = (kind: 'incident' | 'ack' | 'reopen', rest: string): ParsedCommand => {
  if (rest === '') return { kind, target: { kind: 'from-context' } };
  const [word, further] = splitWord(rest);
  const number = parseIncidentNumber(word);
  const second = further.split(/[\s,]+/u).find((other) => parseIncidentNumber(other) !== undefined);
  if (number !== undefined && second !== undefined) {
    return {
      kind: 'unclear',
      why: `One incident at a time: nothing was done for INC-${number} or ${cut(second)}.`,
      usage: `/sentinel ${kind} INC-${number}`,
    };
  }
  return number === undefined
    ? { kind: 'unclear', why: `“${cut(word)}” is no incident number.`, usage: usageOf(kind) }
    : { kind, target: { kind: 'number', number } };
};

const resolve = (rest: string): ParsedCommand => {
  const [word, words] = splitWord(rest);
  const number = parseIncidentNumber(word);
  // "resolve 10 to 20 connections" may mean either, and a wrong guess closes somebody's incident.
  if (number !== undefined && words !== '' && /^\d/u.test(word)) {
    return {
      kind: 'unclear',
      why: `Is ${word} the incident, or part of what fixed it? Nothing was resolved.`,
      usage: `/sentinel resolve INC-${number} ${cut(words)}`,
    };
  }
  const resolution = number === undefined ? rest : words;
  if (resolution.length > RESOLUTION_LIMIT) {
    return {
      kind: 'unclear',
      why: `What fixed it may have ${RESOLUTION_LIMIT} characters; this has ${resolution.length}. Nothing was resolved.`,
      usage: usageOf('resolve'),
    };
  }
  return {
    kind: 'resolve',
    target: number === undefined ? { kind: 'from-context' } : { kind: 'number', number },
    resolution: resolution === '' ? null : resolution,
  };
};

const unknown = (word: string, rest: string): ParsedCommand => {
  const number = parseIncidentNumber(splitWord(rest)[0]);
  return {
    kind: 'unknown',
    word: cut(word),
    nearest: nearestCommand(word.toLowerCase()),
    target: number === undefined ? { kind: 'from-context' } : { kind: 'number', number },
  };
};

const WORD_LIMIT = 40;
const cut = (word: string): string => (word.length > WORD_LIMIT ? `${word.slice(0, WORD_LIMIT - 1)}…` : word);

const MOST_EDITS = 2;

const nearestCommand = (word: string): CommandName | null => {
  const names = new Map<string, CommandName>([
    ...COMMANDS.map(({ name }) => [name, name] as const),
    ...Object.entries(ALIASES),
  ]);
  const [said] = nearestNames(word.slice(0, WORD_LIMIT), [...names.keys()], MOST_EDITS);
  return said === undefined ? null : (names.get(said) ?? null);
};
