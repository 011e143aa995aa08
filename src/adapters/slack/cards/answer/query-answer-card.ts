import { isPattern, readSeries, type RunQueryOutcome, type Wider } from '#capabilities/log-query/index.ts';
import { DAY_MS, HOUR_MS } from '#kernel/duration.ts';
import type { QueryValue } from '#ports/telemetry-store.ts';
import { PART_MARK } from './answer-cells.ts';
import { answerHeadline } from './answer-headline.ts';
import { ASKER_ALONE, type Audience, audienceWords } from './audience.ts';
import { answerButtons, emptyButtons, type LinesOf } from './answer-buttons.ts';
import { type AnswerTable, answerTable, TABLE_ROWS } from './answer-table.ts';
import { commonWords } from './common-values.ts';
import { type CardMessage, context, section } from '../blocks.ts';
import { typableService } from '../command-list.ts';
import { formatCount, formatSpan } from '../numbers.ts';
import { queryLines } from './query-text.ts';
import { searchedWords } from './searched-words.ts';
import { type OfThread, servicesWords, timeOfWords } from './thread-words.ts';
import { askedWords, type Phrases, phrasesInShort, translatedWords } from './question-cards.ts';
import { failureSentence, warningNotes } from './query-warnings.ts';
import { cutAtWord, FALLBACK_LIMIT, fence, listInWords, nameIn, NBSP, plainName } from '../text.ts';
import { rowTraces } from '../trace/row-traces.ts';
import { formatTime, formatTimeOfDay } from '../times.ts';

const NAMES_SAID = 3;
const WILDCARDS =
  ':bulb: In ES|QL the wildcards of `LIKE` are `*` for any characters and `?` for one; `%` and `_` stand for themselves.';

type Answered = Extract<RunQueryOutcome, { kind: 'answer' }>;

/** What a card says of an answer besides the answer. */
export interface AnswerAbout extends Audience {
  /** How plain English was understood. */
  readonly phrases: Phrases;
  /** In the asker's words, for others; null: they typed ES|QL. */
  readonly question: string | null;
  /** What the query looks for, in the words of the model that wrote it; null: no model did. */
  readonly meaning: string | null;
  /** Null: it was not asked in the thread of an incident. */
  readonly ofThread: OfThread | null;
  readonly firstRow: number;
  /** When it was asked, where that was answered before: rows may have come since. Null: just now. */
  readonly askedAt: Date | null;
  readonly hasChart: boolean;
  /** Where nothing was found. */
  readonly wider: Wider | null;
}

const NOTHING_ELSE: AnswerAbout = {
  ...ASKER_ALONE,
  phrases: [],
  question: null,
  meaning: null,
  ofThread: null,
  firstRow: 0,
  askedAt: null,
  hasChart: false,
  wider: null,
};

export const NEXT_ROWS = 20;

const hasParts = (rows: readonly (readonly QueryValue[])[], partsAtMs: ReadonlySet<number>): boolean =>
  partsAtMs.size > 0 && rows.flat().some((value) => typeof value === 'string' && partsAtMs.has(Date.parse(value)));

