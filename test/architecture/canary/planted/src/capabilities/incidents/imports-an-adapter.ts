// expects: boundaries(dependencies)
import { openStore } from '#adapters/duckdb/duckdb-store.ts';

export const store = openStore;
