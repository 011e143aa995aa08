import { pino } from 'pino';
import { openStore } from '#adapters/duckdb/duckdb-store.ts';
import { openIncident } from '#capabilities/incidents/index.ts';
import { readConfig } from '#config.ts';

export const createSentinel = () => ({
  logger: pino(),
  open: openIncident,
  start: async () => await openStore(readConfig()),
});
