import type { Updateable } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findIncident, listAnomalies, listIncidents } from '#capabilities/incidents/index.ts';
import type { Schema } from '#database/schema.ts';
import type { StateStore } from '#database/state-store.ts';
import { SENTINEL } from '#kernel/actor.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import {
  ANN,
  BEN,
  cardSyncs,
  close,
  incidentNumbered,
  incidentsOn,
  kindsOf,
  minutes,
  observe,
  seconds,
  small,
  T0,
  timelineOf,
} from './support.ts';

let state: StateStore;
let incidents: ReturnType<typeof incidentsOn>;

beforeEach(async () => {
  state = await openTestState();
  incidents = incidentsOn(state.db);
  await incidents.tick(minutes(1), [observe('payment', T0)]);
});
afterEach(() => state.close());

const respondersOf = async (number: number) => {
  const rows = await state.db
    .selectFrom('incident_responders')
    .innerJoin('incidents', 'incidents.id', 'incident_responders.incident_id')
    .select('person_id')
    .where('number', '=', number)
    .orderBy('person_id')
    .execute();
  return rows.map((row) => row.person_id);
};

describe('acknowledging', () => {
  it('says who and after how long, and asks for the card', async () => {
    const outcome = await incidents.acknowledge(1, ANN, minutes(3));
    expect(outcome).toMatchObject({
      kind: 'acknowledged',
      incident: {
        number: 1,
        state: 'acknowledged',
        severity: 'P1',
        service: 'payment',
        symptom: '38.2\u00a0% of 2,310 requests fail',
        openedAt: minutes(1),
        acknowledgedBy: ANN,
      },
    });
    expect((await timelineOf(state.db, 1)).at(-1)).toEqual({ kind: 'acknowledged', afterMs: 2 * MINUTE_MS });
    // Before what detection asks for, however severe.
    expect((await cardSyncs(state.db)).map(({ priority }) => priority)).toEqual([2, 1]);
  });

  it('keeps the first acknowledger when two race, and makes the other a responder', async () => {
    const outcomes = await Promise.all([incidents.acknowledge(1, ANN, minutes(3)), incidents.acknowledge(1, BEN)]);
    const kinds = outcomes.map((outcome) => outcome.kind);
    expect(kinds.toSorted()).toEqual(['acknowledged', 'already-acknowledged']);
    const [first, second] = kinds[0] === 'acknowledged' ? [ANN, BEN] : [BEN, ANN];
    expect(outcomes.find((outcome) => outcome.kind === 'already-acknowledged')).toMatchObject({
      by: first,
      at: minutes(3),
      wasAddedAsResponder: true,
    });
    expect((await incidentNumbered(state.db, 1)).acknowledged_by).toEqual(first);
    expect(await respondersOf(1)).toEqual(['U01ANN', 'U02BEN']);
    expect(await kindsOf(state.db, 1)).toEqual(['opened', 'acknowledged', 'responder-added']);
    const entry = await state.db
      .selectFrom('timeline_entries')
      .select('actor')
      .orderBy('position', 'desc')
      .executeTakeFirstOrThrow();
    expect(entry.actor).toEqual(second);
  });

  it('changes nothing when run twice by the same person, from whichever surface', async () => {
    await incidents.acknowledge(1, ANN, minutes(3));
    const again = await incidents.acknowledge(1, { kind: 'person', id: 'U01ANN', surface: 'rest' }, minutes(4));
    expect(again).toMatchObject({ kind: 'already-acknowledged', wasAddedAsResponder: false, at: minutes(3) });
    await incidents.acknowledge(1, BEN, minutes(5));
    expect(await incidents.acknowledge(1, BEN, minutes(6))).toMatchObject({ wasAddedAsResponder: false });
    expect(await kindsOf(state.db, 1)).toEqual(['opened', 'acknowledged', 'responder-added']);
  });

  it('is refused for a resolved incident and for one that does not exist', async () => {
    await incidents.resolve(1, ANN, minutes(3));
    expect(await incidents.acknowledge(1, BEN, minutes(4))).toMatchObject({
      kind: 'already-resolved',
      by: ANN,
      at: minutes(3),
    });
    expect(await incidents.acknowledge(7, BEN)).toEqual({ kind: 'not-found', number: 7 });
  });

  it('counts the time since the incident was reopened', async () => {
    await incidents.resolve(1, ANN, minutes(3));
    await incidents.reopen(1, BEN, minutes(10));
    await incidents.acknowledge(1, BEN, minutes(14));
    expect((await timelineOf(state.db, 1)).at(-1)).toEqual({ kind: 'acknowledged', afterMs: 4 * MINUTE_MS });
  });
});

