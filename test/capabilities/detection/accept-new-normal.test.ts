import type { QueryId } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { acceptNewNormal } from '#capabilities/detection/accept-new-normal.ts';
import { NO_SERVICE_STATE } from '#capabilities/detection/detection-state.ts';
import { NO_MEMORY } from '#capabilities/detection/judge/fit-baseline.ts';
import { judgeSlowBurn, type SlowBurn } from '#capabilities/detection/judge/slow-burn.ts';
import { readDetectionState, writeDetectionState } from '#capabilities/detection/store-detection-state.ts';
import { runDetectionTick } from '#capabilities/detection/run-detection-tick.ts';
import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import { DEFAULT_INCIDENT_SETTINGS, readKnownAnomalies, recordDetection } from '#capabilities/incidents/index.ts';
import type { StateStore } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import { memoryTelemetryStore } from './support/memory-telemetry-store.ts';
import { AT, BASELINE_A, equalBuckets, requestCounts } from './support/service-ticks.ts';
import { silentMetrics, tickWorld } from './support/tick-world.ts';

const ANN: Actor = { kind: 'person', id: 'U01ANN', surface: 'slack' };
const SERVICE = 'payment-service';

let state: StateStore;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
afterEach(async () => {
  for (const table of ['detection_state', 'detection_ticks', 'incident_keys', 'timeline_entries'] as const)
    await state.db.deleteFrom(table).execute();
  await state.db.updateTable('incidents').set({ lead_anomaly_id: null }).execute();
  await state.db.deleteFrom('anomalies').execute();
  await state.db.deleteFrom('incidents').execute();
});

const steady = (k: number, n: number) =>
  Array.from({ length: 4 }, () => ({ k, n })).concat([
    { k: 2 * k, n: 2 * n },
    { k: 4 * k, n: 4 * n },
  ]);
const failing = (before = BASELINE_A): ServiceCounts =>
  requestCounts({ service: SERVICE, now: steady(4, 100), before });

const at = (minutes: number): { at: Date } => ({ at: addMs(AT, minutes * MINUTE_MS) });

/** A rise that is seen and pages nobody. */
const blip = (service: string): ServiceCounts =>
  requestCounts({ service, now: steady(2, 100), before: equalBuckets(10, 1_000) });

const burn = (): SlowBurn | null =>
  judgeSlowBurn(
    Array.from({ length: 48 }, (_, index) => AT.getTime() - (47 - index) * 5 * MINUTE_MS),
    [...equalBuckets(5, 1_000, 42), ...equalBuckets(14, 1_000, 6)],
    NO_MEMORY,
    [],
  );

/** A service that pages, with its incident. */
const openedWorld = async () => {
  const store = memoryTelemetryStore();
  store.counts = [failing()];
  const world = tickWorld(state.db, store, undefined, {
    readKnownAnomalies,
    recordDetection: async (trx, tick) => {
      await recordDetection({ metrics: silentMetrics, settings: DEFAULT_INCIDENT_SETTINGS }, trx, tick);
    },
  });
  await runDetectionTick(world.deps);
  return { ...world, store };
};

