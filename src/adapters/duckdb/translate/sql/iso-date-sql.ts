import type { EmitContext } from '../emitters/emitter.ts';

// The same form as src/esql/values/iso-date.ts reads in literals.
const ISO =
  String.raw`^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T([01]\d|2[0-3])(?::([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?)?` +
  String.raw`(Z|[+-](?:0\d|1[0-8])(?::?[0-5]\d)?)?)?)?)?$`;

/** A number read from a text, or its default where the text is empty. */
export const numberOr = (sql: string, byDefault: number): string =>
  `TRY_CAST(coalesce(nullif(${sql}, ''), '${byDefault}') AS BIGINT)`;

/** Milliseconds of a fraction of a second of any length; finer ones are cut. */
export const millisecondsSql = (fraction: string): string => `TRY_CAST(left(rpad(${fraction}, 3, '0'), 3) AS BIGINT)`;

/** Minutes of a zone's offset, `Z` or none being UTC. */
export const zoneMinutesSql = (zone: string): string => {
  const digits = `replace(substring(${zone}, 2), ':', '')`;
  const minutes = `${numberOr(`left(${digits}, 2)`, 0)} * 60 + ${numberOr(`substring(${digits}, 3)`, 0)}`;
  return `(CASE WHEN ${zone} IN ('', 'Z') THEN 0 ELSE TRY_CAST(left(${zone}, 1) || '1' AS BIGINT) * (${minutes}) END)`;
};

/** A text of ISO 8601 as date; null if it is none. */
export const isoDateSql = (context: EmitContext, value: string): string => {
  const text = context.once(value);
  const pattern = context.bind(ISO, 'keyword');
  const group = (at: number): string => `regexp_extract(${text}, ${pattern}, ${at})`;
  const [year, month, day] = [`TRY_CAST(${group(1)} AS BIGINT)`, numberOr(group(2), 1), numberOr(group(3), 1)];
  const time = [4, 5, 6].map((at) => numberOr(group(at), 0));
  const parts = [year, month, day, ...time].join(', ');
  return `TRY(TRY(make_timestamp(${parts})) + to_milliseconds(${millisecondsSql(group(7))}) - to_minutes(${zoneMinutesSql(group(8))}))`;
};

/** A date as ISO 8601 with milliseconds. */
export const dateTextSql = (date: string): string => `strftime(${date}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
