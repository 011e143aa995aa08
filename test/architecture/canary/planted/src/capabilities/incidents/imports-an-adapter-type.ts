// expects: boundaries(dependencies)
import type { openStore } from '#adapters/duckdb/duckdb-store.ts';

export type Opener = typeof openStore;
