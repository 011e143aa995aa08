import { AppError } from '#kernel/errors.ts';
import type { LookupTable } from '../telemetry-store.ts';

export const LOOKUP_NAME = /^[a-z][a-z0-9_-]{0,127}$/;
/** Begins the names of the lookup tables that Sentinel fills by itself. */
export const OWN_LOOKUPS = 'sentinel-';
export const MAX_LOOKUP_ROWS = 100_000;
export const MAX_LOOKUP_COLUMNS = 64;

const refuse = (reason: string): AppError =>
  new AppError({ code: 'rejected', isRetryable: false, userMessage: `The lookup table was not stored: ${reason}.` });

const isOfType = (type: 'keyword' | 'double', value: string | number | null): boolean =>
  value === null || (type === 'keyword' ? typeof value === 'string' : Number.isFinite(value));

/** Throws AppError `rejected` for a lookup table that no store takes. */
export const checkLookup = (table: LookupTable): void => {
  const { name, columns, rows } = table;
  if (!LOOKUP_NAME.test(name)) throw refuse('its name may hold only a-z, 0-9, - and _');
  if (columns.length === 0 || columns.length > MAX_LOOKUP_COLUMNS)
    throw refuse(`it needs 1 to ${MAX_LOOKUP_COLUMNS} columns`);
  if (new Set(columns.map((column) => column.name)).size !== columns.length) throw refuse('a column is there twice');
  if (rows.length > MAX_LOOKUP_ROWS) throw refuse(`it has more than ${MAX_LOOKUP_ROWS} rows`);
  rows.forEach((row, index) => {
    if (row.length !== columns.length) throw refuse(`row ${index} has ${row.length} values`);
    columns.forEach((column, position) => {
      if (!isOfType(column.type, row[position] ?? null)) {
        throw refuse(`${column.name} of row ${index} is not a ${column.type}`);
      }
    });
  });
};
