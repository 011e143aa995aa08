import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import { openTestState } from '../../support/state.ts';
import { cardSyncs, incidentsOn, observe, seconds, severityOf, small, storeGraph, T0, timelineOf } from './support.ts';

let state: StateStore;

beforeEach(async () => {
  state = await openTestState();
});
afterEach(() => state.close());

describe('severity', () => {
  it('does not rise against a person who lowered it, until something gets worse than it was', async () => {
    const { tick } = incidentsOn(state.db);
    await storeGraph(state.db, ['order>payment']);
    const at = (severity: 'P1' | 'P2', score: number) => observe('payment', T0, { severity, score });
    await tick(seconds(60), [at('P2', 4.8)]);
    await state.db.updateTable('incidents').set({ severity: 'P3' }).execute();
    await tick(seconds(90), [at('P2', 4.9)]);
    expect(await severityOf(state.db, 1)).toBe('P3');
    await tick(seconds(120), [at('P2', 4.9), observe('order', seconds(60), { severity: 'P2', score: 4 })]);
    expect(await severityOf(state.db, 1)).toBe('P2');
    await state.db.updateTable('incidents').set({ severity: 'P3' }).execute();
    await tick(seconds(150), [at('P1', 9.4), observe('order', seconds(60), { severity: 'P2', score: 4 })]);
    expect(await severityOf(state.db, 1)).toBe('P1');
  });

  it('rises by itself, says from which score to which, and never falls by itself', async () => {
    const { tick } = incidentsOn(state.db);
    const at = (severity: 'P1' | 'P2', score: number) => [observe('payment', T0, { severity, score })];
    await tick(seconds(60), at('P2', 4.8));
    await tick(seconds(90), at('P1', 9.4));
    expect(await severityOf(state.db, 1)).toBe('P1');
    await tick(seconds(120), at('P2', 4));
    await tick(seconds(150), [observe('payment', T0, small('P3'))]);
    expect(await severityOf(state.db, 1)).toBe('P1');
    expect((await timelineOf(state.db, 1)).slice(1)).toEqual([
      { kind: 'severity-raised', from: 'P2', to: 'P1', fromScore: 4.8, toScore: 9.4 },
    ]);
    expect((await cardSyncs(state.db)).map((row) => row.priority)).toEqual([3, 2, 2]);
  });

  it('rises with what is folded in', async () => {
    await storeGraph(state.db, ['order>payment']);
    const { tick } = incidentsOn(state.db);
    const order = observe('order', T0, { severity: 'P2', score: 4 });
    await tick(seconds(60), [order]);
    await tick(seconds(90), [order, observe('payment', T0)]);
    expect(await severityOf(state.db, 1)).toBe('P1');
    expect((await timelineOf(state.db, 1)).map((event) => event.kind)).toEqual([
      'opened',
      'anomaly-folded',
      'lead-changed',
      'severity-raised',
    ]);
  });
});
