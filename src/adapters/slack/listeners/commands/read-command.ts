import { parseIncidentNumber } from '#kernel/incident-number.ts';
import { nearestNames } from '#kernel/nearest-names.ts';
import { unknownCommandCard } from '../../cards/command-cards.ts';
import { formatCount } from '../../cards/numbers.ts';
import { cutAtWord } from '../../cards/text.ts';
import { COMMANDS, type CommandName } from '../../cards/command-list.ts';
import type { Reading } from './command.ts';
import { COMMAND_TABLE } from './command-table.ts';
import { resolveTarget, type Target } from './target.ts';
import { cutWord, splitWord, typedText, WORD_LIMIT } from './words.ts';

export const COMMAND_TEXT_LIMIT = 4000;
const MOST_SHOWN = 200;

const ALIASES: Readonly<Record<string, CommandName>> = { acknowledge: 'ack', list: 'incidents', inc: 'incident' };

/** Reads what follows `/sentinel`. */
export const readCommand = (typed: string): Reading => {
  const text = typedText(typed).trim();
  if (text.length > COMMAND_TEXT_LIMIT) {
    const why = `That is ${formatCount(text.length)} characters long; the most that is read is ${formatCount(COMMAND_TEXT_LIMIT)}. Nothing was run.`;
    return { parsed: { kind: 'unclear', why, usage: null }, answer: null, isForAll: false };
  }
  const [word, rest] = splitWord(text);
  if (word === '') return COMMAND_TABLE.help.read('');
  const name = commandNamed(word);
  if (name !== undefined) return COMMAND_TABLE[name].read(rest);
  return parseIncidentNumber(word) === undefined ? unknown(word, rest) : COMMAND_TABLE.incident.read(word);
};

/** The command of this name, in any case; or what else people call it. */
export const commandNamed = (word: string): CommandName | undefined => {
  const said = word.toLowerCase();
  return (
    COMMANDS.find((command) => command.name === said)?.name ??
    (Object.hasOwn(ALIASES, said) ? ALIASES[said] : undefined)
  );
};

/** No command of ours; the nearest one might be meant. */
const unknown = (word: string, rest: string): Reading => {
  const number = parseIncidentNumber(splitWord(rest)[0]);
  const target: Target = number === undefined ? { kind: 'from-context' } : { kind: 'number', number };
  const parsed = { kind: 'unknown', word: cutWord(word), nearest: nearestCommand(word.toLowerCase()), target } as const;
  return {
    parsed,
    answer: async (deps, asked) => {
      const found = await resolveTarget(deps, target, asked);
      const question = rest === '' ? null : cutAtWord(`${word} ${rest}`, MOST_SHOWN);
      return unknownCommandCard(parsed.word, parsed.nearest, found.kind === 'number' ? found.number : null, question);
    },
    isForAll: false,
  };
};

const MOST_EDITS = 2;

const nearestCommand = (word: string): CommandName | null => {
  const names = new Map<string, CommandName>([
    ...COMMANDS.map(({ name }) => [name, name] as const),
    ...Object.entries(ALIASES),
  ]);
  const [said] = nearestNames(word.slice(0, WORD_LIMIT), [...names.keys()], MOST_EDITS);
  return said === undefined ? null : (names.get(said) ?? null);
};
