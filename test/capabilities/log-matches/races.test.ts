import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import { migrateToLatest } from '#database/migrate.ts';
import type { StateStore } from '#database/state-store.ts';
import { recordingLogger } from '../../support/recording.ts';
import { reportMissing } from '../../support/report-missing.ts';
import { createTestDatabase, startTestPostgres } from '../../support/servers.ts';
import { minutes, observe, seconds, T0 } from '../incidents/support.ts';
import { delivery, matchesOn } from './world.ts';

// PGlite has one session and takes transactions one after another: only a server lets them meet.
describe('several sessions at once', async () => {
  const server = await startTestPostgres();
  if (server.url === null) {
    reportMissing(server);
    return;
  }
  const { url: serverUrl, stop } = server;
  let state: StateStore;
  let drop: () => Promise<void>;
  let world: ReturnType<typeof matchesOn>;

  beforeAll(async () => {
    const database = await createTestDatabase(serverUrl);
    drop = database.drop;
    state = await openPostgres({ logger: recordingLogger() }, { url: database.url });
    await migrateToLatest(state.db);
    world = matchesOn(state.db);
  });
  afterAll(async () => {
    await state.close();
    await drop();
    await stop();
  });

  it('count every line once, while requests, runs and detection ticks meet', async () => {
    world.clock.at = minutes(1);
    const services = ['payment', 'order', 'auth'];
    const twice = delivery('payment', [T0, seconds(1)]);
    await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        if (at % 6 === 5) await world.tick(minutes(1), [observe('payment', T0), observe('other', T0)]);
        else if (at % 3 === 2) await world.observe();
        else if (at % 10 === 0) await world.keep(twice);
        else await world.keep(...services.map((service) => delivery(service, [seconds(at)])));
      }),
    );
    await world.observe();
    const lines = await Promise.all(
      services.map(async (service) => {
        const rows = await world.deps.readLasting(state.db);
        return rows.find((row) => row.service === service)?.k;
      }),
    );
    const plain = Array.from({ length: 60 }, (_, at) => at).filter(
      (at) => at % 6 !== 5 && at % 3 !== 2 && at % 10 !== 0,
    );
    expect(lines).toEqual([plain.length + 2, plain.length, plain.length]);
    const incidents = await state.db.selectFrom('incidents').select('number').orderBy('number').execute();
    expect(incidents.map(({ number }) => number)).toEqual(incidents.map((_, at) => at + 1));
    const keys = await state.db.selectFrom('incident_keys').select('key').execute();
    expect(
      keys
        .map(({ key }) => key)
        .filter((key) => key.endsWith('log_match'))
        .toSorted(),
    ).toEqual(['auth:log_match', 'order:log_match', 'payment:log_match']);
  });

  it('are told to come back while the database is away', async () => {
    const gone = await createTestDatabase(serverUrl);
    const away = await openPostgres({ logger: recordingLogger() }, { url: gone.url });
    await migrateToLatest(away.db);
    await gone.drop();
    const { keep } = matchesOn(away.db);
    await expect(keep(delivery('payment', [T0]))).rejects.toMatchObject({ code: 'unavailable', isRetryable: true });
    await away.close();
  });
});
