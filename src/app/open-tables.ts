import type { Table } from '#adapters/duckdb/fill-table.ts';
import { openDuckdbTables, type TableStore } from '#adapters/duckdb/open-duckdb-tables.ts';
import type { Clock } from '#kernel/clock.ts';

export type { Table, TableStore };

/** The embedded engine over tables of one's own, for suites of the language. */
export const openTables = (deps: { readonly clock: Clock }, tables: readonly Table[]): Promise<TableStore> =>
  openDuckdbTables(deps, tables);
