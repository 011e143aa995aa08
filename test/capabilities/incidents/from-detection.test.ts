import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runDetectionTick } from '#capabilities/detection/run-detection-tick.ts';
import { readObservation } from '#capabilities/incidents/observation-json.ts';
import {
  DEFAULT_INCIDENT_SETTINGS,
  listAnomalies,
  readKnownAnomalies,
  recordDetection,
  resolveIncident,
} from '#capabilities/incidents/index.ts';
import type { StateStore } from '#database/state-store.ts';
import type { QueryEvidence } from '#kernel/anomaly.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { openTestState } from '../../support/state.ts';
import { memoryTelemetryStore } from '../detection/support/memory-telemetry-store.ts';
import { AT } from '../detection/support/service-ticks.ts';
import { simulatedService } from '../detection/support/simulated-service.ts';
import { tickWorld } from '../detection/support/tick-world.ts';
import { allIncidents, ANN, incidentNumbered, kindsOf, membersOf, noMetrics, storeGraph } from './support.ts';

const INTERVAL_MS = 30_000;
const LAG_MS = 12_000;
const HISTORY_TICKS = 130;

let state: StateStore;
beforeEach(async () => {
  state = await openTestState();
});
afterEach(() => state.close());

/** Services of one rate; each tick takes the failing share of each, or null for no request at all. */
const shopOf = (names: readonly string[], requests: number) => {
  const random = seededRandom(7);
  const services = names.map((name) => simulatedService(name, random));
  const store = memoryTelemetryStore();
  const world = tickWorld(state.db, store, undefined, {
    readKnownAnomalies,
    recordDetection: async (trx, tick) => {
      await recordDetection({ metrics: noMetrics, settings: DEFAULT_INCIDENT_SETTINGS }, trx, tick);
    },
  });
  const pass = (ticks: number, rates: readonly (number | null)[]): Date => {
    const at = addMs(AT, ticks * INTERVAL_MS);
    for (const [index, service] of services.entries()) {
      const failRate = rates[index] ?? null;
      service.pass(failRate === null ? null : { requests, failRate }, at);
    }
    return at;
  };
  for (let ticks = -HISTORY_TICKS; ticks < 0; ticks += 1)
    pass(
      ticks,
      names.map(() => 0.002),
    );
  let now = 0;
  return {
    deps: world.deps,
    tick: async (...rates: readonly (number | null)[]): Promise<Date> => {
      const at = pass(now, rates);
      now += 1;
      store.counts = services
        .map((service) => service.counts())
        .filter(({ slots }) => slots.lines.some((rows) => rows > 0));
      world.clock.advance(at.getTime() + LAG_MS - world.clock.now().getTime());
      expect(await runDetectionTick(world.deps)).toMatchObject({ kind: 'finished' });
      return at;
    },
  };
};

const times = async (count: number, run: () => Promise<unknown>): Promise<void> => {
  for (let done = 0; done < count; done += 1) await run();
};

const anomalyOf = async (service: string, signal: 'error_rate' | 'silence' = 'error_rate') => {
  const row = await state.db
    .selectFrom('anomalies')
    .selectAll()
    .where('service', '=', service)
    .where('signal', '=', signal)
    .orderBy('first_tick_at', 'desc')
    .executeTakeFirstOrThrow();
  return { row, seen: readObservation(row.observation) };
};

const FIRST_BUCKET = 6;

/** Failed and all requests of the slots that are meant. */
const countedIn = (evidence: QueryEvidence, isMeant: (slot: number) => boolean): { k: number; n: number } => {
  const at = (name: string): number => evidence.columns.indexOf(name);
  const rows = evidence.rows.filter((row) => isMeant(Number(row[at('slot')])));
  const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[at(name)]), 0);
  return { k: sum('e'), n: sum('n') };
};

describe('an onset', () => {
  it('is the one of the fault that pages, where a small anomaly was open before, so that a cascade is one incident', async () => {
    await storeGraph(state.db, ['gateway>payment']);
    const shop = shopOf(['payment', 'gateway'], 1_000);
    await times(30, () => shop.tick(0.009, 0.002));
    const small = await anomalyOf('payment');
    expect(small.row).toMatchObject({ incident_id: null, onset_at: small.seen.onsetAt });
    await shop.tick(0.4, 0.002);
    await times(5, () => shop.tick(0.4, 0.3));

    const { row, seen } = await anomalyOf('payment');
    expect(row.id).toBe(small.row.id);
    expect(row.onset_at.getTime()).toBeGreaterThan(addMs(AT, 14 * MINUTE_MS).getTime());
    expect(row.onset_at).toEqual(seen.onsetAt);
    expect(await allIncidents(state.db)).toHaveLength(1);
    expect((await incidentNumbered(state.db, 1)).first_onset_at).toEqual(row.onset_at);
    expect(await membersOf(state.db, 1)).toEqual(['gateway:error_rate', 'payment:error_rate']);
  });
});

