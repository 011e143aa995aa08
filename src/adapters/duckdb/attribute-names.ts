import type { DuckDBConnection } from '@duckdb/node-api';
import { TELEMETRY_KINDS, type TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import { MAX_ATTRIBUTE_NAMES } from './telemetry-limits.ts';
import { quoteText } from './telemetry-tables.ts';

const CREATE =
  'CREATE TABLE IF NOT EXISTS attribute_names (kind VARCHAR NOT NULL, name VARCHAR NOT NULL, PRIMARY KEY (kind, name))';

// Control characters and these cannot be written as a field of a query.
const UNNAMEABLE = /[\p{Cc}`"\\*]/u;

/**
 * The attribute names of each index that queries can use as `attributes.<name>`. Beyond
 * MAX_ATTRIBUTE_NAMES an index learns no further names, nor one that a query could not spell:
 * the values of such attributes are stored with their row, but they are no column.
 */
export interface AttributeNames {
  namesOf(kind: TelemetryKind): ReadonlySet<string>;
  /** Names among these that are not known yet and may become columns. */
  findNew(kind: TelemetryKind, candidates: Iterable<string>): readonly string[];
  /** To be called inside the transaction that stores the rows. */
  save(connection: DuckDBConnection, kind: TelemetryKind, names: readonly string[]): Promise<void>;
  /** To be called once that transaction is committed. */
  remember(kind: TelemetryKind, names: readonly string[]): void;
}

export const openAttributeNames = async (connection: DuckDBConnection): Promise<AttributeNames> => {
  await connection.run(CREATE);
  const known: Record<TelemetryKind, Set<string>> = { logs: new Set(), spans: new Set(), metrics: new Set() };
  const stored = await connection.runAndReadAll('SELECT kind, name FROM attribute_names ORDER BY kind, name');
  for (const [kind, name] of stored.getRowsJS()) {
    const names = TELEMETRY_KINDS.find((each) => each === kind);
    if (names && typeof name === 'string') known[names].add(name);
  }
  return {
    namesOf: (kind) => known[kind],
    findNew: (kind, candidates) => {
      const found = new Set<string>();
      for (const name of candidates) {
        if (known[kind].size + found.size >= MAX_ATTRIBUTE_NAMES) break;
        if (!known[kind].has(name) && name !== '' && !UNNAMEABLE.test(name)) found.add(name);
      }
      return [...found];
    },
    save: async (writer, kind, names) => {
      if (names.length === 0) return;
      const rows = names.map((name) => `(${quoteText(kind)}, ${quoteText(name)})`).join(', ');
      await writer.run(`INSERT OR IGNORE INTO attribute_names VALUES ${rows}`);
    },
    remember: (kind, names) => {
      for (const name of names) known[kind].add(name);
    },
  };
};

/** SQL of an attribute's value in the JSON column; null where the row has none. */
export const attributeSql = (name: string): string => `json_extract_string(attributes, ${quoteText(`$."${name}"`)})`;
