import {
  type FoundPattern,
  isOfErrors,
  type PatternGap,
  type ReadPatternsOutcome,
} from '#capabilities/patterns/index.ts';
import { actions, type CardBlock, type CardMessage, type Choice, context, section, select } from '../blocks.ts';
import { subjectButtons } from './answer-buttons.ts';
import { ASKER_ALONE, type Audience, audienceWords } from './audience.ts';
import { formatCount, formatPercent, formatSpan } from '../numbers.ts';
import { CODE_COLUMNS, queryLines } from './query-text.ts';
import { searchedWords } from './searched-words.ts';
import { queryFailedCard } from './query-error-card.ts';
import { sentenceCard } from '../sentence-card.ts';
import {
  cutAtWord,
  escapeCode,
  escapeMrkdwn,
  FALLBACK_LIMIT,
  fence,
  nameIn,
  NBSP,
  plainName,
  toOneLine,
  wrapText,
} from '../text.ts';
import { otherServices, rangeWords } from '../trace/service-question-cards.ts';

const SHOWN_CHANGED = 5;
const SHOWN_FIRST_SEEN = 5;
const SHOWN_ERRORS = 5;
const SHOWN_USUAL = 5;
const SHOWN_GONE = 3;
const TEXT_LINES = 3;
const INDENT = '  ';

type Found = Extract<ReadPatternsOutcome, { kind: 'patterns' }>;

interface Part {
  readonly title: string;
  readonly patterns: readonly FoundPattern[];
  readonly most: number;
  /** Beside the number of lines. */
  readonly words: (pattern: FoundPattern) => string;
}

/** What is new or surges, what nobody can call new yet, other errors, what is written most, and what is gone. */
const partsOf = ({ patterns, disappeared }: Found): readonly Part[] => {
  const changed = patterns.filter(isChanged);
  const firstSeen = patterns.filter(isFirstSeen);
  const uncompared = patterns.filter(isUncomparedError);
  const errors = patterns.filter(isSteadyError).toSorted((a, b) => b.lines - a.lines);
  const special = new Set([...changed, ...firstSeen, ...uncompared, ...errors]);
  const usual = patterns.filter((pattern) => !special.has(pattern)).toSorted((a, b) => b.lines - a.lines);
  const title = special.size === 0 ? 'The most lines' : 'Otherwise the most lines';
  return [
    { title: 'New or surging', patterns: changed, most: SHOWN_CHANGED, words: changeWords },
    { title: 'Not seen in the time before', patterns: firstSeen, most: SHOWN_FIRST_SEEN, words: levelWords },
    { title: 'Errors, new or not', patterns: uncompared, most: SHOWN_ERRORS, words: errorWords },
    { title: 'Errors as before', patterns: errors, most: SHOWN_ERRORS, words: errorWords },
    { title, patterns: usual, most: SHOWN_USUAL, words: shareWords },
    { title: 'Not written any more', patterns: disappeared, most: SHOWN_GONE, words: () => 'gone' },
  ];
};

/** The patterns that a card shows, numbered from 1 in this order. */
export const shownPatterns = (found: Found): readonly FoundPattern[] =>
  partsOf(found).flatMap(({ patterns, most }) => patterns.slice(0, most));

interface PatternsAbout extends Audience {
  /** Of the patterns shown, in their order: whether their lines can be asked for. */
  readonly haveLines: readonly boolean[];
}

/** What a service writes: what is new or surges, or errors, first, then what it writes most, then what is gone. */
export const patternsCard = (
  outcome: ReadPatternsOutcome,
  now: Date,
  about: PatternsAbout = { ...ASKER_ALONE, haveLines: [] },
): CardMessage => {
  if (outcome.kind === 'failed') return queryFailedCard(outcome.userMessage);
  if (outcome.kind === 'unknown-service') return unknownCard(outcome, now);
  const { service, level } = outcome;
  const ofLevel = level === null ? '' : `, ${level.means}`;
  const counts = countWords(outcome);
  const changes = changesWords(outcome);
  const shown = shownPatterns(outcome);
  return {
    text: cutAtWord(
      `${counts} of ${plainName(service)}${ofLevel}${changes === '' ? '' : `: ${changes}`}.`,
      FALLBACK_LIMIT,
    ),
    blocks: [
      section(`*${counts}* of ${nameIn(service)}${ofLevel}${changes === '' ? '' : `: *${changes}*`}`),
      ...partsOf(outcome).flatMap((part) => partBlocks(part, shown)),
      section(fence(queryLines(outcome.query))),
      context(
        [
          timeWords(outcome, now),
          searchedWords([[outcome.searchedLines, 'log']], outcome.tookMs),
          ...outcome.gaps.map(gapWords),
          audienceWords(about),
        ].join(' · '),
      ),
      ...subjectButtons(about.id, 'as a query'),
      ...linesChoice(about, shown),
    ],
  };
};

