import { type PatternPiece, readDateFormats } from '#esql/functions/date-patterns.ts';
import type { EmitContext } from '../emitters/emitter.ts';
import { keyOf, piecesOf } from './date-pattern-sql.ts';
import { isoDateSql, millisecondsSql, numberOr, zoneMinutesSql } from './iso-date-sql.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const SHORT_MONTHS = MONTHS.map((month) => month.slice(0, 3));

const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const SHORT_DAYS = DAYS.map((day) => day.slice(0, 3));
const shortDay = `(${SHORT_DAYS.join('|')})`;

// An offset, or a name like UTC or Europe/Paris.
const ZONE = String.raw`([A-Za-z][\w+-]*(?:/[\w+-]+)*|[+-]\d\d:?\d\d)`;

// DuckDB raises an error that no TRY catches where it knows no such zone.
const ZONE_NAMES = ` ${Intl.supportedValuesOf('timeZone').join(' ')} EST MST HST CET EET MET WET EST5EDT CST6CDT MST7MDT PST8PDT `;

/** One capturing group for each field, with exactly the digits that the pattern asks for. */
const GROUPS: Readonly<Record<string, string>> = {
  y1: String.raw`(\d{1,9})`, y3: String.raw`(\d{3,9})`, u1: String.raw`(\d{1,9})`, u3: String.raw`(\d{3,9})`,
  D1: String.raw`(\d{1,3})`, D2: String.raw`(\d{2,3})`, D3: String.raw`(\d{3})`, Y2: String.raw`(\d\d)`, Y4: String.raw`(\d{4})`,
  w1: String.raw`(\d\d?)`, w2: String.raw`(\d\d)`, e1: '([1-7])', e2: '(0[1-7])', c1: '([1-7])',
  y2: String.raw`(\d\d)`, y4: String.raw`(\d{4})`, u2: String.raw`(\d\d)`, u4: String.raw`(\d{4})`,
  M1: String.raw`(\d\d?)`, M2: String.raw`(\d\d)`, M3: `(${SHORT_MONTHS.join('|')})`, M4: `(${MONTHS.join('|')})`,
  d1: String.raw`(\d\d?)`, d2: String.raw`(\d\d)`, H1: String.raw`(1\d|2[0-3]|\d)`, H2: String.raw`([01]\d|2[0-3])`,
  h1: String.raw`(1[0-2]|[1-9])`, h2: String.raw`(0[1-9]|1[0-2])`, a1: '([AP]M)', m1: String.raw`([0-5]?\d)`, m2: String.raw`([0-5]\d)`,
  s1: String.raw`([0-5]?\d)`, s2: String.raw`([0-5]\d)`, S1: String.raw`(\d)`, S2: String.raw`(\d\d)`, S3: String.raw`(\d{3})`,
  S6: String.raw`(\d{6})`, S9: String.raw`(\d{9})`, X1: String.raw`(Z|[+-]\d\d(?:\d\d)?)`, X2: String.raw`(Z|[+-]\d{4})`,
  X3: String.raw`(Z|[+-]\d\d:\d\d)`, x1: String.raw`([+-]\d\d(?:\d\d)?)`, x2: String.raw`([+-]\d{4})`, x3: String.raw`([+-]\d\d:\d\d)`,
  Z1: String.raw`([+-]\d{4})`, Z2: String.raw`([+-]\d{4})`, Z3: String.raw`([+-]\d{4})`, Z5: String.raw`(Z|[+-]\d\d:\d\d)`,
  X4: String.raw`(Z|[+-]\d{4})`, X5: String.raw`(Z|[+-]\d\d:\d\d)`, x4: String.raw`([+-]\d{4})`, x5: String.raw`([+-]\d\d:\d\d)`,
  Q1: '([1-4])', Q2: '(0[1-4])', q1: '([1-4])', q2: '(0[1-4])',
  z1: ZONE, z2: ZONE, z3: ZONE, z4: ZONE, V2: ZONE, G1: '(AD)', L1: String.raw`(\d\d?)`, L2: String.raw`(\d\d)`,
  k1: String.raw`(2[0-4]|1\d|[1-9])`, k2: String.raw`(0[1-9]|1\d|2[0-4])`, K1: String.raw`(1[01]|\d)`, K2: String.raw`(0\d|1[01])`,
  S4: String.raw`(\d{4})`, S5: String.raw`(\d{5})`, S7: String.raw`(\d{7})`, S8: String.raw`(\d{8})`, E1: shortDay, E2: shortDay, E3: shortDay, E4: `(${DAYS.join('|')})`,
}; // prettier-ignore

