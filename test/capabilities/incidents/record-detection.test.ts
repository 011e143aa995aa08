import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import {
  allIncidents,
  ANN,
  cardSyncs,
  close,
  incidentNumbered,
  incidentsOn,
  kindsOf,
  leadOf,
  membersOf,
  minutes,
  observe,
  seconds,
  small,
  storeGraph,
  T0,
  timelineOf,
} from './support.ts';

let state: StateStore;

beforeEach(async () => {
  state = await openTestState();
});
afterEach(() => state.close());

const keysOf = (number: number) =>
  state.db
    .selectFrom('incident_keys')
    .innerJoin('incidents', 'incidents.id', 'incident_keys.incident_id')
    .select(['key', 'is_open'])
    .where('number', '=', number)
    .orderBy('key')
    .execute();

describe('recording what detection saw', () => {
  it('opens one incident led by payment for a chain of three, and asks for its card once', async () => {
    await storeGraph(state.db, ['gateway>order', 'order>payment']);
    const { tick } = incidentsOn(state.db);
    const record = await tick(seconds(70), [
      observe('gateway', seconds(40), { severity: 'P2', score: 4.7, k: 775, n: 7912 }),
      observe('order', seconds(20)),
      observe('payment', T0),
    ]);

    expect(record).toEqual({ opened: [1], reopened: 0, folded: 0 });
    expect(await leadOf(state.db, 1)).toBe('payment');
    expect(await membersOf(state.db, 1)).toEqual(['gateway:error_rate', 'order:error_rate', 'payment:error_rate']);
    expect(await keysOf(1)).toEqual([
      { key: 'gateway:error_rate', is_open: true },
      { key: 'order:error_rate', is_open: true },
      { key: 'payment:error_rate', is_open: true },
    ]);
    expect(await incidentNumbered(state.db, 1)).toMatchObject({
      state: 'open',
      severity: 'P1',
      opened_at: seconds(70),
      first_onset_at: T0,
      last_onset_at: seconds(40),
    });
    expect(await timelineOf(state.db, 1)).toMatchObject([
      { kind: 'opened', severity: 'P1', service: 'payment', previousIncident: null },
      { kind: 'anomaly-folded', reason: { kind: 'calls', path: ['order', 'payment'] } },
      { kind: 'anomaly-folded', reason: { kind: 'calls', path: ['gateway', 'order', 'payment'] } },
    ]);
    const { id } = await incidentNumbered(state.db, 1);
    expect(await cardSyncs(state.db)).toMatchObject([
      { job: 'incident-card.sync', payload: { incidentId: id }, priority: 2, enqueued_at: null },
    ]);
  });

  it('folds what comes later and lets the lead move down the chain until somebody acknowledges', async () => {
    await storeGraph(state.db, ['gateway>order', 'order>payment']);
    const { tick, acknowledge } = incidentsOn(state.db);
    const gateway = observe('gateway', seconds(40));
    const order = observe('order', seconds(20));
    await tick(seconds(60), [gateway]);
    expect(await leadOf(state.db, 1)).toBe('gateway');
    await tick(seconds(90), [gateway, order]);
    expect(await leadOf(state.db, 1)).toBe('order');
    await acknowledge(1, ANN, seconds(100));
    await tick(seconds(120), [gateway, order, observe('payment', T0)]);

    expect(await leadOf(state.db, 1)).toBe('order');
    expect(await allIncidents(state.db)).toHaveLength(1);
    expect(await kindsOf(state.db, 1)).toEqual([
      'opened',
      'anomaly-folded',
      'lead-changed',
      'acknowledged',
      'anomaly-folded',
    ]);
    expect((await timelineOf(state.db, 1))[2]).toEqual({ kind: 'lead-changed', from: 'gateway', to: 'order' });
  });

  it('opens two incidents for siblings, and a caller that fails later joins the earlier one', async () => {
    await storeGraph(state.db, ['gateway>catalog', 'gateway>payment']);
    const { tick } = incidentsOn(state.db);
    const siblings = [observe('catalog', T0), observe('payment', T0)];
    await tick(seconds(60), siblings);
    await tick(seconds(120), [...siblings, observe('gateway', seconds(60))]);

    expect(await membersOf(state.db, 1)).toEqual(['catalog:error_rate', 'gateway:error_rate']);
    expect(await membersOf(state.db, 2)).toEqual(['payment:error_rate']);
    expect((await incidentNumbered(state.db, 2)).possibly_same_as_id).toBe((await incidentNumbered(state.db, 1)).id);
    expect((await incidentNumbered(state.db, 1)).possibly_same_as_id).toBeNull();
  });

  it('works before the first call graph: nothing is connected yet, and nothing fails', async () => {
    const { tick } = incidentsOn(state.db);
    await tick(seconds(60), [observe('order', T0), observe('payment', T0)]);
    expect(await allIncidents(state.db)).toHaveLength(2);
  });

  it('changes nothing when the same tick is recorded twice', async () => {
    const { tick } = incidentsOn(state.db);
    await tick(seconds(60), [observe('payment', T0)]);
    await tick(seconds(60), [observe('payment', T0)]);
    expect(await allIncidents(state.db)).toHaveLength(1);
    expect(await kindsOf(state.db, 1)).toEqual(['opened']);
    expect(await cardSyncs(state.db)).toHaveLength(1);
  });

  it('keeps one incident and one episode when two ticks record at once', async () => {
    const { tick } = incidentsOn(state.db);
    await Promise.all([1, 2, 3, 4].map((n) => tick(seconds(60 + n), [observe('payment', T0), observe('order', T0)])));
    expect(await allIncidents(state.db)).toHaveLength(2);
    expect(await state.db.selectFrom('anomalies').selectAll().execute()).toHaveLength(2);
    expect(await kindsOf(state.db, 1)).toEqual(['opened']);
  });

  it('numbers incidents without a gap when transactions run at once and some are rolled back', async () => {
    const { tick } = incidentsOn(state.db);
    const services = Array.from({ length: 8 }, (_, at) => `service-${at}`);
    const outcomes = await Promise.allSettled(
      services.map((service, at) =>
        at % 2 === 0
          ? tick(seconds(60), [observe(service, T0)])
          : tick(seconds(60), [observe(service, T0), observe('broken', T0, { score: 11 })]),
      ),
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(
      services.map((_, at) => (at % 2 === 0 ? 'fulfilled' : 'rejected')),
    );
    expect((await allIncidents(state.db)).map((row) => row.number)).toEqual([1, 2, 3, 4]);
  });
});

describe('what opens an incident', () => {
  it('stores a P3 without opening for it', async () => {
    const { tick } = incidentsOn(state.db);
    await tick(seconds(60), [observe('payment', T0, small('P3'))]);
    expect(await allIncidents(state.db)).toEqual([]);
    expect(await state.db.selectFrom('anomalies').select(['service', 'severity', 'incident_id']).execute()).toEqual([
      { service: 'payment', severity: 'P3', incident_id: null },
    ]);
  });

  it('opens a compact one for a P3 that passed the size floor for 3 min, if configured', async () => {
    const { tick } = incidentsOn(state.db, { openFrom: 'P3' });
    const p3 = (isLargeEnough = true) => observe('payment', T0, small('P3', { isLargeEnough }));
    await tick(seconds(0), [p3()]);
    await tick(seconds(90), [p3(false)]);
    await tick(seconds(120), [p3()]);
    await tick(seconds(270), [p3()]);
    expect(await allIncidents(state.db)).toEqual([]);
    await tick(seconds(300), [p3(), observe('order', T0, small('P4'))]);
    expect((await allIncidents(state.db)).map((row) => [row.number, row.severity])).toEqual([[1, 'P3']]);
    expect((await cardSyncs(state.db)).map((row) => row.priority)).toEqual([4]);
  });

  it('opens for silence', async () => {
    const { tick } = incidentsOn(state.db);
    const silent = { signal: 'silence', k: 0, n: 0, severity: 'P2', score: 4.7, lastSeenAt: T0 } as const;
    await tick(seconds(120), [observe('payment', T0, { ...silent, isLargeEnough: false })]);
    expect(await membersOf(state.db, 1)).toEqual(['payment:silence']);
  });

  it('does not begin an episode for what is below P4', async () => {
    const { tick } = incidentsOn(state.db);
    await tick(seconds(60), [observe('payment', T0, { severity: null, score: 1, isPaging: false })]);
    expect(await state.db.selectFrom('anomalies').selectAll().execute()).toEqual([]);
  });

  it('opens with P1 only where that is configured', async () => {
    const { tick } = incidentsOn(state.db, { openFrom: 'P1' });
    await tick(seconds(60), [observe('payment', T0, { severity: 'P2', score: 4 })]);
    expect(await allIncidents(state.db)).toEqual([]);
    await tick(seconds(90), [observe('payment', T0)]);
    expect(await allIncidents(state.db)).toHaveLength(1);
  });
});

describe('numbers on a card', () => {
  it('asks for a card at most once a minute where only numbers changed, and not where none did', async () => {
    const { tick } = incidentsOn(state.db);
    for (let tickNumber = 0; tickNumber <= 8; tickNumber += 1) {
      // Ticks come a few milliseconds early or late.
      const at = addMs(T0, tickNumber * 30 * SECOND_MS - (tickNumber % 3));
      await tick(at, [observe('payment', T0, { k: 800 + Math.min(tickNumber, 6) })]);
    }
    expect(await cardSyncs(state.db)).toHaveLength(4);
  });
});

describe('recovery', () => {
  it('is noted once every anomaly is quiet, without resolving, and taken back when one fires again', async () => {
    await storeGraph(state.db, ['order>payment']);
    const { tick } = incidentsOn(state.db);
    await tick(seconds(60), [observe('payment', T0), observe('order', seconds(10))]);
    await tick(minutes(10), [observe('order', seconds(10))], [close('payment', minutes(5))]);
    expect((await incidentNumbered(state.db, 1)).recovered_at).toBeNull();
    await tick(minutes(11), [], [close('order', minutes(6))]);
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'open', recovered_at: minutes(6) });

    await tick(minutes(20), [observe('payment', minutes(19))]);
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'open', recovered_at: null });
    expect(await allIncidents(state.db)).toHaveLength(1);
    const timeline = await timelineOf(state.db, 1);
    expect(timeline.map((event) => event.kind)).toEqual([
      'opened',
      'anomaly-folded',
      'recovered',
      'anomaly-folded',
      'failing-again',
    ]);
    expect(timeline[3]).toMatchObject({ reason: { kind: 're-fired', path: ['payment'] } });
  });

  it('moves the lead to the new episode of its signal even after somebody acknowledged', async () => {
    const { tick, acknowledge } = incidentsOn(state.db);
    await tick(seconds(60), [observe('payment', T0)]);
    await acknowledge(1, ANN, seconds(90));
    await tick(minutes(10), [], [close('payment', minutes(5))]);
    await tick(minutes(20), [observe('payment', minutes(19), { k: 999 })]);
    const { lead_anomaly_id } = await incidentNumbered(state.db, 1);
    const lead = await state.db
      .selectFrom('anomalies')
      .selectAll()
      .where('id', '=', lead_anomaly_id)
      .executeTakeFirstOrThrow();
    expect(lead.closed_at).toBeNull();
    expect(await kindsOf(state.db, 1)).not.toContain('lead-changed');
  });

  it('is noted on an incident that was resolved while it still failed', async () => {
    const { tick, resolve } = incidentsOn(state.db);
    await tick(seconds(60), [observe('payment', T0)]);
    await resolve(1, ANN, minutes(4));
    await tick(minutes(5), [observe('payment', T0, { isFailingNow: false })]);
    await tick(minutes(9), [], [close('payment', minutes(4))]);
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'resolved', recovered_at: minutes(4) });
  });
});