// Longer ones make the list wider than a phone.
const CHOICE_LIMIT = 40;

/** From a pattern to its lines. */
const linesChoice = ({ id, haveLines }: PatternsAbout, shown: readonly FoundPattern[]): readonly CardBlock[] => {
  const choices = shown.flatMap((pattern, at): readonly Choice[] =>
    haveLines[at] === true
      ? [{ label: cutAtWord(`${at + 1}. ${patternText(pattern)}`, CHOICE_LIMIT), value: `${id}:${at}` }]
      : [],
  );
  return id === null || choices.length === 0 ? [] : [actions(select('Lines of a pattern', 'query.lines', choices))];
};

const isChanged = ({ comparison }: FoundPattern): boolean =>
  comparison !== null && (comparison.change === 'new' || comparison.change === 'surging');

/** Too short or too rare to claim that it is new. */
const isFirstSeen = ({ comparison }: FoundPattern): boolean => comparison?.change === 'first-seen';

const isUncomparedError = (pattern: FoundPattern): boolean => pattern.comparison === null && isOfErrors(pattern);

const isSteadyError = (pattern: FoundPattern): boolean =>
  pattern.comparison?.change === 'steady' && isOfErrors(pattern);

/** "12 patterns in 7,211 lines"; "12 patterns in 40,012 of 48,119 lines" where only those were read */
const countWords = ({ patterns, lines, readLines }: Found): string => {
  if (lines === 0) return 'No lines';
  const read = readLines < lines ? `${formatCount(readLines)} of ` : '';
  return `${formatCount(patterns.length)} ${patterns.length === 1 ? 'pattern' : 'patterns'} in ${read}${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'}`;
};

/** "2 new, 1 surging, 3 not seen before"; "2 of errors" */
const changesWords = ({ patterns }: Found): string => {
  const changed = patterns.filter(isChanged).length;
  const isNew = patterns.filter(({ comparison }) => comparison?.change === 'new').length;
  const firstSeen = patterns.filter(isFirstSeen).length;
  const errors = patterns.filter(isUncomparedError).length;
  return [
    ...(isNew === 0 ? [] : [`${formatCount(isNew)} new`]),
    ...(changed === isNew ? [] : [`${formatCount(changed - isNew)} surging`]),
    ...(firstSeen === 0 ? [] : [`${formatCount(firstSeen)} not seen before`]),
    ...(errors === 0 ? [] : [`${formatCount(errors)} of errors`]),
  ].join(', ');
};

const partBlocks = ({ title, patterns, most, words }: Part, shown: readonly FoundPattern[]): readonly CardBlock[] => {
  if (patterns.length === 0) return [];
  const rest = patterns.length - most;
  const lines = patterns
    .slice(0, most)
    .flatMap((pattern) => patternLines(shown.indexOf(pattern) + 1, pattern, words(pattern)));
  const more = rest > 0 ? `\n… and ${formatCount(rest)} more` : '';
  return [section(`*${title}*\n${fence(lines)}${more}`)];
};

/** With `…` for what varies. */
const patternText = ({ text }: FoundPattern): string => toOneLine(text.replaceAll('<*>', '…'));

const ESTIMATED_DIGITS = 2;

const roundEstimate = (value: number): number => Number(value.toPrecision(ESTIMATED_DIGITS));

/** "2,681"; "≈ 2,700" where not all lines like them were read */
const linesWords = ({ lines, isEstimate }: FoundPattern): string =>
  isEstimate ? `≈${NBSP}${formatCount(roundEstimate(lines))}` : formatCount(lines);

