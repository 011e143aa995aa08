import type { FieldType } from '#esql/schema.ts';

/** How DuckDB holds each type. null is a column without values, of some type. */
const SQL_TYPES: Readonly<Record<FieldType, string>> = {
  boolean: 'BOOLEAN',
  integer: 'INTEGER',
  long: 'BIGINT',
  unsigned_long: 'UBIGINT',
  double: 'DOUBLE',
  keyword: 'VARCHAR',
  text: 'VARCHAR',
  date: 'TIMESTAMP',
  date_nanos: 'BIGINT',
  ip: 'VARCHAR',
  version: 'VARCHAR',
  null: 'INTEGER',
};

export const sqlType = (type: FieldType, isMulti = false): string => `${SQL_TYPES[type]}${isMulti ? '[]' : ''}`;