describe('after a resolve', () => {
  const openAndResolve = async (resolvedAt: Date, quiet = true) => {
    const incidents = incidentsOn(state.db);
    await incidents.tick(seconds(60), [observe('payment', T0)]);
    if (quiet) await incidents.tick(minutes(10), [], [close('payment', minutes(5))]);
    await incidents.acknowledge(1, ANN, minutes(2));
    await incidents.resolve(1, ANN, resolvedAt, 'pool size 10 to 20');
    return incidents;
  };

  it('reopens when the signal fires again within the cooldown', async () => {
    const { tick } = await openAndResolve(minutes(12));
    const record = await tick(minutes(41.5), [observe('payment', minutes(41))]);
    expect(record).toEqual({ opened: [], reopened: 1, folded: 1 });
    expect(await incidentNumbered(state.db, 1)).toMatchObject({
      state: 'open',
      acknowledged_at: null,
      resolved_at: null,
      resolution: null,
      recovered_at: null,
    });
    expect((await timelineOf(state.db, 1)).slice(-2)).toMatchObject([
      { kind: 'reopened', afterMs: 29.5 * MINUTE_MS, reason: 'fired-again' },
      { kind: 'anomaly-folded', reason: { kind: 're-fired' } },
    ]);
    expect(await keysOf(1)).toEqual([{ key: 'payment:error_rate', is_open: true }]);
  });

  it('opens a new incident that links the old one after the cooldown', async () => {
    const { tick } = await openAndResolve(minutes(12));
    await tick(minutes(42), [observe('payment', minutes(41))]);
    const [first, second] = await allIncidents(state.db);
    expect(first).toMatchObject({ number: 1, state: 'resolved' });
    expect(second).toMatchObject({ number: 2, state: 'open', previous_incident_id: first?.id });
    expect((await timelineOf(state.db, 2))[0]).toMatchObject({ kind: 'opened', previousIncident: 1 });
  });

  it('does not reopen for a finding that is too small to open an incident', async () => {
    const { tick } = await openAndResolve(minutes(12));
    await tick(minutes(20), [observe('payment', minutes(19), small('P3'))]);
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'resolved' });
    await tick(minutes(20.5), [observe('payment', minutes(19))]);
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'open' });
  });

  it('reopens what still fails two minutes after the resolve, not before', async () => {
    const { tick } = await openAndResolve(minutes(6), false);
    await tick(minutes(7.9), [observe('payment', T0)]);
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'resolved' });
    await tick(minutes(8), [observe('payment', T0)]);
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'open' });
    expect((await timelineOf(state.db, 1)).at(-1)).toEqual({
      kind: 'reopened',
      afterMs: 2 * MINUTE_MS,
      reason: 'still-failing',
    });
  });

  it('opens a new incident for an episode that comes back after the cooldown without ever having ended', async () => {
    const { tick } = await openAndResolve(minutes(6), false);
    await tick(minutes(9), [observe('payment', T0, small('P3'))]);
    await tick(minutes(40), [observe('payment', T0)]);
    const [first, second] = await allIncidents(state.db);
    expect(first).toMatchObject({ state: 'resolved' });
    expect(second).toMatchObject({ state: 'open', previous_incident_id: first?.id, first_onset_at: minutes(40) });
    expect(await membersOf(state.db, 1)).toEqual(['payment:error_rate']);
    expect(await membersOf(state.db, 2)).toEqual(['payment:error_rate']);
    await tick(minutes(40.5), [observe('payment', T0)]);
    expect(await allIncidents(state.db)).toHaveLength(2);
  });
});