/** The numbers, and below them the pattern. */
const patternLines = (number: number, pattern: FoundPattern, words: string): readonly string[] => {
  const count = pattern.lines === 0 ? '' : `${linesWords(pattern)}  `;
  const wrapped = wrapText(patternText(pattern), CODE_COLUMNS - INDENT.length - 1);
  const shown = wrapped.slice(0, TEXT_LINES).map((line, index) => {
    const isCut = index === TEXT_LINES - 1 && wrapped.length > TEXT_LINES;
    return `${INDENT}${line}${isCut ? '›' : ''}`;
  });
  return [`${number}. ${count}${words}`.trimEnd().slice(0, CODE_COLUMNS), ...shown].map(escapeCode);
};

const MOST_TIMES = 1000;

const levelWords = ({ levels: [first] }: FoundPattern): string =>
  first === undefined ? '' : toOneLine(first.level).slice(0, 10);

const changeWords = (pattern: FoundPattern): string => {
  const { comparison } = pattern;
  const level = levelWords(pattern) === '' ? '' : `, ${levelWords(pattern)}`;
  if (comparison?.change === 'new') return `new${level}`;
  const times = comparison?.ratioBeyondGrowth ?? 0;
  return times > MOST_TIMES
    ? `over ${formatCount(MOST_TIMES)} times${level}`
    : `${Number(times.toPrecision(2))} times${level}`;
};

const errorWords = (pattern: FoundPattern): string => `${shareWords(pattern)}, ${levelWords(pattern)}`;

const shareWords = ({ share, isEstimate }: FoundPattern): string =>
  formatPercent(isEstimate ? roundEstimate(share) : share);

const NOT_COMPARED: ReadonlySet<PatternGap['kind']> = new Set(['no-baseline', 'not-compared', 'baseline-failed']);

const timeWords = ({ window, baseline, gaps }: Found, now: Date): string => {
  const times = rangeWords(window, now);
  return gaps.some(({ kind }) => NOT_COMPARED.has(kind))
    ? times
    : `${times}, compared with the ${formatSpan(baseline.to.getTime() - baseline.from.getTime())} before`;
};

const unknownCard = (outcome: Extract<ReadPatternsOutcome, { kind: 'unknown-service' }>, now: Date): CardMessage => {
  const { service, window, keptMs } = outcome;
  const kept = keptMs === null ? '' : ` Logs are kept for ${formatSpan(keptMs)}.`;
  return sentenceCard(
    `*${nameIn(service)}* wrote no lines: ${rangeWords(window, now)}.${kept}${otherServices('lines', 'patterns', { ...outcome, typed: service })}`,
    `${plainName(service)} wrote no lines in that time.`,
  );
};

/** ", all 1,000 errors among them" */
const errorsRead = ({ read, of }: { readonly read: number; readonly of: number }): string => {
  if (of === 0) return '';
  return `, ${read < of ? `${formatCount(read)} of ${formatCount(of)}` : `all ${formatCount(of)}`} errors among them`;
};

const gapWords = (gap: PatternGap): string => {
  switch (gap.kind) {
    case 'other-window':
      return gap.askedMs < gap.windowMs
        ? `${formatSpan(gap.windowMs)} is the shortest time that is looked at`
        : `${formatSpan(gap.windowMs)} is the longest time that is looked at, the end of what was asked for`;
    case 'sampled':
      return `${formatCount(gap.read)} of ${formatCount(gap.of)} lines of the ${gap.side === 'window' ? 'window' : 'time before'} were read${errorsRead(gap.errors)}`;
    case 'no-baseline':
      return 'nothing before it is kept, so nothing is called new';
    case 'short-baseline':
      return gap.because === 'kept'
        ? `no more than ${formatSpan(gap.baselineMs)} before is kept`
        : `before the window it had written for ${formatSpan(gap.baselineMs)} only`;
    case 'not-compared':
      return `nothing is called new: that takes ${formatSpan(gap.neededMs)} before, there are ${formatSpan(gap.baselineMs)}`;
    case 'baseline-failed':
      return `could not look at the time before: ${escapeMrkdwn(toOneLine(gap.userMessage))}`;
    case 'not-grouped':
      return `${formatCount(gap.lines)} lines are too different to be told apart`;
  }
};