describe('resolving', () => {
  it('keeps what fixed it, says that it still fails, and frees the signal', async () => {
    const outcome = await incidents.resolve(1, ANN, minutes(4), '  pool size 10 to 20 ');
    expect(outcome).toMatchObject({
      kind: 'resolved',
      isStillFailing: true,
      incident: { state: 'resolved', resolvedAt: minutes(4) },
    });
    expect((await timelineOf(state.db, 1)).at(-1)).toEqual({
      kind: 'resolved',
      afterMs: 3 * MINUTE_MS,
      resolution: 'pool size 10 to 20',
      isStillFailing: true,
    });
    const keys = await state.db.selectFrom('incident_keys').select('is_open').execute();
    expect(keys).toEqual([{ is_open: false }]);
  });

  it('knows that a quiet incident does not fail any more, and tells its peak', async () => {
    await incidents.tick(minutes(10), [], [close('payment', minutes(5))]);
    const outcome = await incidents.resolve(1, ANN, minutes(11), '   ');
    expect(outcome).toMatchObject({
      kind: 'resolved',
      isStillFailing: false,
      incident: { symptom: 'up to 38.2\u00a0% of requests failed over 5\u00a0min' },
    });
    expect((await incidentNumbered(state.db, 1)).resolution).toBeNull();
  });

  it('resolves once when two race, and changes nothing when run twice', async () => {
    const outcomes = await Promise.all([incidents.resolve(1, ANN, minutes(4)), incidents.resolve(1, BEN)]);
    expect(outcomes.map((outcome) => outcome.kind).toSorted()).toEqual(['already-resolved', 'resolved']);
    expect(await kindsOf(state.db, 1)).toEqual(['opened', 'resolved']);
    expect(await incidents.resolve(9, ANN)).toEqual({ kind: 'not-found', number: 9 });
  });

  it('adds what fixed it where nobody had said so, and never replaces it', async () => {
    await incidents.resolve(1, ANN, minutes(4));
    expect(await incidents.resolve(1, BEN, minutes(5), 'restart')).toMatchObject({ kind: 'resolution-added' });
    expect(await incidents.resolve(1, BEN, minutes(6), 'restart')).toMatchObject({ kind: 'already-resolved' });
    expect(await incidents.resolve(1, BEN, minutes(7), 'rollback')).toMatchObject({
      kind: 'resolution-not-kept',
      by: ANN,
      at: minutes(4),
    });
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ resolution: 'restart', resolved_by: ANN });
    expect((await timelineOf(state.db, 1)).slice(1)).toMatchObject([
      { kind: 'resolved', resolution: null },
      { kind: 'resolution-added', resolution: 'restart' },
    ]);
    const audited = await state.db
      .selectFrom('audit_log')
      .select(['action', 'actor', 'before', 'after'])
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect(audited).toMatchObject({
      action: 'incident.add-resolution',
      actor: BEN,
      before: { state: 'resolved', resolvedBy: ANN, resolution: null },
      after: { state: 'resolved', resolvedBy: ANN, resolution: 'restart' },
    });
  });

  it('cuts an explanation that is too long to show', async () => {
    await incidents.resolve(1, ANN, minutes(4), '🔧'.repeat(3000));
    const { resolution } = await incidentNumbered(state.db, 1);
    expect([...(resolution ?? '')]).toHaveLength(2000);
    expect(resolution?.endsWith('…')).toBe(true);
  });
});

describe('reopening', () => {
  it('returns to open with nobody on it, and tracks its signals again', async () => {
    await incidents.acknowledge(1, ANN, minutes(2));
    await incidents.resolve(1, ANN, minutes(4), 'restart');
    const outcome = await incidents.reopen(1, BEN, minutes(11));
    expect(outcome).toMatchObject({
      kind: 'reopened',
      incident: { state: 'open', acknowledgedBy: null, resolvedAt: null },
    });
    expect(await respondersOf(1)).toEqual([]);
    expect((await timelineOf(state.db, 1)).at(-1)).toEqual({
      kind: 'reopened',
      afterMs: 7 * MINUTE_MS,
      reason: 'person',
    });
    expect(await incidents.reopen(1, BEN)).toMatchObject({ kind: 'not-resolved' });
    expect(await incidents.reopen(5, BEN)).toEqual({ kind: 'not-found', number: 5 });
  });

  it('stays recovered where everything is quiet', async () => {
    await incidents.tick(minutes(10), [], [close('payment', minutes(5))]);
    await incidents.resolve(1, ANN, minutes(11));
    await incidents.reopen(1, ANN, minutes(12));
    expect((await incidentNumbered(state.db, 1)).recovered_at).toEqual(minutes(5));
  });

  it('is recovered where its anomalies closed long after it was resolved', async () => {
    await incidents.resolve(1, ANN, minutes(2));
    await incidents.tick(minutes(40), [], [close('payment', minutes(35))]);
    expect((await incidentNumbered(state.db, 1)).recovered_at).toBeNull();
    await incidents.reopen(1, ANN, minutes(45));
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'open', recovered_at: minutes(35) });
  });

  it('is not recovered where nothing is seen of its service any more', async () => {
    await incidents.resolve(1, ANN, minutes(2));
    await incidents.tick(minutes(40), [], [close('payment', minutes(35), 'error_rate', { isGone: true })]);
    await incidents.reopen(1, ANN, minutes(45));
    expect(await incidentNumbered(state.db, 1)).toMatchObject({ state: 'open', recovered_at: null });
    const read = await findIncident({ db: state.db }, { number: 1 });
    expect(read?.symptom).toBe('0.17\u00a0% of 2,284 requests fail');
  });

  it('leaves a signal with the open incident that tracks it by now', async () => {
    await incidents.tick(minutes(2), [observe('payment', T0), observe('payment', minutes(1), { signal: 'latency' })]);
    await incidents.tick(minutes(10), [], [close('payment', minutes(5)), close('payment', minutes(5), 'latency')]);
    await incidents.resolve(1, ANN, minutes(11));
    await incidents.tick(minutes(60), [observe('payment', minutes(59), { signal: 'latency' })]);
    expect(await incidents.reopen(1, ANN, minutes(61))).toMatchObject({ kind: 'reopened' });
    const keys = await state.db
      .selectFrom('incident_keys')
      .innerJoin('incidents', 'incidents.id', 'incident_keys.incident_id')
      .select(['number', 'key'])
      .where('is_open', '=', true)
      .orderBy('number')
      .execute();
    expect(keys).toEqual([
      { number: 1, key: 'payment:error_rate' },
      { number: 2, key: 'payment:latency' },
    ]);
  });

  it('is refused where a newer open incident tracks the same signal', async () => {
    await incidents.tick(minutes(10), [], [close('payment', minutes(5))]);
    await incidents.resolve(1, ANN, minutes(11));
    await incidents.tick(minutes(60), [observe('payment', minutes(59))]);
    expect(await incidents.reopen(1, ANN, minutes(61))).toMatchObject({
      kind: 'superseded',
      incident: { number: 1, state: 'resolved' },
      openIncident: 2,
    });
  });
});

