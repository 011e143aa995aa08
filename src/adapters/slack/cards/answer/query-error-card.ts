import type { RunQueryOutcome } from '#capabilities/log-query/index.ts';
import { actions, button, type CardBlock, type CardMessage, context, section } from '../blocks.ts';
import { formatCount } from '../numbers.ts';
import { CODE_COLUMNS } from './query-text.ts';
import {
  cutAtWord,
  cutInMiddle,
  escapeCode,
  escapeMrkdwn,
  FALLBACK_LIMIT,
  fence,
  lengthOf,
  listInWords,
  nameIn,
  toOneLine,
  withoutMarkup,
  wrapText,
} from '../text.ts';

type Invalid = Extract<RunQueryOutcome, { kind: 'invalid' }>;
type Problem = Invalid['problems'][number];

const MESSAGE_LIMIT = 600;
const EITHER_SIDE = 16;

/** Of the kept query as it was typed, and with what was probably meant; null: not kept. */
interface ErrorIds {
  readonly typed: string | null;
  readonly fixed: string | null;
}

const NOT_KEPT: ErrorIds = { typed: null, fixed: null };

/** What is wrong, where, and that nothing was run. */
export const queryErrorCard = (invalid: Invalid, text: string, ids: ErrorIds = NOT_KEPT): CardMessage => {
  const [first] = invalid.problems;
  if (first === undefined) return queryFailedCard('The query cannot run as it is written.');
  const message = toOneLine(first.message);
  const rest = invalid.problems.length - 1;
  const further = rest === 0 ? [] : [rest === 1 ? '1 further problem' : `${formatCount(rest)} further problems`];
  const said = cutAtWord(asSentence(message), MESSAGE_LIMIT);
  const place = [...caretLines(text, first), `line ${first.line}, column ${first.column}`];
  // Only a code block shows the backticks of a name.
  const problem = said.includes('`')
    ? `⚠️ The query cannot run as it is written\n${fence([...wrapText(said, CODE_COLUMNS).map(escapeCode), '', ...place])}`
    : `⚠️ ${escapeMrkdwn(said)}\n${fence(place)}`;
  return {
    text: cutAtWord(
      `Query not run: ${withoutMarkup(message)} (line ${first.line}, column ${first.column})`,
      FALLBACK_LIMIT,
    ),
    blocks: [
      section(problem),
      context(['Nothing was run', ...further, ...meantWords(invalid), 'only you see this'].join(' · ')),
      ...errorButtons(invalid, ids),
    ],
  };
};

const LABEL_LIMIT = 24;

/** What would be changed is said in full where it is more than a button holds. */
const runLabel = (words: readonly string[]): string => {
  const label = `Run with ${listInWords(words)}`;
  return words.length > 1 && lengthOf(label) > LABEL_LIMIT
    ? `Run with these ${words.length}`
    : cutInMiddle(label, LABEL_LIMIT);
};

const meantWords = ({ fixed }: Invalid): readonly string[] =>
  fixed === null || fixed.words.length < 2 ? [] : [`probably meant: ${listInWords(fixed.words.map(nameIn))}`];

const errorButtons = ({ fixed }: Invalid, ids: ErrorIds): readonly CardBlock[] => {
  const buttons = [
    ...(fixed === null || ids.fixed === null
      ? []
      : [button(runLabel(fixed.words), 'query.run', ids.fixed, 'safe-next-step')]),
    ...(ids.typed === null ? [] : [button('Edit…', 'query.edit', ids.typed)]),
  ];
  return buttons.length === 0 ? [] : [actions(...buttons)];
};

const asSentence = (message: string): string => `${message.slice(0, 1).toUpperCase()}${message.slice(1)}`;

/** Could not look, which is not the same as finding nothing. */
export const queryFailedCard = (userMessage: string, id: string | null = null): CardMessage => ({
  text: cutAtWord(`Could not look: ${withoutMarkup(toOneLine(userMessage))}`, FALLBACK_LIMIT),
  blocks: [
    section(
      `⚠️ *Could not look.* ${escapeMrkdwn(cutAtWord(toOneLine(userMessage), MESSAGE_LIMIT))}\nThis does not mean that there is nothing to find.`,
    ),
    context('only you see this'),
    ...(id === null ? [] : [actions(button('Try again', 'query.run', id), button('Edit…', 'query.edit', id))]),
  ],
});

/** The line of the problem with a caret below it; of a long line, 16 characters either side. */
const caretLines = (text: string, problem: Problem): readonly string[] => {
  const line = [...(text.split(/\r\n|\r|\n/u)[problem.line - 1] ?? '').replaceAll('\t', ' ')];
  const start = Math.min(problem.column - 1, line.length);
  const isLong = line.length > CODE_COLUMNS;
  const from = isLong ? Math.max(0, start - EITHER_SIDE) : 0;
  const lead = from > 0 ? '…' : '';
  const room = CODE_COLUMNS - 1;
  const to = isLong ? Math.min(line.length, from + room - lead.length) : line.length;
  const tail = to < line.length ? '…' : '';
  const column = start - from + lead.length;
  const length = Math.max(1, Math.min(problem.length ?? 1, Math.max(1, to - start), CODE_COLUMNS - column));
  return [escapeCode(`${lead}${line.slice(from, to).join('')}${tail}`), `${' '.repeat(column)}${'^'.repeat(length)}`];
};
