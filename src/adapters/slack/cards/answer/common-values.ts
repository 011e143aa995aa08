import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { readColumns } from './answer-cells.ts';
import type { Profile } from './answer-profiles.ts';
import { isEqual } from './fold-rows.ts';
import { lengthOf, NAME_LIMIT, nameIn } from '../text.ts';

/** A column that says one and the same in all rows. */
export interface CommonValue {
  readonly name: string;
  readonly value: string;
}

const LEAST_ROWS = 2;
const MOST_SAID = 6;

/** What can be said once of whole rows: their values that are short, those read first before others. */
export const commonValues = (
  answer: QueryAnswer,
  { head, text, first }: Profile,
  now: Date,
): readonly CommonValue[] => {
  const { columns, rows } = answer;
  const [row] = rows;
  if (row === undefined || rows.length < LEAST_ROWS) return [];
  const names = new Set(
    columns.flatMap(({ name, type }, at) => {
      const isCommon = row[at] !== null && name !== text && type !== 'date';
      return isCommon && rows.every((other) => isEqual(other[at], row[at])) ? [name] : [];
    }),
  );
  const order = [...head, ...first];
  const rankOf = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return readColumns({ ...answer, rows: [row] }, [], 1, now)
    .flatMap(({ name, cells: [value] }, at) =>
      names.has(columns[at]?.name ?? '') && typeof value === 'string' && lengthOf(value) <= NAME_LIMIT
        ? [{ name, value }]
        : [],
    )
    .toSorted((a, b) => rankOf(a.name) - rankOf(b.name))
    .slice(0, MOST_SAID);
};

/** Mrkdwn, above the rows; empty where they have nothing in common. */
export const commonWords = (values: readonly CommonValue[]): string =>
  values.length === 0
    ? ''
    : `All of them: ${values.map(({ name, value }) => `${nameIn(name)} *${nameIn(value)}*`).join(' · ')}`;
