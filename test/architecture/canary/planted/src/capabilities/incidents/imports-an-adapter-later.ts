// expects: boundaries(dependencies)
export const loadStore = async () => await import('#adapters/duckdb/duckdb-store.ts');