describe('acceptNewNormal', () => {
  it('ends the anomalies of a service, says so in its incident and in the audit log', async () => {
    const { deps, clock } = await openedWorld();
    clock.advance(30 * MINUTE_MS);
    const outcome = await acceptNewNormal(deps, { service: SERVICE }, ANN);
    expect(outcome).toMatchObject({ kind: 'accepted', service: SERVICE, signals: ['error_rate'] });
    const { state: after } = await readDetectionState(state.db);
    expect(after.services.get(SERVICE)).toMatchObject({ guard: { frozen: null, dirty: [] }, episodes: new Map() });
    expect(after.services.get(SERVICE)?.usualSince?.getTime()).toBeGreaterThan(addMs(AT, -6 * MINUTE_MS).getTime());
    expect(after.tick.thresholdsAt).toBeNull();
    const anomalies = await state.db.selectFrom('anomalies').selectAll().execute();
    expect(anomalies).toMatchObject([{ severity: null, is_paging: false, observation: { k: 40, n: 1_000 } }]);
    expect(anomalies[0]?.closed_at).toEqual(addMs(AT, 30 * MINUTE_MS));
    const timeline = await state.db.selectFrom('timeline_entries').selectAll().orderBy('position').execute();
    expect(timeline.map(({ event, actor }) => [(event as { kind: string }).kind, actor.kind])).toEqual([
      ['opened', 'sentinel'],
      ['new-normal-accepted', 'person'],
      ['recovered', 'sentinel'],
    ]);
    const audit = await state.db.selectFrom('audit_log').selectAll().where('entity', '=', 'service').execute();
    expect(audit).toMatchObject([{ action: 'service.accept', entity_id: SERVICE, actor: ANN }]);
  });

  it('wakes nobody for that level again, and somebody for a worse one', async () => {
    const { deps, clock, store } = await openedWorld();
    clock.advance(30 * MINUTE_MS);
    await acceptNewNormal(deps, { service: SERVICE }, ANN);
    // Buckets of the new level, the others of the old one.
    const buckets = [...equalBuckets(40, 1_000, 5), ...BASELINE_A.slice(5)];
    store.counts = [failing(buckets)];
    for (let tick = 1; tick <= 5; tick += 1) {
      const outcome = await runDetectionTick(deps, at(30 + tick / 2));
      expect(outcome).toMatchObject({ kind: 'finished', observations: [] });
    }
    store.counts = [requestCounts({ service: SERVICE, now: steady(20, 100), before: buckets })];
    expect(await runDetectionTick(deps, at(33))).toMatchObject({
      observations: [{ isPaging: true, baselineBuckets: 6 }],
    });
  });

  it('says which services have anomalies where this one has none, and changes nothing', async () => {
    const { deps } = await openedWorld();
    expect(await acceptNewNormal(deps, { service: 'cart-service' }, ANN)).toEqual({
      kind: 'nothing-to-accept',
      service: 'cart-service',
      signals: [],
      services: [SERVICE],
    });
    const audited = () => state.db.selectFrom('audit_log').selectAll().where('entity', '=', 'service').execute();
    await acceptNewNormal(deps, { service: SERVICE }, ANN);
    const { length } = await audited();
    expect(await acceptNewNormal(deps, { service: SERVICE }, ANN)).toMatchObject({ kind: 'nothing-to-accept' });
    expect(await audited()).toHaveLength(length);
  });

  it('takes no rise for a new normal that nobody was told of, and says what can be accepted', async () => {
    const { deps, store } = await openedWorld();
    store.counts = [failing(), blip('cart-service')];
    expect(await runDetectionTick(deps, at(1))).toMatchObject({
      observations: expect.arrayContaining([expect.objectContaining({ service: 'cart-service', isPaging: false })]),
    });
    const { state: before } = await readDetectionState(state.db);
    expect(await acceptNewNormal(deps, { service: 'cart-service' }, ANN)).toEqual({
      kind: 'nothing-to-accept',
      service: 'cart-service',
      signals: ['error_rate'],
      services: [SERVICE],
    });
    expect((await readDetectionState(state.db)).state).toEqual(before);
  });

  it('accepts such a rise once it is a slow one, or once an incident has it', async () => {
    const { deps, store } = await openedWorld();
    store.counts = [failing(), blip('cart-service'), blip('order-service')];
    await runDetectionTick(deps, at(1));
    const incident = await state.db.selectFrom('incidents').select('id').executeTakeFirstOrThrow();
    const joining = state.db.updateTable('anomalies').set({ incident_id: incident.id });
    await joining.where('service', '=', 'order-service').execute();
    await state.db.transaction().execute(async (trx) => {
      const stored = await readDetectionState(trx);
      const { services } = stored.state;
      const rising = { ...(services.get('cart-service') ?? NO_SERVICE_STATE), slowBurn: burn() };
      await writeDetectionState(trx, stored, {
        ...stored.state,
        services: new Map(services).set('cart-service', rising),
      });
    });
    for (const service of ['cart-service', 'order-service']) {
      expect(await acceptNewNormal(deps, { service }, ANN)).toMatchObject({
        kind: 'accepted',
        signals: ['error_rate'],
      });
    }
  });

  it('lets go on what nobody was told of, and does not reckon from it', async () => {
    const { deps, store, clock } = await openedWorld();
    await state.db.transaction().execute(async (trx) => {
      const stored = await readDetectionState(trx);
      const before = stored.state.services.get(SERVICE) ?? NO_SERVICE_STATE;
      const paged = before.episodes.get('error_rate');
      if (!paged) throw new Error('no anomaly lasts');
      const late = { ...paged, hasPaged: false, onsetAt: addMs(AT, 20 * MINUTE_MS) };
      const episodes = new Map(before.episodes).set('latency', late);
      const services = new Map(stored.state.services).set(SERVICE, { ...before, episodes });
      await writeDetectionState(trx, stored, { ...stored.state, services });
    });
    clock.advance(30 * MINUTE_MS);
    const outcome = await acceptNewNormal(deps, { service: SERVICE }, ANN);
    expect(outcome).toMatchObject({ kind: 'accepted', signals: ['error_rate'] });
    const after = (await readDetectionState(state.db)).state.services.get(SERVICE);
    expect([...(after?.episodes.keys() ?? [])]).toEqual(['latency']);
    expect(after?.usualSince?.getTime()).toBeLessThan(AT.getTime());
    store.counts = [failing(BASELINE_A)];
    expect(await runDetectionTick(deps, at(31))).toMatchObject({ kind: 'finished' });
  });

  it('keeps trying against checks that come first, and then says that nothing was changed', async () => {
    const { deps } = await openedWorld();
    const updates = new WeakSet<QueryId>();
    const losing = state.db.withPlugin({
      transformQuery: ({ node, queryId }) => {
        if (node.kind === 'UpdateQueryNode') updates.add(queryId);
        return node;
      },
      transformResult: ({ result, queryId }) =>
        Promise.resolve(updates.has(queryId) ? { ...result, rows: [] } : result),
    });
    expect(await acceptNewNormal({ ...deps, db: losing }, { service: SERVICE }, ANN)).toEqual({
      kind: 'busy',
      service: SERVICE,
    });
    const { state: after } = await readDetectionState(state.db);
    expect(after.services.get(SERVICE)?.episodes.size).toBe(1);
  });

  it('lets a service go that was taken away on purpose', async () => {
    const { deps, store, clock } = await openedWorld();
    const gone = requestCounts({ service: SERVICE, now: [], before: BASELINE_A, lastSeenAt: AT });
    const other = requestCounts({ service: 'gateway', now: steady(0, 100), before: equalBuckets(0, 1_000) });
    store.counts = [gone, other];
    for (let tick = 1; tick <= 10; tick += 1) await runDetectionTick(deps, at(tick / 2));
    clock.advance(6 * MINUTE_MS);
    expect(await acceptNewNormal(deps, { service: SERVICE }, ANN)).toMatchObject({
      signals: ['error_rate', 'silence'],
    });
    for (let tick = 0; tick < 6; tick += 1)
      expect(await runDetectionTick(deps, at(7 + tick))).toMatchObject({ kind: 'finished', observations: [] });
  });
});
