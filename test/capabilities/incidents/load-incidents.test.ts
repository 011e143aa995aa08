import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadIncidents } from '#capabilities/incidents/load-incidents.ts';
import { readObservation } from '#capabilities/incidents/observation-json.ts';
import type { StateStore } from '#database/state-store.ts';
import { openTestState } from '../../support/state.ts';
import { close, incidentsOn, minutes, observe, storeGraph, T0 } from './support.ts';

let state: StateStore;
beforeEach(async () => {
  state = await openTestState();
});
afterEach(() => state.close());

const load = (at: Date) =>
  state.db.transaction().execute((trx) => loadIncidents(trx, { at, resolvedSince: minutes(0), openFrom: 'P2' }));

describe('what a tick loads of its incidents', () => {
  it('is of each signal the first and the newest anomaly, and those of the last half hour', async () => {
    await storeGraph(state.db, ['order>payment']);
    const incidents = incidentsOn(state.db);
    await incidents.tick(minutes(1), [observe('payment', T0), observe('order', T0)]);
    for (const wave of [20, 40, 60, 80]) {
      await incidents.tick(minutes(wave - 10), [observe('order', T0)], [close('payment', minutes(wave - 15))]);
      await incidents.tick(minutes(wave), [observe('order', T0), observe('payment', minutes(wave))]);
    }
    await incidents.tick(minutes(90), [observe('order', T0)], [close('payment', minutes(85))]);
    const membersAt = async (at: number) => {
      const { incidents: loaded } = await load(minutes(at));
      const payment = loaded[0]?.members.filter((episode) => episode.service === 'payment') ?? [];
      return payment.map((episode) => (episode.onsetAt.getTime() - T0.getTime()) / 60_000);
    };
    expect(await membersAt(91)).toEqual([0, 60, 80]);
    expect(await membersAt(130)).toEqual([0, 80]);
  });

  it('needs no evidence, and splits what belongs to an incident from what does not', async () => {
    const incidents = incidentsOn(state.db);
    const small = { severity: 'P3', isPaging: false } as const;
    await incidents.tick(minutes(1), [observe('payment', T0), observe('search', T0, small)]);
    for (const row of await state.db.selectFrom('anomalies').selectAll().execute()) {
      const { evidence: _evidence, ...figures } = readObservation(row.observation);
      const observation = JSON.stringify(figures);
      await state.db.updateTable('anomalies').set({ observation }).where('id', '=', row.id).execute();
    }
    const loaded = await load(minutes(2));
    expect(loaded.incidents.map(({ members }) => members.map(({ key }) => key))).toEqual([['payment:error_rate']]);
    expect(loaded.unattached).toMatchObject([{ key: 'search:error_rate', k: 882, canOpen: false }]);
  });
});
