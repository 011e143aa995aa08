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
 * Inserts rows from one parameter: a JSON object with an array for each column, all of one
 * length. DuckDB parses it on its own threads, which keeps the event loop free and is twice as
 * fast as handing over each value through the appender.
 */
export const insertSql = <Row>(table: TelemetryTable<Row>): string => {
  const fields = [
    ...table.columns.map(({ field, type }) => ({ name: quoteIdentifier(field), field, type: SQL_TYPES[type] })),
    { name: 'attributes', field: 'attributes', type: 'VARCHAR' },
  ];
  const shape = Object.fromEntries(fields.map(({ field, type }) => [field, [type === 'TIMESTAMP' ? 'BIGINT' : type]]));
  const values = fields.map(({ name, type }) => (type === 'TIMESTAMP' ? `epoch_ms(${name})` : name));
  const unnested = fields.map(({ name }) => `unnest(slice.${name}) AS ${name}`);
  return (
    `INSERT INTO ${table.kind} SELECT ${values.join(', ')} FROM (SELECT ${unnested.join(', ')} ` +
    `FROM (SELECT from_json($1::VARCHAR, ${quoteText(JSON.stringify(shape))}) AS slice))`
  );
};
