// expects: boundaries(dependencies)
import { openStore } from '../../src/adapters/duckdb/duckdb-store.ts';

export const store = openStore;
