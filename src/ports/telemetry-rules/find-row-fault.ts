import { MAX_ATTRIBUTES_PER_ROW, MAX_ATTRIBUTE_NAME_LENGTH, MAX_ATTRIBUTE_VALUE_LENGTH } from './row-limits.ts';
import type { Column, TelemetryRow, TelemetryTable } from './telemetry-tables.ts';

export interface RowFault {
  readonly field: string | null;
  readonly reason: string;
}

const MAX_INTEGER = 2_147_483_647;

const findNumberFault = (column: Column<never>, value: number): string | null => {
  if (!Number.isFinite(value)) return `${column.field} is not a finite number`;
  if (column.type === 'integer' && (!Number.isInteger(value) || Math.abs(value) > MAX_INTEGER)) {
    return `${column.field} is not a whole number of 32 bits`;
  }
  if (column.field === 'duration_ms' && value < 0) return 'duration_ms is negative';
  if (column.type === 'date' && value < 0) return `${column.field} is before 1970`;
  return null;
};

const findTextFault = (column: Column<never>, value: string): string | null => {
  if (value.length > column.maxLength) return `${column.field} is longer than ${column.maxLength} characters`;
  if (column.field !== 'message' && value.includes('\0')) return `${column.field} holds a NUL character`;
  if (value === '' && column.isRequired) return `${column.field} is missing`;
  if (column.allowed && !column.allowed.includes(value)) {
    return `${column.field} is none of ${column.allowed.join(', ')}`;
  }
  return null;
};

const findAttributeFault = (attributes: Readonly<Record<string, unknown>>): RowFault | null => {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES_PER_ROW) {
    return { field: null, reason: `more than ${MAX_ATTRIBUTES_PER_ROW} attributes` };
  }
  for (const [name, value] of entries) {
    if (name.length > MAX_ATTRIBUTE_NAME_LENGTH) {
      return { field: null, reason: `an attribute's name is longer than ${MAX_ATTRIBUTE_NAME_LENGTH} characters` };
    }
    const field = `attributes.${name}`;
    if (typeof value !== 'string') return { field, reason: `${field} is not a string` };
    if (value.length > MAX_ATTRIBUTE_VALUE_LENGTH) {
      return { field, reason: `${field} is longer than ${MAX_ATTRIBUTE_VALUE_LENGTH} characters` };
    }
  }
  return null;
};

/** Why a row cannot be stored, as a phrase that names the field; null if it can. */
export const findRowFault = <Row extends TelemetryRow>(table: TelemetryTable<Row>, row: Row): RowFault | null => {
  for (const column of table.columns) {
    const value = column.read(row);
    if (value === null || value === undefined) {
      if (column.isRequired) return { field: column.field, reason: `${column.field} is missing` };
      continue;
    }
    const isText = column.type === 'string';
    if (typeof value !== (isText ? 'string' : 'number')) {
      return { field: column.field, reason: `${column.field} is not a ${isText ? 'string' : 'number'}` };
    }
    const reason = typeof value === 'string' ? findTextFault(column, value) : findNumberFault(column, value);
    if (reason !== null) return { field: column.field, reason };
  }
  return row.attributes ? findAttributeFault(row.attributes) : null;
};
