import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';
import { toOneLine } from './text.ts';

const NUMERIC: ReadonlySet<string> = new Set(['integer', 'long', 'double']);

/** A column of an answer, with its values as they are shown. */
export interface AnswerColumn {
  readonly name: string;
  readonly isNumber: boolean;
  /** Of the rows that may be shown; null where the row has no value. */
  readonly cells: readonly (string | null)[];
}

export const NO_VALUE = '–';

export const readColumns = (answer: QueryAnswer, mostRows: number, now: Date): readonly AnswerColumn[] => {
  const rows = answer.rows.slice(0, mostRows);
  return answer.columns.map(({ name, type }, index) => {
    const values = rows.map((row) => row[index] ?? null);
    const isToday = type === 'date' && name === '@timestamp' && values.every((value) => isOn(value, now));
    return {
      name: toOneLine(name),
      isNumber: NUMERIC.has(type),
      cells: values.map((value) => (value === null ? null : cellText(value, isToday))),
    };
  });
};

const isOn = (value: QueryValue, day: Date): boolean =>
  value === null || (typeof value === 'string' && value.slice(0, 10) === day.toISOString().slice(0, 10));

const cellText = (value: Exclude<QueryValue, null>, isToday: boolean): string => {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return toOneLine(shortDate(value, isToday));
  if (typeof value === 'boolean') return String(value);
  return toOneLine(`[${value.join(', ')}]`);
};

const numberText = (value: number): string =>
  Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 4 });

// A date with its year and zone would take most of a phone's line; the range below says the day.
const shortDate = (value: string, isToday: boolean): string => {
  const match = /^\d{4}-(\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})\.\d{3}Z$/u.exec(value);
  return match === null ? value : isToday ? (match[2] ?? '') : `${match[1]} ${match[2]}`;
};
