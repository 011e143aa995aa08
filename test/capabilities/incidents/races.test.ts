import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import { listAnomalies, listIncidents, readIncidentView } from '#capabilities/incidents/index.ts';
import { callGraphRefreshJob } from '#capabilities/topology/index.ts';
import { migrateToLatest } from '#database/migrate.ts';
import type { StateStore } from '#database/state-store.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import { reportMissing } from '../../support/report-missing.ts';
import { createTestDatabase, startTestPostgres } from '../../support/servers.ts';
import {
  allIncidents,
  ANN,
  BEN,
  close,
  incidentNumbered,
  incidentsOn,
  kindsOf,
  minutes,
  observe,
  seconds,
  T0,
} from './support.ts';

const nothing = () => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

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
  let incidents: ReturnType<typeof incidentsOn>;

  beforeAll(async () => {
    const database = await createTestDatabase(serverUrl);
    drop = database.drop;
    state = await openPostgres({ logger }, { url: database.url });
    await migrateToLatest(state.db);
    incidents = incidentsOn(state.db);
  });
  afterAll(async () => {
    await state.close();
    await drop();
    await stop();
  });

  it('keeps one incident a signal, numbered without a gap, when ticks of many instances meet', async () => {
    const observations = ['payment', 'order', 'auth'].map((service) => observe(service, T0));
    await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        at % 3 === 2
          ? expect(incidents.tick(seconds(60), [observe('other', T0, { score: 11 })])).rejects.toThrow()
          : incidents.tick(seconds(60), observations.slice(at % 2)),
      ),
    );
    const rows = await allIncidents(state.db);
    expect(rows.map((row) => row.number)).toEqual([1, 2, 3]);
    expect(await state.db.selectFrom('anomalies').selectAll().execute()).toHaveLength(3);
    expect(await kindsOf(state.db, 1)).toEqual(['opened']);
  });

  it('keeps the first acknowledger when ten people and a tick race', async () => {
    const people = Array.from({ length: 10 }, (_, at) => ({ ...ANN, kind: 'person' as const, id: `U${at}` }));
    incidents.clock.at = minutes(2);
    const tick = incidents.tick(minutes(2), [observe('payment', T0, { k: 1 })]);
    const outcomes = await Promise.all(people.map((person) => incidents.acknowledge(1, person)));
    await tick;
    expect(outcomes.filter((outcome) => outcome.kind === 'acknowledged')).toHaveLength(1);
    expect(
      outcomes.filter((outcome) => outcome.kind === 'already-acknowledged' && outcome.wasAddedAsResponder),
    ).toHaveLength(9);
    const first = outcomes.findIndex((outcome) => outcome.kind === 'acknowledged');
    expect((await incidentNumbered(state.db, 1)).acknowledged_by).toEqual(people[first]);
    expect((await kindsOf(state.db, 1)).filter((kind) => kind === 'responder-added')).toHaveLength(9);
  });

  it('reopens once when people and a tick do it at the same moment', async () => {
    const other = ['order', 'auth'].map((service) => observe(service, T0));
    const { incidents: unresolved } = await listIncidents({ db: state.db }, { state: 'unresolved' });
    const number = unresolved.find((incident) => incident.service === 'payment')?.number ?? 0;
    await incidents.tick(minutes(9), other, [close('payment', minutes(4))]);
    await incidents.resolve(number, ANN, minutes(10));
    incidents.clock.at = minutes(12);
    const outcomes = await Promise.all([
      incidents.reopen(number, ANN),
      incidents.tick(minutes(12), [...other, observe('payment', minutes(11))]),
      incidents.reopen(number, BEN),
      incidents.tick(minutes(12), [...other, observe('payment', minutes(11))]),
    ]);
    expect(outcomes).toHaveLength(4);
    expect((await kindsOf(state.db, number)).filter((kind) => kind === 'reopened')).toHaveLength(1);
    expect(await allIncidents(state.db)).toHaveLength(3);
    const { id } = await incidentNumbered(state.db, number);
    const view = await readIncidentView({ db: state.db }, id);
    expect(view).toMatchObject({ state: 'open', recoveredAt: null, lead: { service: 'payment', quietSince: null } });
    expect(await listIncidents({ db: state.db }, { state: 'unresolved' })).toMatchObject({ total: 3 });
    expect(await listAnomalies({ db: state.db })).toMatchObject({ total: 0 });
  });

  it('stores one call graph when two refreshes meet, though one of them may have to be run again', async () => {
    const answer = { columns: [], rows: [], warnings: [], isCut: false, tookMs: 1 };
    const job = callGraphRefreshJob({
      db: state.db,
      clock: incidents.clock,
      logger,
      telemetryStore: {
        schema: () => new Map(Object.entries(TELEMETRY_SCHEMA)),
        query: () => Promise.resolve(answer),
      },
      settings: { calls: { order: ['payment', 'auth'] } },
    });
    const run = () =>
      job.run(null, { id: '1', attempt: 1, isLastAttempt: false, signal: new AbortController().signal });
    await Promise.allSettled([run(), run(), run(), run()]);
    await run();
    const edges = await state.db
      .selectFrom('call_graph_edges')
      .select(['caller', 'callee'])
      .orderBy('callee')
      .execute();
    expect(edges).toEqual([
      { caller: 'order', callee: 'auth' },
      { caller: 'order', callee: 'payment' },
    ]);
  });
});
