import { expect, it, onTestFinished } from 'vitest';
import { forgetAnomalies } from '#capabilities/incidents/index.ts';
import { openTestState } from '../../support/state.ts';
import { close, incidentsOn, minutes, observe, seconds, small, T0 } from './support.ts';

it('forgets closed anomalies of no incident, and keeps those of incidents and those that last', async () => {
  const state = await openTestState();
  onTestFinished(() => state.close());
  const { tick } = incidentsOn(state.db);
  await tick(seconds(60), [
    observe('payment', T0),
    observe('order', T0, small('P4')),
    observe('auth', T0, small('P4')),
  ]);
  await tick(
    minutes(10),
    [observe('auth', T0, small('P4'))],
    [close('payment', minutes(5)), close('order', minutes(5))],
  );

  expect(await forgetAnomalies(state.db, minutes(10))).toBe(0);
  expect(await forgetAnomalies(state.db, minutes(11))).toBe(1);
  const left = await state.db.selectFrom('anomalies').select('service').orderBy('service').execute();
  expect(left.map((row) => row.service)).toEqual(['auth', 'payment']);
});
