import { isDate, isNumeric } from '#esql/types.ts';
import { keyText, measureOf, readSeries, type RunQueryOutcome, type Series } from '#capabilities/log-query/index.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { formatCount, formatSpan } from '../numbers.ts';
import { cutAtWord, NAME_LIMIT, nameIn, plainName, toOneLine } from '../text.ts';
import { formatUtcWithDay } from '../times.ts';
import { numberText } from './answer-cells.ts';
import { changeHeadline } from './change-headline.ts';
import type { Headline } from './headline.ts';
import { type MeasureWords, measureWords } from './measure-words.ts';

type Answered = Extract<RunQueryOutcome, { kind: 'answer' }>;

const MOST_NUMBERS = 6;

/** Null where the rows are no numbers, or in no order that would say which of them matters. */
export const answerHeadline = (answered: Answered, now: Date): Headline | null =>
  changeHeadline(answered, now) ?? ofSeries(answered, now) ?? ofOneRow(answered) ?? ofMost(answered, now);

const UNITS: readonly (readonly [number, string])[] = [
  [DAY_MS, 'day'],
  [HOUR_MS, 'hour'],
  [MINUTE_MS, 'minute'],
  [SECOND_MS, 'second'],
];

/** "peak 2,302 at 15:20 UTC, 1,317 in the last whole minute" */
const ofSeries = (answered: Answered, now: Date): Headline | null => {
  const series = readSeries(answered);
  const [line] = series?.lines ?? [];
  if (series === null || line === undefined) return null;
  const measure = measureWords(series.measure);
  const words = pointWords(series, line, measure, now);
  if (words === null) return null;
  const names = [line.name, ...(isPlainCount(series.measure) ? [] : [measure.name])].filter((name) => name !== '');
  const said = (format: (name: string) => string): string =>
    names.length === 0 ? '' : `${names.map((name) => groupIn(name, format)).join(', ')}: `;
  const part = partWords(answered);
  return {
    mrkdwn: `${said(nameIn)}*${words.peak}*${words.last}${part}`,
    plain: `${said((name) => plainName(name))}${words.peak}${words.last}${part}`,
  };
};

/** The peak, and the newest: of the last whole bucket, of one that is not over, or of an earlier one. */
const pointWords = (
  { stepMs, searchedTime: { from, to } }: Series,
  { points }: Series['lines'][number],
  { valueOf }: MeasureWords,
  now: Date,
): { readonly peak: string; readonly last: string } | null => {
  const [before, last] = [points.at(-2), points.at(-1)];
  if (last === undefined) return null;
  const peak = points.reduce((most, point) => (point.value > most.value ? point : most));
  const unit = UNITS.find(([ms]) => ms === stepMs)?.[1] ?? formatSpan(stepMs);
  const sinceEnd = (at: Date): number => to.getTime() - at.getTime() - stepMs;
  const said = (point: typeof last): string => {
    const value = valueOf(point.value);
    const when = formatUtcWithDay(point.at, now);
    if (sinceEnd(point.at) < 0) return `${value} since ${when}, so far`;
    if (from !== null && point.at < from)
      return `${value} from ${formatUtcWithDay(from, now)} to ${formatUtcWithDay(addMs(point.at, stepMs), now)}`;
    return sinceEnd(point.at) < stepMs ? `${value} in the last whole ${unit}` : `${value} at ${when}, the last`;
  };
  if (peak !== last || sinceEnd(last.at) >= 0)
    return { peak: `peak ${valueOf(peak.value)} at ${formatUtcWithDay(peak.at, now)}`, last: `, ${said(last)}` };
  return {
    peak: `peak ${said(last)}`,
    last: before === undefined || sinceEnd(before.at) >= stepMs ? '' : `; ${said(before)}`,
  };
};

const isPlainCount = (name: string): boolean => name === 'n' || name === 'COUNT(*)' || name === 'count';

/** "failed 5,752, n 36,241, 15.87 %" */
const ofOneRow = ({ answer, keys }: Answered): Headline | null => {
  const [row, second] = answer.rows;
  if (row === undefined || second !== undefined || keys.length > 0) return null;
  if (answer.columns.length > MOST_NUMBERS || !answer.columns.every(({ type }) => isNumeric(type))) return null;
  const pairs = answer.columns.map((column, at) => {
    const { name, valueOf } = measureWords(column.name);
    return { name, said: valueOf(row[at]) };
  });
  return {
    mrkdwn: pairs.map(({ name, said }) => `${before(name, nameIn)}*${said}*`).join(', '),
    plain: pairs.map(({ name, said }) => `${before(name, (each) => plainName(each))}${said}`).join(', '),
  };
};

/** "payment-service has most: 6,341 of 7,012"; "gateway is highest: p95 4,343 ms"; "payment-service: 7,012" of an only one. */
const ofMost = (answered: Answered, now: Date): Headline | null => {
  const { answer, keys, counts, roles } = answered;
  const groups = answer.columns.flatMap(({ name, type }, at) => (keys.includes(name) ? [{ name, at, type }] : []));
  const sorted = measureOf(answered);
  const [first, second] = answer.rows;
  if (groups.length === 0 || sorted === null || first === undefined) return null;
  if (second !== undefined && !isDescending(answer.rows, sorted.at)) return null;
  const values = answer.rows.map((row) => Number(row[sorted.at] ?? 0));
  const total = values.reduce((sum, value) => sum + value, 0);
  const of = second !== undefined && counts.includes(sorted.name) ? ` of ${numberText(total)}` : '';
  const measure = measureWords(sorted.name);
  const number = `${measure.valueOf(first[sorted.at])}${of}`;
  const isAmount = roles.growing.includes(sorted.name) || counts.includes(sorted.name);
  const most = second === undefined ? '' : isAmount ? ' has most' : ' is highest';
  const names = groups.map(({ name, at, type }) => {
    if (first[at] === null) return `without ${name}`;
    const key = keyText(first[at] ?? null);
    return isDate(type) ? formatUtcWithDay(new Date(key), now) : key;
  });
  const said = (format: (name: string) => string) => ({
    name: names.map((name) => groupIn(name, format)).join(' · '),
    number: `${isPlainCount(sorted.name) ? '' : before(measure.name, format)}${number}`,
  });
  const [marked, bare] = [said(nameIn), said((name) => plainName(name))];
  // Sorted by it, the rows that are missing have less.
  const part = roles.sortedBy.includes(sorted.name) ? '' : partWords(answered);
  return {
    mrkdwn: `*${marked.name}*${most}: ${marked.number}${part}`,
    plain: `${bare.name}${most}: ${bare.number}${part}`,
  };
};

/** What is missing may have been more. */
const partWords = ({ answer }: Answered): string =>
  answer.isCut ? `, in the first ${answer.rows.length === 1 ? 'row' : `${formatCount(answer.rows.length)} rows`}` : '';

const before = (name: string, format: (name: string) => string): string => (name === '' ? '' : `${format(name)} `);

/** A name is cut in its middle, where names differ least; a message at a word. */
const groupIn = (name: string, format: (name: string) => string): string =>
  format(name.includes(' ') ? cutAtWord(toOneLine(name), NAME_LIMIT) : name);

const isDescending = (rows: Answered['answer']['rows'], at: number): boolean => {
  const values = rows.map((row) => row[at]);
  const numbers = values.filter((value) => typeof value === 'number' || typeof value === 'bigint');
  return (
    numbers.length === values.length &&
    numbers.every((value, index) => index === 0 || value <= (numbers[index - 1] ?? value)) &&
    (numbers[0] ?? 0) > (numbers.at(-1) ?? 0)
  );
};
