import type { EmitContext } from '../emitters/emitter.ts';

/**
 * A double as Java writes it: 3.0, 0.25, and 2.5E7 below 1e-3 and from 1e7. DuckDB gives the same
 * shortest digits, but as 25000000.0 or 1e+16.
 */
export const javaDoubleSql = (context: EmitContext, double: string): string => {
  const value = context.once(double);
  const text = context.once(`CAST(abs(${value}) AS VARCHAR)`);
  const isScientific = `${text} LIKE '%e%'`;
  const digits = context.once(
    `trim(replace(CASE WHEN ${isScientific} THEN split_part(${text}, 'e', 1) ELSE ${text} END, '.', ''), '0')`,
  );
  const leadingZeros = `length(regexp_extract(${text}, '^0\\.(0*)', 1))`;
  const exponent =
    `CASE WHEN ${isScientific} THEN CAST(split_part(${text}, 'e', 2) AS INTEGER) ` +
    `WHEN abs(${value}) < 1 THEN -(${leadingZeros} + 1) ELSE length(split_part(${text}, '.', 1)) - 1 END`;
  const sign = `CASE WHEN ${value} < 0 THEN '-' ELSE '' END`;
  const scientific = `left(${digits}, 1) || '.' || CASE WHEN length(${digits}) > 1 THEN substring(${digits}, 2) ELSE '0' END || 'E' || CAST(${exponent} AS VARCHAR)`;
  return `CASE WHEN ${value} = 0 OR (abs(${value}) >= 1e-3 AND abs(${value}) < 1e7) THEN CAST(${value} AS VARCHAR) ELSE ${sign} || ${scientific} END`;
};
