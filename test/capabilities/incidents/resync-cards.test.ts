import { expect, it, onTestFinished } from 'vitest';
import { resyncCards } from '#capabilities/incidents/index.ts';
import { openTestState } from '../../support/state.ts';
import { ANN, incidentsOn, minutes, observe, seconds, T0 } from './support.ts';

it('asks for the cards of what is unresolved or was a day ago, worst first', async () => {
  const state = await openTestState();
  onTestFinished(() => state.close());
  const { tick, acknowledge, resolve } = incidentsOn(state.db);
  await tick(seconds(60), [observe('payment', T0)]);
  await tick(seconds(90), [observe('search', T0, { severity: 'P2', score: 4 })]);
  await acknowledge(1, ANN, minutes(2));
  await resolve(2, ANN, minutes(3));
  await state.db.deleteFrom('outbox').execute();

  expect(await resyncCards(state.db, minutes(60))).toBe(2);
  const asked = await state.db.selectFrom('outbox').select(['job', 'priority']).orderBy('id').execute();
  expect(asked).toEqual([
    { job: 'incident-card.sync', priority: 2 },
    { job: 'incident-card.sync', priority: 3 },
  ]);
  expect(await resyncCards(state.db, minutes(25 * 60))).toBe(1);
});
