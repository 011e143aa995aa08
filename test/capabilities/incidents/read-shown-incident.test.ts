import { afterEach, beforeEach, expect, it } from 'vitest';
import { latencyOf } from '#capabilities/detection/index.ts';
import { readShownIncident } from '#capabilities/incidents/index.ts';
import type { StateStore } from '#database/state-store.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import { incidentNumbered, incidentsOn, observe, seconds, T0 } from './support.ts';

let state: StateStore;

beforeEach(async () => {
  state = await openTestState();
  await incidentsOn(state.db).tick(seconds(60), [observe('payment', T0)]);
});
afterEach(() => state.close());

const storeRead = async (changes: { readonly service?: string; readonly to?: Date } = {}): Promise<void> => {
  const { id } = await incidentNumbered(state.db, 1);
  const { window } = observe('payment', T0);
  const evidence = {
    query: 'FROM logs | STATS n = COUNT(*), p99 = PERCENTILE(duration_ms, 99) BY part',
    parameters: { service: changes.service ?? 'payment' },
    window: { from: window.from, to: changes.to ?? window.to },
    columns: ['n', 'p99', 'part'],
    rows: [
      [2310, 4900, 'now'],
      [20_000, 210, 'usual'],
    ],
  };
  await state.db
    .insertInto('display_reads')
    .values({ incident_id: id, read_at: seconds(60), evidence: JSON.stringify(evidence) })
    .execute();
};

const lead = async () => (await readShownIncident({ db: state.db, latencyOf }, 1))?.lead;

it('has the p99 that the card has, from what was stored with it', async () => {
  expect(await lead()).toMatchObject({ service: 'payment', p99Ms: null });
  await storeRead();
  expect(await lead()).toMatchObject({ service: 'payment', p99Ms: 4900, usualP99Ms: 210 });
});

it('has none of another service, which led before', async () => {
  await storeRead({ service: 'order' });
  expect(await lead()).toMatchObject({ p99Ms: null });
});

it('has none that is older than the numbers beside it', async () => {
  const { window } = observe('payment', T0);
  await storeRead({ to: addMs(window.to, -5 * MINUTE_MS) });
  expect(await lead()).toMatchObject({ p99Ms: null });
});

it('is null where there is no such incident', async () => {
  expect(await readShownIncident({ db: state.db, latencyOf }, 9)).toBeNull();
});