describe('the audit log', () => {
  it('holds every transition with its actor, before and after', async () => {
    const { tick, acknowledge, resolve } = incidentsOn(state.db);
    await tick(seconds(60), [observe('payment', T0, { severity: 'P2', score: 4 })]);
    await tick(seconds(90), [observe('payment', T0)]);
    await acknowledge(1, ANN, seconds(100));
    await resolve(1, ANN, seconds(110));
    await tick(seconds(240), [observe('payment', T0)]);
    const log = await state.db.selectFrom('audit_log').selectAll().orderBy('id').execute();
    expect(log.map((entry) => [entry.action, entry.actor.kind])).toEqual([
      ['incident.open', 'sentinel'],
      ['anomaly.fold', 'sentinel'],
      ['incident.raise-severity', 'sentinel'],
      ['incident.acknowledge', 'person'],
      ['incident.resolve', 'person'],
      ['incident.reopen', 'sentinel'],
    ]);
    expect(log[2]).toMatchObject({ before: { severity: 'P2' }, after: { severity: 'P1' } });
    expect(log[3]).toMatchObject({
      actor: ANN,
      before: { state: 'open', acknowledgedBy: null },
      after: { state: 'acknowledged', acknowledgedBy: ANN },
    });
  });

  it('refuses to be changed or shortened', async () => {
    const { tick } = incidentsOn(state.db);
    await tick(seconds(60), [observe('payment', T0)]);
    await expect(state.db.updateTable('audit_log').set({ action: 'x' }).execute()).rejects.toThrow('append-only');
    await expect(state.db.deleteFrom('audit_log').execute()).rejects.toThrow('append-only');
  });
});
