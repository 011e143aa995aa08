import { printString } from '#esql/print/print-expression.ts';
import type { AnomalyObservation } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { CODE_COLUMNS, queryLines } from '../answer/query-text.ts';
import { formatCount } from '../numbers.ts';
import { escapeCode, fence, lengthOf, listInWords, nameIn, plainName, toOneLine, wrapText } from '../text.ts';
import { formatTime, formatUtc } from '../times.ts';

/** What is said of lines that the filter found. */
export type Lines = Pick<AnomalyObservation, 'service' | 'k' | 'onsetAt' | 'calm' | 'matched'>;

const WORDS_LISTED = 3;
const LINES_FOUND = 20;

const wordsIn = ({ matched }: Lines, said: (word: string, count: number) => string): string => {
  const words = matched?.words ?? [];
  if (words.length === 0) return 'the filter';
  const shown = words.slice(0, WORDS_LISTED).map(({ word, count }) => said(word, count));
  const rest = words.length - shown.length;
  return listInWords(rest > 0 ? [...shown, `${formatCount(rest)} more`] : shown);
};

const counted = ({ k }: Lines): string => (k === 1 ? '1 line' : `${formatCount(k)} lines`);

/** "12 lines matched ERROR and Exception", without markup. */
export const linesInHeader = (lines: Lines): string =>
  `${counted(lines)} matched ${wordsIn(lines, (word) => plainName(word))}`;

/** "12 lines matched ERROR (9) and Exception (3)" */
export const linesInBody = (lines: Lines): string => {
  const hasSeveral = (lines.matched?.words.length ?? 0) > 1;
  return `${counted(lines)} matched ${wordsIn(lines, (word, count) =>
    hasSeveral ? `${nameIn(word)} (${formatCount(count)})` : nameIn(word),
  )}`;
};

/** "12 lines matched ERROR in payment since 14:02, the last at 14:20." */
export const linesSentences = (lines: Lines, now: Date): string => {
  const { calm, matched, onsetAt, service } = lines;
  const last = matched && isApart(onsetAt, matched.lastAt) ? `, the last at ${formatTime(matched.lastAt, now)}` : '';
  const over =
    calm === null ? '' : ` None came since; without another it is over at ${formatTime(calm.closesAt, now)}.`;
  return `${linesInBody(lines)} in ${nameIn(service)} since ${formatTime(onsetAt, now)}${last}.${over}`;
};

/** Once it is over: "12 lines matched ERROR in payment from 14:02 to 14:20". */
export const linesInPast = (lines: Lines, now: Date): string => {
  const from = formatTime(lines.onsetAt, now);
  const last = lines.matched?.lastAt ?? lines.onsetAt;
  const span = isApart(lines.onsetAt, last) ? `from ${from} to ${formatTime(last, now)}` : `at ${from}`;
  return `${linesInBody(lines)} in ${nameIn(lines.service)} ${span}`;
};

/** Two times that would not read alike. */
const isApart = (from: Date, to: Date): boolean => to.getTime() - from.getTime() >= MINUTE_MS;

export const noLineSince = (since: Date): string => `no line matched since ${formatUtc(since)}`;

/** The newest line, in a code block; whoever writes logs wrote it. Empty where it says nothing. */
export const lastLineBlock = ({ matched }: Lines): string => {
  const line = toOneLine(matched?.lastLine ?? '');
  return line === '' ? '' : `\n${fence(wrapText(line, CODE_COLUMNS).map(escapeCode))}`;
};

// A literal is never broken, and a card is 36 columns wide.
const LITERAL_COLUMNS = CODE_COLUMNS - 4;
const PREFIX_LENGTH = 24;

/** By its name, or where that is too long or odd to be typed, by how it begins. */
const ofService = (service: string): string => {
  const literal = printString(service);
  if (literal === toOneLine(literal) && lengthOf(literal) <= LITERAL_COLUMNS) return `== ${literal}`;
  const prefix = [...service]
    .slice(0, PREFIX_LENGTH)
    .map((character) => (/[\w./-]/u.test(character) ? character : '?'));
  return `LIKE "${prefix.join('')}*"`;
};

/** How to see the lines. */
export const linesQuery = ({ service }: Lines): string =>
  fence(
    queryLines(
      `FROM logs | WHERE service.name ${ofService(service)} | WHERE attributes.sentinel.match IS NOT NULL` +
        ` | SORT @timestamp DESC | LIMIT ${LINES_FOUND} | KEEP @timestamp, message`,
    ),
  );
