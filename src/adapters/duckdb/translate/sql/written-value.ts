import type { FieldType } from '#esql/schema.ts';
import { nanosTextSql } from './date-nanos-sql.ts';
import { ipTextSql } from './ip-sql.ts';
import { versionTextSql } from './version-sql.ts';

const WRITERS: Readonly<Partial<Record<FieldType, (value: string) => string>>> = {
  ip: ipTextSql,
  version: versionTextSql,
  date_nanos: nanosTextSql,
};

/** A column as an answer tells it: types that a query holds in a form of their own as texts. */
export const writtenValue = (type: FieldType, column: string, isList: boolean): string => {
  const write = WRITERS[type];
  if (!write) return column;
  return isList ? `list_transform(${column}, lambda written: ${write('written')})` : write(column);
};