/** The answer as a sentence, the table, the ES|QL as it was run, and where and how it looked. */
export const queryAnswerCard = (answered: Answered, now: Date, said: Partial<AnswerAbout> = {}): CardMessage => {
  const about = { ...NOTHING_ELSE, ...said };
  const { answer, searched } = answered;
  const count = answer.rows.length;
  const { firstRow } = about;
  const understood = understoodWords(about);
  const mostRows = firstRow === 0 ? TABLE_ROWS : NEXT_ROWS;
  const partsAtMs = readSeries(answered)?.partsAtMs ?? new Set<number>();
  const table = answerTable(answer, answered.keys, now, { firstRow, mostRows, partsAtMs, asked: answered.roles });
  const shownTo = firstRow + table.shownRows;
  const sentence = answerSentence(answered, table, now);
  const above = [sentence.mrkdwn, commonWords(table.common), emptyWords(table.empty)]
    .filter((words) => words !== '')
    .join('\n');
  const notes = [
    ...keptNotes(answered),
    ...(hasParts(answer.rows.slice(firstRow, shownTo), partsAtMs)
      ? [`${PART_MARK} behind a time: only a part of that bucket was searched, or is over`]
      : []),
    ...(hasPatterns(answered) ? ['of a pattern its words are shown, without the values between them'] : []),
    ...(count > table.shownRows ? [shownWords(firstRow, shownTo, count)] : []),
    ...(count > 0 && table.hiddenColumns > 0
      ? [
          table.hiddenColumns === 1
            ? '1 further column: KEEP names what is shown'
            : `${table.hiddenColumns} further columns: KEEP names what is shown`,
        ]
      : []),
    ...warningNotes(answer.warnings, answer.isCut),
  ];
  const isNarrowed = (about.ofThread?.added ?? null) !== null;
  const failures = failureSentence(answer.warnings);
  return {
    text: cutAtWord(sentence.plain, FALLBACK_LIMIT),
    blocks: [
      section(count === 0 ? sentence.mrkdwn : `${above}\n${fence(table.lines)}`),
      ...(answered.hasSqlWildcards ? [section(WILDCARDS)] : []),
      ...(failures === null ? [] : [section(failures)]),
      ...(understood === '' ? [] : [context(understood)]),
      section(fence(queryLines(answered.query))),
      context(
        [
          ...(answered.readsTelemetry ? [rangeWords(answered, now, about.ofThread)] : []),
          ...(about.ofThread === null ? [] : servicesWords(answered.query, about.ofThread)),
          searchedWords([[searched?.rows ?? null, wordOf(searched)]], answer.tookMs),
          ...(about.askedAt === null
            ? []
            : [`as of ${formatTimeOfDay(about.askedAt, now)}, rows that came late included`]),
          ...notes,
          audienceWords(about),
        ].join(' · '),
      ),
      ...(count === 0
        ? emptyButtons({ ...about, isNarrowed })
        : answerButtons({
            ...about,
            isNarrowed,
            nextFrom: shownTo < count ? shownTo : null,
            linesOf: linesOf(answered, table),
          })),
      ...rowTraces(answer, table.entries, firstRow),
    ],
  };
};

/** Keys of CATEGORIZE, whose values were left out. */
const hasPatterns = ({ answer, keys }: Answered): boolean =>
  answer.columns.some(
    ({ name }, at) =>
      keys.includes(name) && answer.rows.some((row) => typeof row[at] === 'string' && isPattern(row[at])),
  );

/** Rows that are log lines of one service: their patterns say more than a page of them. */
const linesOf = ({ searched, searchedTime: { from, to } }: Answered, { common }: AnswerTable): LinesOf | null => {
  const names = common.filter(({ name }) => name === 'service.name').map(({ value }) => value);
  const service = typableService(names);
  const isLogs = searched?.indices.length === 1 && searched.indices[0] === 'logs';
  return service === undefined || from === null || !isLogs ? null : { service, window: { from, to } };
};

/** Who asked knows the question; to all others the answer says nothing without it. */
const understoodWords = ({ question, phrases, meaning, sharedBy }: AnswerAbout): string =>
  [
    ...(sharedBy === null || question === null ? [] : [askedWords(question)]),
    ...(meaning === null ? [] : [translatedWords(meaning)]),
    phrasesInShort(phrases),
  ]
    .filter((words) => words !== '')
    .join(' · ');

/** What was named is not left out silently. */
const emptyWords = (names: readonly string[]): string =>
  names.length === 0
    ? ''
    : `${listInWords(names.map(nameIn))} ${names.length === 1 ? 'has' : 'have'} no value in these rows`;

const shownWords = (from: number, to: number, count: number): string => {
  const of = ` of ${formatCount(count)}`;
  if (from > 0) return `rows ${formatCount(from + 1)} to ${formatCount(to)}${of} are shown`;
  return to === 1 ? `the first row${of} is shown` : `the first ${to}${of} rows are shown`;
};

const WORD: Readonly<Record<string, string>> = { logs: 'log', spans: 'span', metrics: 'metric point' };

const wordOf = (searched: Answered['searched']): string => {
  const [index, ...others] = searched?.indices ?? [];
  return (index !== undefined && others.length === 0 ? WORD[index] : undefined) ?? 'row';
};

interface Sentence {
  readonly mrkdwn: string;
  readonly plain: string;
}

const answerSentence = (answered: Answered, { names: shown, common }: AnswerTable, now: Date): Sentence => {
  const { answer } = answered;
  const count = answer.rows.length;
  if (count === 0) return emptySentence(answered, now);
  const { matched } = answered;
  const isPart = matched !== null && matched > count;
  const rows = isPart
    ? `${formatCount(count)} of ${formatCount(matched)} rows`
    : count === 1
      ? '1 row'
      : `${formatCount(count)} rows`;
  if (answered.searched?.rows === 0) return nothingStored(answered, now);
  const headline = answerHeadline(answered, now);
  if (headline !== null) return { mrkdwn: headline.mrkdwn, plain: `${headline.plain}.` };
  const cutOff = answer.isCut && matched === null ? ', and there may be more' : '';
  const names = shown.slice(0, NAMES_SAID).map((name) => plainName(name));
  return {
    mrkdwn: `*${rows}*${cutOff}`,
    plain: `${rows}${ofAll(common)}${cutOff}: ${names.join(', ')}.`,
  };
};