const monthSql = (group: string, width: number): string => {
  if (width <= 2) return numberOr(group, 1);
  const names = width === 3 ? SHORT_MONTHS : MONTHS;
  return `list_position([${names.map((name) => `'${name}'`).join(', ')}], ${group})`;
};

const hourSql = (group: (letter: string) => string | undefined): string => {
  const [hour, clock, half] = [group('H'), group('h') ?? group('K'), group('a')];
  if (hour !== undefined) return numberOr(hour, 0);
  const toMidnight = group('k');
  if (toMidnight !== undefined) return `(${numberOr(toMidnight, 0)} % 24)`;
  if (clock === undefined) return '0';
  return `(${numberOr(clock, 0)} % 12 + CASE WHEN ${half ?? "''"} = 'PM' THEN 12 ELSE 0 END)`;
};

/** The instant of a local time in a zone that the text names; null where no zone is called so. */
const inZoneSql = (context: EmitContext, local: string, zone: string): string => {
  const [time, name] = [context.once(local), context.once(zone)];
  const isKnown = `contains(${context.bind(ZONE_NAMES, 'keyword')}, ' ' || ${name} || ' ')`;
  return (
    `CASE WHEN regexp_full_match(${name}, '|Z|UTC|GMT|UT') THEN ${time} ` +
    `WHEN regexp_full_match(${name}, '[+-].*') THEN TRY(${time} - to_minutes(${zoneMinutesSql(name)})) ` +
    `WHEN ${isKnown} THEN (${time} AT TIME ZONE ${name}) AT TIME ZONE 'UTC' END`
  );
};

/** Milliseconds or seconds since 1970 as date; null if the text is no such number. */
const epochSql = (text: string, scale: 1 | 1_000): string => {
  const ms = `TRY_CAST(floor(TRY_CAST(${text} AS DECIMAL(30, 9)) * ${scale}) AS BIGINT)`;
  return `CASE WHEN regexp_full_match(${text}, '-?\\d{1,15}(\\.\\d{1,9})?') THEN TRY(make_timestamp_ms(${ms})) END`;
};

/**
 * The date that a text tells by a checked format, the first of several that fits; null if none does as a whole.
 * What names no zone is told in the given one.
 */
export const parseDateSql = (context: EmitContext, value: string, format: string, timeZone: string): string => {
  const text = context.once(value);
  const parsed = readDateFormats(format).map((one) => {
    if (one.kind === 'iso') return isoInZoneSql(context, text, timeZone);
    if (one.kind === 'pattern') return parsePatternSql(context, text, one.pattern, timeZone);
    return epochSql(text, one.kind === 'epoch-millis' ? 1 : 1_000);
  });
  return parsed.length === 1 ? (parsed[0] ?? '') : `coalesce(${parsed.join(', ')})`;
};

const isoInZoneSql = (context: EmitContext, text: string, timeZone: string): string => {
  const date = isoDateSql(context, text);
  if (timeZone === 'Z') return date;
  const once = context.once(date);
  const local = inZoneSql(context, once, context.bind(timeZone, 'keyword'));
  return `CASE WHEN regexp_matches(${text}, 'T.*(Z|[+-]\\d\\d(:?\\d\\d)?)$') THEN ${once} ELSE ${local} END`;
};

const regexOf = (piece: PatternPiece): string => {
  if (piece.kind === 'optional') return piece.isOpening ? '(?:' : ')?';
  return piece.kind === 'text'
    ? piece.text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
    : (GROUPS[keyOf(piece)] ?? '()');
};

