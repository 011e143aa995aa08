import { readDatePattern } from '#esql/functions/date-patterns.ts';
import type { PatternPiece } from '#esql/functions/date-patterns.ts';
import { invariant } from '#kernel/invariant.ts';
import type { EmitContext } from '../emitters/emitter.ts';
import { millisecondsSql, numberOr, zoneMinutesSql } from './iso-date-sql.ts';

/** Fields of java.time.format.DateTimeFormatter as DuckDB's strftime writes them. */
const STRFTIME: Readonly<Record<string, string>> = {
  y2: '%y', y4: '%Y', u2: '%y', u4: '%Y', M1: '%-m', M2: '%m', M3: '%b', M4: '%B', d1: '%-d', d2: '%d', D1: '%-j', D3: '%j',
  E1: '%a', E2: '%a', E3: '%a', E4: '%A', a1: '%p', H1: '%-H', H2: '%H', h1: '%-I', h2: '%I', m1: '%-M', m2: '%M', s1: '%-S',
  s2: '%S', S3: '%g', X1: 'Z', X2: 'Z', X3: 'Z', x1: '+00', x2: '+0000', x3: '+00:00', Z1: '+0000',
}; // prettier-ignore

/** Those that strftime does not have. */
const EXPRESSIONS: Readonly<Record<string, (date: string) => string>> = {
  y1: (date) => `CAST(year(${date}) AS VARCHAR)`,
  u1: (date) => `CAST(year(${date}) AS VARCHAR)`,
  S1: (date) => `left(strftime(${date}, '%g'), 1)`,
  S2: (date) => `left(strftime(${date}, '%g'), 2)`,
  Q1: (date) => `CAST(quarter(${date}) AS VARCHAR)`,
  e1: (date) => `CAST(dayofweek(${date}) + 1 AS VARCHAR)`,
};

const piecesOf = (pattern: string): readonly PatternPiece[] => {
  const pieces = readDatePattern(pattern);
  invariant(pieces, 'a date pattern is checked');
  return pieces;
};

const keyOf = (piece: PatternPiece & { readonly kind: 'field' }): string => `${piece.letter}${piece.width}`;

/** A date as text by a checked pattern. */
export const formatDateSql = (context: EmitContext, date: string, pattern: string): string => {
  const value = context.once(date);
  const terms: string[] = [];
  let format = '';
  const flush = (): void => {
    if (format !== '') terms.push(`strftime(${value}, ${context.bind(format, 'keyword')})`);
    format = '';
  };
  for (const piece of piecesOf(pattern)) {
    const expression = piece.kind === 'field' ? EXPRESSIONS[keyOf(piece)] : undefined;
    if (piece.kind === 'text') format += piece.text.replaceAll('%', '%%');
    else if (!expression) format += STRFTIME[keyOf(piece)] ?? '';
    else {
      flush();
      terms.push(expression(value));
    }
  }
  flush();
  return terms.length === 0 ? `CASE WHEN ${value} IS NOT NULL THEN '' END` : `(${terms.join(' || ')})`;
};

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const SHORT_MONTHS = MONTHS.map((month) => month.slice(0, 3));

const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const SHORT_DAYS = DAYS.map((day) => day.slice(0, 3));
const shortDay = `(${SHORT_DAYS.join('|')})`;

