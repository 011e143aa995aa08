import { readDateFormats, readDatePattern } from '#esql/functions/date-patterns.ts';
import type { DateFormat, PatternPiece } from '#esql/functions/date-patterns.ts';
import { invariant } from '#kernel/invariant.ts';
import type { EmitContext } from '../emitters/emitter.ts';
import { nanosTextSql, timestampOfNanos } from './date-nanos-sql.ts';
import { dateTextSql } from './iso-date-sql.ts';

/** Fields of java.time.format.DateTimeFormatter as DuckDB's strftime writes them. */
const STRFTIME: Readonly<Record<string, string>> = {
  y2: '%y', y3: '%Y', y4: '%Y', u2: '%y', u3: '%Y', u4: '%Y', M1: '%-m', M2: '%m', M3: '%b', M4: '%B', L1: '%-m', L2: '%m',
  L3: '%b', L4: '%B', d1: '%-d', d2: '%d', D1: '%-j', D3: '%j', E1: '%a', E2: '%a', E3: '%a', E4: '%A', a1: '%p', H1: '%-H',
  H2: '%H', h1: '%-I', h2: '%I', m1: '%-M', m2: '%M', s1: '%-S', s2: '%S', S3: '%g', G1: 'AD', G2: 'AD', G3: 'AD',
  G4: 'Anno Domini', G5: 'A', X1: 'Z', X2: 'Z', X3: 'Z', X4: 'Z', X5: 'Z', x1: '+00', x2: '+0000', x3: '+00:00', x4: '+0000',
  x5: '+00:00', Z1: '+0000', Z2: '+0000', Z3: '+0000', Z4: 'GMT', Z5: 'Z', z1: 'Z', z2: 'Z', z3: 'Z', z4: 'Z', V2: 'Z',
  O1: 'GMT', O4: 'GMT',
}; // prettier-ignore

const number = (sql: string, width: number): string => `lpad(CAST(${sql} AS VARCHAR), ${width}, '0')`;

const quarters: Readonly<Record<string, (date: string) => string>> = {
  1: (date) => `CAST(quarter(${date}) AS VARCHAR)`,
  2: (date) => number(`quarter(${date})`, 2),
  3: (date) => `('Q' || quarter(${date}))`,
  4: (date) => `(['1st', '2nd', '3rd', '4th'][quarter(${date})] || ' quarter')`,
};

const ofMidnight = (date: string): string => `(epoch_ms(${date}) - epoch_ms(date_trunc('day', ${date})))`;

/** The Saturday of a date's week: weeks begin on Sunday and belong to the year of their last day (Java's rule for en-US). */
const lastOfWeek = (date: string): string => `(date_trunc('day', ${date}) + to_days(6 - dayofweek(${date})))`;
const weekOfYear = (date: string): string => `((dayofyear(${lastOfWeek(date)}) - 1) // 7 + 1)`;
const weekYear = (date: string): string => `CAST(year(${lastOfWeek(date)}) AS VARCHAR)`;
const dayOfWeek = (date: string): string => `CAST(dayofweek(${date}) + 1 AS VARCHAR)`;
const wideYear = (date: string): string => number(`year(${date})`, 5);
const firstLetter =
  (name: 'dayname' | 'monthname') =>
  (date: string): string =>
    `left(${name}(${date}), 1)`;
const shortDay = (date: string): string => `left(dayname(${date}), 3)`;
const longDay = (date: string): string => `dayname(${date})`;

/** Java's periods of the day in English, of which midnight and noon last a minute. */
const dayPeriod =
  (midnight: string, noon: string) =>
  (date: string): string =>
    `CASE WHEN hour(${date}) = 0 AND minute(${date}) = 0 THEN '${midnight}' ` +
    `WHEN hour(${date}) = 12 AND minute(${date}) = 0 THEN '${noon}' WHEN hour(${date}) < 12 THEN 'in the morning' ` +
    `WHEN hour(${date}) < 18 THEN 'in the afternoon' WHEN hour(${date}) < 21 THEN 'in the evening' ELSE 'at night' END`;

