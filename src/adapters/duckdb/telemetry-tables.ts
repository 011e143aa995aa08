import type { Column, TelemetryTable } from '#ports/telemetry-rules/telemetry-tables.ts';

const SQL_TYPES: Readonly<Record<Column<never>['type'], string>> = {
  date: 'TIMESTAMP',
  string: 'VARCHAR',
  double: 'DOUBLE',
  integer: 'INTEGER',
};

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const createTableSql = <Row>(table: TelemetryTable<Row>): string => {
  const columns = table.columns.map(
    ({ field, type, isRequired }) => `${quoteIdentifier(field)} ${SQL_TYPES[type]}${isRequired ? ' NOT NULL' : ''}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${table.kind} (${[...columns, 'attributes VARCHAR'].join(', ')})`;
};

/**
 * Inserts rows column by column. The first parameter is a separator, the second a mark; each further one
 * holds a column, its values behind each other with the separator between them: nothing where a value is
 * absent, the mark where it is an empty text. DuckDB splits that on its own threads, for half of what parsing
 * JSON costs it; the appender takes each value on the event loop, which is slower than both.
 */
export const insertSql = <Row>(table: TelemetryTable<Row>): string => {
  const columns = [
    ...table.columns.map(({ field, type, isRequired }) => ({ name: quoteIdentifier(field), type, isRequired })),
    { name: 'attributes', type: 'string', isRequired: false } as const,
  ];
  const texts = columns.map(
    ({ name }, index) => `unnest(string_split($${index + 3}::VARCHAR, $1::VARCHAR)) AS ${name}`,
  );
  const values = columns.map(({ name, type, isRequired }) => {
    if (type === 'date') return `epoch_ms(${name}::BIGINT)`;
    if (type !== 'string') return `nullif(${name}, '')::${SQL_TYPES[type]}`;
    return isRequired ? name : `CASE ${name} WHEN '' THEN NULL WHEN $2::VARCHAR THEN '' ELSE ${name} END`;
  });
  return `INSERT INTO ${table.kind} SELECT ${values.join(', ')} FROM (SELECT ${texts.join(', ')})`;
};
