import { afterAll, describe } from 'vitest';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import { recordingLogger } from '../support/recording.ts';
import { reportMissing } from '../support/report-missing.ts';
import { createTestDatabase, startTestPostgres } from '../support/servers.ts';
import { describeStateStore } from './state-store.ts';

const postgres = await startTestPostgres();

afterAll(async () => {
  if (postgres.url !== null) await postgres.stop();
});

const empty = await openPglite({ dataDirectory: null });
const emptyData = await empty.dump();
await empty.stateStore.close();

describeStateStore('PGlite', async () => {
  const { stateStore } = await openPglite({ dataDirectory: null, initialData: emptyData });
  return { stateStore, close: () => stateStore.close() };
});

if (postgres.url !== null) {
  const { url: serverUrl } = postgres;
  describeStateStore('PostgreSQL', async () => {
    const { url, drop } = await createTestDatabase(serverUrl);
    const stateStore = await openPostgres({ logger: recordingLogger() }, { url });
    return { stateStore, close: () => stateStore.close().then(drop) };
  });
} else {
  describe('state store on PostgreSQL', () => {
    reportMissing(postgres);
  });
}