const parsePatternSql = (context: EmitContext, text: string, pattern: string, timeZone: string): string => {
  const pieces = piecesOf(pattern);
  const fields = pieces.filter((piece) => piece.kind === 'field');
  const regex = pieces.map(regexOf).join('');
  const bound = context.bind(`^${regex}$`, 'keyword');
  const group: Group = (...letters) => {
    const at = fields.findIndex(({ letter }) => letters.includes(letter));
    return at === -1 ? undefined : `regexp_extract(${text}, ${bound}, ${at + 1})`;
  };
  // As java.time does it, what is not told is that of 1970-01-01; whether the text fits at all is asked at the end.
  const year = yearSql(fields, group, ['y', 'u']);
  const monthField = fields.find(({ letter }) => letter === 'M' || letter === 'L');
  const month = monthField ? monthSql(group('M', 'L') ?? "''", monthField.width) : '1';
  const time = ['H', 'm', 's'].map((letter) => partSql(letter, group)).join(', ');
  const calendar = [year, month, partSql('d', group)].join(', ');
  const made = dayOfYearOr(context, fields, group, { year, calendar, time });
  const fraction = group('S');
  const milliseconds = fraction === undefined ? '' : ` + to_milliseconds(${millisecondsSql(fraction)})`;
  const zone = group('X', 'x', 'Z');
  const offset = zone === undefined ? '' : ` - to_minutes(${zoneMinutesSql(zone)})`;
  const date = context.once(`CASE WHEN regexp_matches(${text}, ${bound}) THEN ${made} END`);
  const local = `TRY(${date}${milliseconds}${offset})`;
  const zoneName = group('z', 'V');
  if (zoneName !== undefined) return inZoneSql(context, local, zoneName);
  return zone === undefined && timeZone !== 'Z' ? inZoneSql(context, local, context.bind(timeZone, 'keyword')) : local;
};

type Group = (...letters: readonly string[]) => string | undefined;
type Fields = readonly (PatternPiece & { readonly kind: 'field' })[];

const yearSql = (fields: Fields, group: Group, letters: readonly string[]): string => {
  const text = group(...letters);
  if (text === undefined) return '1970';
  const isShort = fields.some(({ letter, width }) => letters.includes(letter) && width === 2);
  return `${numberOr(text, 1_970)}${isShort ? ' + 2000' : ''}`;
};

/** The date by the day of its year or by its week, which begins on Sunday (Java's rule for en-US), else by the calendar. */
const dayOfYearOr = (
  context: EmitContext,
  fields: Fields,
  group: Group,
  { year, calendar, time }: { readonly year: string; readonly calendar: string; readonly time: string },
): string => {
  const dayOfYear = group('D');
  const [week, weekYear] = [group('w'), group('Y')];
  if (dayOfYear !== undefined) {
    const day = context.once(numberOr(dayOfYear, 1));
    const date = context.once(`TRY(make_timestamp(${year}, 1, 1, ${time})) + to_days(TRY_CAST(${day} - 1 AS INTEGER))`);
    return `CASE WHEN ${day} > 0 AND year(${date}) = ${year} THEN ${date} END`;
  }
  if (week === undefined && weekYear === undefined) return `TRY(make_timestamp(${calendar}, ${time}))`;
  const first = context.once(
    `TRY(make_timestamp(${weekYear === undefined ? year : yearSql(fields, group, ['Y'])}, 1, 1, ${time}))`,
  );
  const [weeks, days] = [numberOr(week ?? "''", 1), numberOr(group('e', 'c') ?? "''", 1)];
  return `TRY(${first} + to_days(TRY_CAST((${weeks} - 1) * 7 + ${days} - 1 - dayofweek(${first}) AS INTEGER)))`;
};

const partSql = (letter: string, group: Group): string => {
  if (letter === 'H') return hourSql(group);
  const sql = group(letter);
  const byDefault = letter === 'd' ? 1 : 0;
  return sql === undefined ? String(byDefault) : numberOr(sql, byDefault);
};