const SAID_OF_ALL: ReadonlySet<string> = new Set(['service.name', 'level']);

const ofAll = (common: AnswerTable['common']): string => {
  const said = common.filter(({ name }) => SAID_OF_ALL.has(name)).map(({ value }) => plainName(value));
  return said.length === 0 ? '' : `, all ${said.join(', ')}`;
};

/** A count of 0 is no finding where there was nothing to be counted. */
const nothingStored = (answered: Answered, now: Date): Sentence => {
  const where = inTime(answered, now);
  const indices = listInWords((answered.searched?.indices ?? []).map(nameIn));
  const plain = (answered.searched?.indices ?? []).map((index) => plainName(index)).join(' or ');
  return {
    mrkdwn: `*No ${indices} are stored${where}*, so the number below says nothing.${freshness(answered, now)}`,
    plain: `No ${plain} are stored for that time.`,
  };
};

/** What was searched, and how fresh it is: nothing found in what ended hours ago says little. */
const emptySentence = (answered: Answered, now: Date): Sentence => {
  const ages = answered.newest.map(({ index, at }) =>
    at === null ? `none in ${index}` : `${formatSpan(now.getTime() - at.getTime())} ago in ${index}`,
  );
  const said =
    answered.searched?.rows === 0
      ? `no ${listInWords(answered.searched.indices.map(nameIn))} are stored${inTime(answered, now)}`
      : `nothing matched${inTime(answered, now)}`;
  return {
    mrkdwn: `*No rows.* The query ran, and ${said}.${freshness(answered, now)}`,
    plain: `No rows: ${answered.searched?.rows === 0 ? 'nothing is stored for that time' : 'nothing matched'}.${ages.length === 0 ? '' : ` Newest entry: ${ages.join(', ')}.`}`,
  };
};

const inTime = (answered: Answered, now: Date): string => {
  const searched = searchedTime(answered);
  return searched.from === null && searched.to === null ? '' : ` from ${fromTo(searched, now)}`;
};

/** What is there instead: the newest, and the oldest where that came after the time that was asked for. */
const freshness = (answered: Answered, now: Date): string =>
  answered.newest
    .map(({ index, at, oldestAt }) => {
      if (at === null) return ` There is no entry in ${nameIn(index)} of the last 30${NBSP}d.`;
      if (oldestAt !== null && oldestAt >= answered.searchedTime.to)
        return ` The oldest entry in ${nameIn(index)} is from ${formatTime(oldestAt, now)}.`;
      return ` The newest entry in ${nameIn(index)} is from ${formatTime(at, now)}, ${formatSpan(now.getTime() - at.getTime())} ago.`;
    })
    .join('');

const searchedTime = ({ range, named }: Answered): { readonly from: Date | null; readonly to: Date | null } =>
  range ?? named ?? { from: null, to: null };

const fromTo = ({ from, to }: ReturnType<typeof searchedTime>, now: Date): string =>
  `${from === null ? 'the beginning' : formatTimeOfDay(from, now)} to ${to === null ? 'now' : formatTimeOfDay(to, now, from ?? now)}`;

/** Asked for more time than is kept, an answer is of less than it seems. */
const keptNotes = ({ kept }: Answered): readonly string[] =>
  kept.map(({ index, forMs }) => `${nameIn(index)} are kept for ${formatKept(forMs)}`);

// As the configuration has it: "24h" reads as that, not as a day.
const formatKept = (ms: number): string =>
  ms <= 2 * DAY_MS && ms % HOUR_MS === 0 ? `${ms / HOUR_MS}${NBSP}h` : formatSpan(ms);

const rangeWords = (answered: Answered, now: Date, ofThread: OfThread | null): string => {
  const { from, to } = searchedTime(answered);
  if (from === null && to === null) return 'the time that the query names';
  const length = from === null ? [] : [formatSpan((to ?? now).getTime() - from.getTime())];
  const meant = answered.isDefaultRange ? ['the default'] : ofThread?.isItsTime === true ? [timeOfWords(ofThread)] : [];
  const why = answered.range === null ? ['named by the query'] : meant;
  return `${fromTo({ from, to }, now)} (${[...length, ...why].join(', ')})`;
};
