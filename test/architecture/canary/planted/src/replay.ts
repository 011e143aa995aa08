// expects: boundaries(dependencies)
import { openStore } from '#adapters/duckdb/duckdb-store.ts';

await openStore('replay');