describe('every number of an anomaly has its evidence', () => {
  it('while the baseline is that of before the incident', async () => {
    const shop = shopOf(['payment', 'catalog'], 200);
    await times(84, () => shop.tick(0.4, 0.002));
    const { seen } = await anomalyOf('payment');
    expect(countedIn(seen.evidence, (slot) => slot < FIRST_BUCKET)).toEqual({ k: seen.k, n: seen.n });
    const { k, n } = countedIn(seen.evidence.baseline ?? seen.evidence, (slot) => slot >= FIRST_BUCKET);
    expect(seen.baselineRate).toBeLessThan(0.01);
    expect(seen.baselineRate).toBeCloseTo((0.5 + k) / (100.5 + n), 3);
    expect(seen.evidence.baseline?.window.to).toEqual(AT);
  });

  it('while only some of the buckets are clean, at its peak, and after it closed', async () => {
    const shop = shopOf(['payment', 'catalog'], 200);
    await times(12, () => shop.tick(0.4, 0.002));
    let closedAt = AT;
    for (let ticks = 0; ticks < 40 && (await anomalyOf('payment')).row.closed_at === null; ticks += 1) {
      closedAt = await shop.tick(0.002, 0.002);
    }
    const closed = await anomalyOf('payment');
    expect(closed.row).toMatchObject({ closed_at: addMs(closedAt, LAG_MS), is_gone: false });
    expect(closed.seen.window.to).toEqual(closedAt);
    expect(closed.seen.evidence.window.to).toEqual(closedAt);
    expect(countedIn(closed.seen.evidence, (slot) => slot < FIRST_BUCKET)).toEqual({
      k: closed.seen.k,
      n: closed.seen.n,
    });
    expect(closed.seen.k).toBeLessThan(10);

    const peak = readObservation(closed.row.peak_observation);
    expect(peak.k / peak.n).toBe(closed.row.peak_rate);
    const counted = countedIn(peak.evidence, (slot) => slot < FIRST_BUCKET);
    expect(counted.k / counted.n).toBe(closed.row.peak_rate);

    await times(70, () => shop.tick(0.002, 0.002));
    await times(4, () => shop.tick(0.4, 0.002));
    const { seen } = await anomalyOf('payment');
    const clean = countedIn(seen.evidence.baseline ?? seen.evidence, (slot) => slot >= FIRST_BUCKET);
    expect(seen.evidence.baseline).toBeDefined();
    expect(clean.k / clean.n).toBeLessThan(0.01);
    expect(seen.baselineRate).toBeCloseTo((0.5 + clean.k) / (100.5 + clean.n), 3);
  });
});

describe('a service that was taken away on purpose', () => {
  const UNSEEN_TICKS = 130;

  it('is resolved for good once nothing of it was seen for the whole look-back, and leaves no state behind', async () => {
    const shop = shopOf(['payment', 'catalog'], 200);
    const resolve = () =>
      resolveIncident({ ...shop.deps, metrics: noMetrics }, { number: 1, resolution: 'removed' }, ANN);
    await times(40, () => shop.tick(null, 0.002));
    expect(await resolve()).toMatchObject({ kind: 'resolved', isStillFailing: true });
    await times(8, () => shop.tick(null, 0.002));
    // So soon, a service that is still silent is likelier broken than gone.
    expect(await kindsOf(state.db, 1)).toEqual(['opened', 'resolved', 'reopened']);

    await times(UNSEEN_TICKS, () => shop.tick(null, 0.002));
    expect((await anomalyOf('payment', 'silence')).row.closed_at).toBeNull();
    await resolve();
    await times(100, () => shop.tick(null, 0.002));
    expect(await kindsOf(state.db, 1)).toEqual(['opened', 'resolved', 'reopened', 'resolved']);
    expect(await allIncidents(state.db)).toMatchObject([{ state: 'resolved', recovered_at: null }]);
    expect((await anomalyOf('payment', 'silence')).row).toMatchObject({ is_gone: true, closed_at: expect.any(Date) });
    expect(await listAnomalies({ db: state.db })).toMatchObject({ total: 0 });
    const left = await state.db
      .selectFrom('detection_state')
      .select('service')
      .where('service', '=', 'payment')
      .execute();
    expect(left).toEqual([]);
  });

  it('stays silent for as long as nobody resolved its incident', async () => {
    const shop = shopOf(['payment', 'catalog'], 200);
    await times(300, () => shop.tick(null, 0.002));
    expect((await anomalyOf('payment', 'silence')).row.closed_at).toBeNull();
    expect(await allIncidents(state.db)).toMatchObject([{ state: 'open', recovered_at: null }]);
  });
});

describe('an anomaly whose detection state was lost', () => {
  const forget = (): Promise<unknown> =>
    state.db
      .updateTable('detection_state')
      .set({ state: '{"a future":"shape"}' })
      .where('service', '=', 'payment')
      .execute();

  it('is followed until it closes, with the numbers of its quiet window', async () => {
    const shop = shopOf(['payment', 'catalog'], 200);
    await times(4, () => shop.tick(0.4, 0.002));
    await forget();
    await times(40, () => shop.tick(0.002, 0.002));
    const { row, seen } = await anomalyOf('payment');
    expect(row).toMatchObject({ closed_at: expect.any(Date), is_gone: false });
    expect(seen.k / seen.n).toBeLessThan(0.01);
    expect((await incidentNumbered(state.db, 1)).recovered_at).toEqual(row.quiet_since);
  });

  it('goes on as the same anomaly while it lasts', async () => {
    const shop = shopOf(['payment', 'catalog'], 200);
    await times(4, () => shop.tick(0.4, 0.002));
    const before = await anomalyOf('payment');
    await state.db.deleteFrom('detection_state').execute();
    await times(4, () => shop.tick(0.4, 0.002));
    const after = await anomalyOf('payment');
    expect(after.row).toMatchObject({ id: before.row.id, onset_at: before.row.onset_at, closed_at: null });
    expect(await kindsOf(state.db, 1)).toEqual(['opened']);
  });
});
