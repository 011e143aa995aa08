import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewRow } from '#database/schema.ts';
import type { StateStore } from '#database/state-store.ts';
import { SENTINEL } from '#kernel/actor.ts';
import { seededRandom } from '#kernel/random.ts';
import { isStorableName } from '#kernel/storable-name.ts';
import { openTestState } from '../support/state.ts';

const FIRST_CJK = 0x4e00;
const CJK_CHARACTERS = 20_000;
const AT = new Date('2026-11-20T10:00:00Z');
const LATER = new Date('2026-11-20T10:05:00Z');
const ACTOR = JSON.stringify(SENTINEL);
const CHECK = { code: '23514' };
const UNIQUE = { code: '23505' };

describe('the schema', () => {
  let store: StateStore;
  let numbers = 0;

  beforeAll(async () => {
    store = await openTestState();
  });
  afterAll(() => store.close());

  const insertIncident = async (overrides: Partial<NewRow<'incidents'>> = {}): Promise<string> => {
    numbers += 1;
    const row = await store.db
      .insertInto('incidents')
      .values({
        number: numbers,
        state: 'open',
        severity: 'P1',
        lead_anomaly_id: null,
        opened_at: AT,
        first_onset_at: AT,
        last_onset_at: AT,
        acknowledged_at: null,
        acknowledged_by: null,
        resolved_at: null,
        resolved_by: null,
        resolution: null,
        recovered_at: null,
        previous_incident_id: null,
        possibly_same_as_id: null,
        updated_at: AT,
        ...overrides,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return row.id;
  };
  const ACKNOWLEDGED = { state: 'acknowledged', acknowledged_at: AT, acknowledged_by: ACTOR } as const;
  const RESOLVED = { state: 'resolved', resolved_at: AT, resolved_by: ACTOR } as const;
  const OPEN = {
    state: 'open',
    acknowledged_at: null,
    acknowledged_by: null,
    resolved_at: null,
    resolved_by: null,
  } as const;
  const change = (id: string, set: Partial<NewRow<'incidents'>>): Promise<unknown> =>
    store.db.updateTable('incidents').set(set).where('id', '=', id).execute();

  const insertAnomaly = (overrides: Partial<NewRow<'anomalies'>> = {}): Promise<unknown> =>
    store.db
      .insertInto('anomalies')
      .values({
        service: 'payment-service',
        signal: 'error_rate',
        onset_at: AT,
        first_tick_at: AT,
        last_tick_at: AT,
        closed_at: null,
        quiet_since: null,
        score: 5,
        peak_score: 6,
        peak_rate: 0.4,
        severity: 'P1',
        worst_severity: 'P1',
        is_paging: true,
        incident_id: null,
        fold_reason: null,
        observation: '{}',
        ...overrides,
      })
      .execute();

  describe('refuses an incident', () => {
    const impossible: [string, Partial<NewRow<'incidents'>>][] = [
      ['that is open and acknowledged', { acknowledged_at: AT, acknowledged_by: ACTOR }],
      ['that is acknowledged by nobody', { state: 'acknowledged', acknowledged_at: AT }],
      ['that is acknowledged at no time', { state: 'acknowledged' }],
      ['that is resolved at no time', { state: 'resolved' }],
      ['that has been resolved but is open', { resolved_at: AT, resolved_by: ACTOR }],
      ['that has a resolution but is open', { resolution: 'restarted' }],
      ['whose first onset is after its last', { first_onset_at: LATER }],
      ['without a number', { number: 0 }],
    ];
    test.each(impossible)('%s', async (_what, overrides) => {
      await expect(insertIncident(overrides)).rejects.toMatchObject(CHECK);
    });

    test('whose number another has', async () => {
      await insertIncident();
      await expect(insertIncident({ number: numbers })).rejects.toMatchObject(UNIQUE);
    });
  });

  describe('transitions', () => {
    test('lead from open over acknowledged to resolved and back to open', async () => {
      const id = await insertIncident();
      await change(id, ACKNOWLEDGED);
      await change(id, RESOLVED);
      await change(id, OPEN);
      await change(id, RESOLVED);
      const row = await store.db.selectFrom('incidents').select('state').where('id', '=', id).executeTakeFirst();
      expect(row).toEqual({ state: 'resolved' });
    });

    test('never lead from acknowledged back to open', async () => {
      const id = await insertIncident(ACKNOWLEDGED);
      await expect(change(id, OPEN)).rejects.toMatchObject(CHECK);
    });

    test('never lead from resolved to acknowledged', async () => {
      const id = await insertIncident(RESOLVED);
      await expect(change(id, { ...ACKNOWLEDGED, resolved_at: null, resolved_by: null })).rejects.toMatchObject(CHECK);
    });
  });

  test('keeps one open incident per key, and any number of closed ones', async () => {
    const [first, second] = [await insertIncident(), await insertIncident()];
    const insertKey = (incident_id: string, is_open: boolean): Promise<unknown> =>
      store.db.insertInto('incident_keys').values({ key: 'payment-service/latency', incident_id, is_open }).execute();
    await insertKey(first, true);
    await expect(insertKey(second, true)).rejects.toMatchObject(UNIQUE);
    await insertKey(second, false);
  });

  test('keeps one open episode per service and signal', async () => {
    await insertAnomaly({ closed_at: LATER, quiet_since: AT });
    await insertAnomaly();
    await expect(insertAnomaly()).rejects.toMatchObject(UNIQUE);
    await insertAnomaly({ signal: 'latency' });
  });

  test.each<[string, Partial<NewRow<'anomalies'>>]>([
    ['whose score is above 10', { score: 11, peak_score: 11 }],
    ['whose peak is below its score', { peak_score: 4 }],
    ['whose rate is above 1', { peak_rate: 1.2 }],
    ['that is closed but was never quiet', { closed_at: LATER }],
  ])('refuses an anomaly %s', async (_what, overrides) => {
    await expect(insertAnomaly({ service: 'auth-service', ...overrides })).rejects.toMatchObject(CHECK);
  });

  test('sets the lead in the transaction that opens the incident, at its end at the latest', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    await expect(insertIncident({ lead_anomaly_id: nobody })).rejects.toMatchObject({ code: '23503' });
  });

  test('never changes, deletes or empties the audit log', async () => {
    const { db } = store;
    await db
      .insertInto('audit_log')
      .values({
        at: AT,
        action: 'incident.acknowledge',
        actor: ACTOR,
        entity: 'incident',
        entity_id: '1',
        before: null,
        after: null,
      })
      .execute();
    await expect(db.updateTable('audit_log').set({ action: 'x' }).execute()).rejects.toMatchObject(CHECK);
    await expect(db.deleteFrom('audit_log').execute()).rejects.toMatchObject(CHECK);
    await expect(sql`TRUNCATE app.audit_log`.execute(db)).rejects.toMatchObject(CHECK);
    expect(await db.selectFrom('audit_log').select('action').execute()).toEqual([{ action: 'incident.acknowledge' }]);
  });

  test('refuses a message that was posted at no time, and two posts of one message', async () => {
    const insertPost = (overrides: Partial<NewRow<'slack_posts'>>): Promise<unknown> =>
      store.db
        .insertInto('slack_posts')
        .values({
          key: `key-${Math.random()}`,
          incident_id: null,
          channel: 'C1',
          thread_ts: null,
          mark: `mark-${Math.random()}`,
          attempted_at: AT,
          ts: '1.1',
          posted_at: AT,
          updated_at: null,
          content_hash: null,
          trouble: null,
          ...overrides,
        })
        .execute();
    await expect(insertPost({ posted_at: null })).rejects.toMatchObject(CHECK);
    await insertPost({});
    await expect(insertPost({})).rejects.toMatchObject(UNIQUE);
  });

  test('indexes the longest names that are stored', async () => {
    // Three bytes each, and too varied to be compressed.
    const random = seededRandom(1);
    const longest = (): string =>
      Array.from({ length: 400 }, () => String.fromCharCode(FIRST_CJK + Math.floor(random() * CJK_CHARACTERS))).join(
        '',
      );
    const [caller, callee] = [longest(), longest()];
    expect([caller, callee, `${caller}x`].map(isStorableName)).toEqual([true, true, false]);
    const edge = { caller, callee, calls: 1, is_directed: true, source: 'logs' as const, last_seen_at: AT };
    await store.db.insertInto('call_graph_edges').values(edge).execute();
    await insertAnomaly({ service: caller });
    expect(await store.db.selectFrom('call_graph_edges').select('callee').execute()).toEqual([{ callee }]);
  });
});