/** Those that strftime does not have. */
const EXPRESSIONS: Readonly<Record<string, (date: string) => string>> = {
  y1: (date) => `CAST(year(${date}) AS VARCHAR)`,
  u1: (date) => `CAST(year(${date}) AS VARCHAR)`,
  D2: (date) =>
    `CASE WHEN dayofyear(${date}) < 100 THEN ${number(`dayofyear(${date})`, 2)} ELSE CAST(dayofyear(${date}) AS VARCHAR) END`,
  y5: wideYear,
  u5: wideYear,
  Y1: weekYear,
  Y2: (date) => `right(${weekYear(date)}, 2)`,
  Y3: weekYear,
  Y4: weekYear,
  w1: (date) => `CAST(${weekOfYear(date)} AS VARCHAR)`,
  w2: (date) => number(weekOfYear(date), 2),
  W1: (date) => `CAST((day(${date}) - 1 + dayofweek(date_trunc('month', ${date}))) // 7 + 1 AS VARCHAR)`,
  F1: (date) => `CAST((day(${date}) - 1) // 7 + 1 AS VARCHAR)`,
  e1: dayOfWeek,
  e2: (date) => number(`dayofweek(${date}) + 1`, 2),
  e3: shortDay,
  e4: longDay,
  e5: firstLetter('dayname'),
  B1: dayPeriod('midnight', 'noon'),
  B4: dayPeriod('midnight', 'noon'),
  B5: dayPeriod('mi', 'n'),
  c1: dayOfWeek,
  c3: shortDay,
  c4: longDay,
  c5: firstLetter('dayname'),
  E5: firstLetter('dayname'),
  M5: firstLetter('monthname'),
  L5: firstLetter('monthname'),
  k1: (date) => `CAST((hour(${date}) + 23) % 24 + 1 AS VARCHAR)`,
  k2: (date) => number(`(hour(${date}) + 23) % 24 + 1`, 2),
  K1: (date) => `CAST(hour(${date}) % 12 AS VARCHAR)`,
  K2: (date) => number(`hour(${date}) % 12`, 2),
  A1: (date) => `CAST(${ofMidnight(date)} AS VARCHAR)`,
  N1: (date) => `CAST(${ofMidnight(date)} * 1000000 AS VARCHAR)`,
  n1: (date) => `CAST((millisecond(${date}) % 1000) * 1000000 AS VARCHAR)`,
  ...Object.fromEntries(
    [1, 2, 4, 5, 6, 7, 8, 9].map((width) => [
      `S${width}`,
      (date: string) => `left(strftime(${date}, '%f') || '000', ${width})`,
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(quarters).flatMap(([width, write]) => [
      [`Q${width}`, write],
      [`q${width}`, write],
    ]),
  ),
};

const PER_SECOND = '1000000000';

/** Those in which a date with nanoseconds has more than milliseconds. */
const NANO_EXPRESSIONS: Readonly<Record<string, (nanos: string) => string>> = {
  N1: (nanos) => `CAST(${nanos} % 86400000000000 AS VARCHAR)`,
  n1: (nanos) => `CAST(${nanos} % ${PER_SECOND} AS VARCHAR)`,
  ...Object.fromEntries(
    [4, 5, 6, 7, 8, 9].map((width) => [
      `S${width}`,
      (nanos: string) => `left(${number(`${nanos} % ${PER_SECOND}`, 9)}, ${width})`,
    ]),
  ),
};

export const piecesOf = (pattern: string): readonly PatternPiece[] => {
  const pieces = readDatePattern(pattern);
  invariant(pieces, 'a date pattern is checked');
  return pieces;
};

export const keyOf = (piece: PatternPiece & { readonly kind: 'field' }): string => `${piece.letter}${piece.width}`;

/** With a fraction where there is one, as Elasticsearch writes it. */
const epochSecondsSql = (date: string): string => {
  const seconds = `CAST(floor(epoch_ms(${date}) / 1000) AS BIGINT)`;
  const fraction = `rtrim(strftime(${date}, '%g'), '0')`;
  return `(CAST(${seconds} AS VARCHAR) || CASE WHEN ${fraction} = '' THEN '' ELSE '.' || ${fraction} END)`;
};

/** A number of units since 1970, with the rest of its nanoseconds where there is one. */
const epochOfNanosSql = (nanos: string, digits: number): string => {
  const unit = 10 ** digits;
  const fraction = `rtrim(${number(`${nanos} % ${unit}`, digits)}, '0')`;
  return `(CAST(${nanos} // ${unit} AS VARCHAR) || CASE WHEN ${fraction} = '' THEN '' ELSE '.' || ${fraction} END)`;
};

/** Dates are written by the first of several formats. */
const firstFormat = (text: string): DateFormat => {
  const [first] = readDateFormats(text);
  invariant(first, 'a text tells at least one format');
  return first;
};

/** A date as text by a checked format. */
export const formatDateSql = (context: EmitContext, date: string, text: string): string => {
  const value = context.once(date);
  const first = firstFormat(text);
  if (first.kind === 'epoch-millis') return `CAST(epoch_ms(${value}) AS VARCHAR)`;
  if (first.kind === 'epoch-seconds') return epochSecondsSql(value);
  return first.kind === 'pattern'
    ? formatPatternSql(context, first.pattern, (key) => EXPRESSIONS[key]?.(value), value)
    : dateTextSql(value);
};

/** The same of a date with nanoseconds. */
export const formatNanosSql = (context: EmitContext, date: string, text: string): string => {
  const nanos = context.once(date);
  const first = firstFormat(text);
  if (first.kind === 'epoch-millis') return epochOfNanosSql(nanos, 6);
  if (first.kind === 'epoch-seconds') return epochOfNanosSql(nanos, 9);
  if (first.kind === 'iso' && first.isExact) return nanosTextSql(nanos);
  const value = context.once(timestampOfNanos(nanos));
  if (first.kind !== 'pattern') return dateTextSql(value);
  return formatPatternSql(
    context,
    first.pattern,
    (key) => NANO_EXPRESSIONS[key]?.(nanos) ?? EXPRESSIONS[key]?.(value),
    value,
  );
};

/** `expressionOf` a field that strftime does not write. */
const formatPatternSql = (
  context: EmitContext,
  pattern: string,
  expressionOf: (key: string) => string | undefined,
  value: string,
): string => {
  const terms: string[] = [];
  let format = '';
  const flush = (): void => {
    if (format !== '') terms.push(`strftime(${value}, ${context.bind(format, 'keyword')})`);
    format = '';
  };
  for (const piece of piecesOf(pattern)) {
    if (piece.kind === 'optional') continue;
    const expression = piece.kind === 'field' ? expressionOf(keyOf(piece)) : undefined;
    if (piece.kind === 'text') format += piece.text.replaceAll('%', '%%');
    else if (expression === undefined) format += STRFTIME[keyOf(piece)] ?? '';
    else {
      flush();
      terms.push(expression);
    }
  }
  flush();
  return terms.length === 0 ? `CASE WHEN ${value} IS NOT NULL THEN '' END` : `(${terms.join(' || ')})`;
};