/** One capturing group for each field, with exactly the digits that the pattern asks for. */
const GROUPS: Readonly<Record<string, string>> = {
  y2: String.raw`(\d\d)`, y4: String.raw`(\d{4})`, u2: String.raw`(\d\d)`, u4: String.raw`(\d{4})`,
  M1: String.raw`(\d\d?)`, M2: String.raw`(\d\d)`, M3: `(${SHORT_MONTHS.join('|')})`, M4: `(${MONTHS.join('|')})`,
  d1: String.raw`(\d\d?)`, d2: String.raw`(\d\d)`, H1: String.raw`(1\d|2[0-3]|\d)`, H2: String.raw`([01]\d|2[0-3])`,
  h1: String.raw`(1[0-2]|[1-9])`, h2: String.raw`(0[1-9]|1[0-2])`, a1: '([AP]M)', m1: String.raw`([0-5]?\d)`, m2: String.raw`([0-5]\d)`,
  s1: String.raw`([0-5]?\d)`, s2: String.raw`([0-5]\d)`, S1: String.raw`(\d)`, S2: String.raw`(\d\d)`, S3: String.raw`(\d{3})`,
  S6: String.raw`(\d{6})`, S9: String.raw`(\d{9})`, X1: String.raw`(Z|[+-]\d\d(?:\d\d)?)`, X2: String.raw`(Z|[+-]\d{4})`,
  X3: String.raw`(Z|[+-]\d\d:\d\d)`, x1: String.raw`([+-]\d\d(?:\d\d)?)`, x2: String.raw`([+-]\d{4})`, x3: String.raw`([+-]\d\d:\d\d)`,
  Z1: String.raw`([+-]\d{4})`, E1: shortDay, E2: shortDay, E3: shortDay, E4: `(${DAYS.join('|')})`,
}; // prettier-ignore

const monthSql = (group: string, width: number): string => {
  if (width <= 2) return numberOr(group, 1);
  const names = width === 3 ? SHORT_MONTHS : MONTHS;
  return `list_position([${names.map((name) => `'${name}'`).join(', ')}], ${group})`;
};

const hourSql = (group: (letter: string) => string | undefined): string => {
  const [hour, clock, half] = [group('H'), group('h'), group('a')];
  if (hour !== undefined) return numberOr(hour, 0);
  if (clock === undefined) return '0';
  return `(${numberOr(clock, 0)} % 12 + CASE WHEN ${half ?? "''"} = 'PM' THEN 12 ELSE 0 END)`;
};

/** The date that a text tells by a checked pattern; null if it does not match as a whole. */
export const parseDateSql = (context: EmitContext, value: string, pattern: string): string => {
  const text = context.once(value);
  const pieces = piecesOf(pattern);
  const fields = pieces.filter((piece) => piece.kind === 'field');
  const regex = pieces
    .map((piece) =>
      piece.kind === 'text'
        ? piece.text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
        : (GROUPS[keyOf(piece)] ?? '()'),
    )
    .join('');
  const bound = context.bind(`^${regex}$`, 'keyword');
  const group = (...letters: readonly string[]): string | undefined => {
    const at = fields.findIndex(({ letter }) => letters.includes(letter));
    return at === -1 ? undefined : `regexp_extract(${text}, ${bound}, ${at + 1})`;
  };
  const yearField = fields.find(({ letter }) => letter === 'y' || letter === 'u');
  const year = `TRY_CAST(${group('y', 'u') ?? "''"} AS BIGINT)${yearField?.width === 2 ? ' + 2000' : ''}`;
  const monthField = fields.find(({ letter }) => letter === 'M');
  const month = monthField ? monthSql(group('M') ?? "''", monthField.width) : '1';
  const parts = [year, month, ...['d', 'H', 'm', 's'].map((letter) => partSql(letter, group))].join(', ');
  const fraction = group('S');
  const milliseconds = fraction === undefined ? '' : ` + to_milliseconds(${millisecondsSql(fraction)})`;
  const zone = group('X', 'x', 'Z');
  const offset = zone === undefined ? '' : ` - to_minutes(${zoneMinutesSql(zone)})`;
  const local = `TRY(make_timestamp(${parts}))`;
  const day = group('E');
  if (day === undefined) return `TRY(${local}${milliseconds}${offset})`;
  // A day of the week that is not the date's own is a contradiction.
  const date = context.once(local);
  return `CASE WHEN left(dayname(${date}), 3) = left(${day}, 3) THEN TRY(${date}${milliseconds}${offset}) END`;
};

const partSql = (letter: string, group: (...letters: readonly string[]) => string | undefined): string => {
  if (letter === 'H') return hourSql(group);
  const sql = group(letter);
  const byDefault = letter === 'd' ? 1 : 0;
  return sql === undefined ? String(byDefault) : numberOr(sql, byDefault);
};