describe('the database itself', () => {
  const set = (changes: Updateable<Schema['incidents']>) =>
    state.db.updateTable('incidents').set(changes).where('number', '=', 1).execute();

  it('refuses transitions that are not legal', async () => {
    await incidents.acknowledge(1, ANN, minutes(2));
    await expect(set({ state: 'open', acknowledged_at: null, acknowledged_by: null })).rejects.toThrow(
      'illegal incident transition from acknowledged to open',
    );
    await incidents.resolve(1, ANN, minutes(3));
    await expect(set({ state: 'acknowledged', resolved_at: null, resolved_by: null })).rejects.toThrow(
      'illegal incident transition from resolved to acknowledged',
    );
  });

  it('refuses a second open incident for one signal, and an acknowledged one without a person', async () => {
    await expect(set({ state: 'acknowledged' })).rejects.toThrow('check constraint');
    await incidents.tick(minutes(2), [observe('order', T0)]);
    const second = await incidentNumbered(state.db, 2);
    await expect(
      state.db
        .insertInto('incident_keys')
        .values({ key: 'payment:error_rate', incident_id: second.id, is_open: true })
        .execute(),
    ).rejects.toMatchObject({ code: '23505' });
  });
});

describe('finding and listing', () => {
  it('finds by number and by id', async () => {
    const byNumber = await findIncident({ db: state.db }, { number: 1 });
    expect(byNumber).toMatchObject({ number: 1, service: 'payment' });
    expect(await findIncident({ db: state.db }, { id: byNumber?.id ?? '' })).toEqual(byNumber);
    expect(await findIncident({ db: state.db }, { number: 2 })).toBeNull();
  });

  it('lists unresolved incidents worst first and resolved ones latest first, with their number', async () => {
    await incidents.tick(minutes(2), [
      observe('payment', T0),
      observe('catalog', T0, { severity: 'P2', score: 4 }),
      observe('auth', minutes(1)),
    ]);
    const open = await listIncidents({ db: state.db }, { state: 'unresolved', limit: 2 });
    expect(open).toMatchObject({ total: 3, incidents: [{ service: 'payment' }, { service: 'auth' }] });
    await incidents.resolve(1, ANN, minutes(4));
    await incidents.resolve(3, SENTINEL, minutes(5));
    const resolved = await listIncidents({ db: state.db }, { state: 'resolved' });
    expect(resolved.incidents.map((incident) => incident.number)).toEqual([3, 1]);
    expect(await listIncidents({ db: state.db }, { state: 'unresolved' })).toMatchObject({ total: 1 });
  });

  it('lists anomalies that no unresolved incident tracks', async () => {
    await incidents.tick(seconds(90), [
      observe('payment', T0),
      observe('order', T0, small('P3')),
      observe('auth', T0, small('P4')),
    ]);
    const free = async () => (await listAnomalies({ db: state.db })).anomalies.map((anomaly) => anomaly.service);
    expect(await free()).toEqual(['order', 'auth']);
    await incidents.resolve(1, ANN, minutes(4));
    expect(await free()).toEqual(['payment', 'order', 'auth']);
    expect(await listAnomalies({ db: state.db }, { limit: 1 })).toMatchObject({
      total: 3,
      anomalies: [{ service: 'payment', onsetAt: T0 }],
    });
  });
});
