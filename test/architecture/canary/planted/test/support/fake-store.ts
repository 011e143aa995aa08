import { openStore } from '#adapters/duckdb/duckdb-store.ts';

export const fakeStore = openStore;
