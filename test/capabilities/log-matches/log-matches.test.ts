import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetDeliveredMatches } from '#capabilities/log-matches/index.ts';
import type { StateStore } from '#database/state-store.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import { ANN, close, minutes, observe, seconds, small, storeGraph, T0 } from '../incidents/support.ts';
import { delivery, matchesOn } from './world.ts';

let state: StateStore;
let world: ReturnType<typeof matchesOn>;

beforeEach(async () => {
  state = await openTestState();
  world = matchesOn(state.db);
});
afterEach(() => state.close());

const lineCount = async (): Promise<number> => {
  const rows = await state.db.selectFrom('log_matches').select('lines').execute();
  return rows.reduce((sum, { lines }) => sum + lines, 0);
};

describe('keeping lines', () => {
  it('adds ten thousand of them to one row', async () => {
    await world.keep(
      delivery(
        'payment',
        Array.from({ length: 10_000 }, (_, n) => addMs(T0, -n)),
      ),
    );
    await world.keep(
      delivery('payment', [addMs(T0, 5)], { text: 'ERROR newest' }),
      delivery('payment', [addMs(T0, -5)]),
    );
    expect(await state.db.selectFrom('log_matches').selectAll().execute()).toEqual([
      {
        service: 'payment',
        word: 'ERROR',
        lines: 10_002,
        first_at: addMs(T0, -9_999),
        last_at: addMs(T0, 5),
        last_line: 'ERROR newest',
        arrived_at: T0,
      },
    ]);
  });

  it('counts a repeated delivery once, alone or beside a new one', async () => {
    const once = delivery('payment', [T0]);
    await world.keep(once);
    await world.keep(once, delivery('payment', [T0]));
    await world.keep(once);
    expect(await lineCount()).toBe(2);
    expect(world.metrics.values.get('sentinel_log_matches_total outcome=repeated')).toBe(2);
  });

  it('leaves out what is too old, of a time to come, or of a service that cannot be named', async () => {
    await world.keep(
      delivery('payment', [addMs(T0, -15 * MINUTE_MS - 1), addMs(T0, 30_001)]),
      ...['', 'nul\0', `half ${'\ud800'}`, 'x'.repeat(401)].map((service) => delivery(service, [T0])),
    );
    expect(await lineCount()).toBe(0);
    expect(world.metrics.values.get('sentinel_log_matches_total outcome=left-out')).toBe(6);
  });

  it('takes a delivery of very many services, and lines of any text', async () => {
    const { lines } = delivery('x', [T0]);
    const many = Array.from({ length: 3_000 }, (_, n) => ({ ...lines[0]!, service: `service ${n}` }));
    await world.keep({ key: 'many', lines: many });
    await world.keep(delivery('odd', [T0], { text: `\n\0 ERROR \ud800${'😀'.repeat(400)}\n  at Stack.trace` }));
    expect(await lineCount()).toBe(3_001);
    const { last_line: line } = await state.db
      .selectFrom('log_matches')
      .select('last_line')
      .where('service', '=', 'odd')
      .executeTakeFirstOrThrow();
    expect(line).toMatch(/ERROR .*😀…$/u);
    expect([...line].length).toBeLessThanOrEqual(300);
  });

  it('keeps nothing of a request that fails half-way', async () => {
    const broken = { ...delivery('payment', [T0]), key: 'x'.repeat(10_000_000) };
    await expect(world.keep(delivery('payment', [T0]), broken)).rejects.toThrow();
    expect(await lineCount()).toBe(0);
  });

  it('forgets deliveries once their lines would be too old', async () => {
    const once = delivery('payment', [T0]);
    await world.keep(once);
    expect(await forgetDeliveredMatches(state.db, minutes(50))).toBe(0);
    expect(await forgetDeliveredMatches(state.db, minutes(61))).toBe(1);
  });
});

describe('an incident of lines', () => {
  it('opens at P3, although smaller anomalies would not, with its card asked for', async () => {
    await world.keep(delivery('payment', [seconds(-20), T0]));
    expect(await world.observe(seconds(3))).toBe(1);
    const view = await world.viewOf(1);
    expect([view.severity, view.state, view.lead.k, view.lead.matched?.lastLine]).toEqual([
      'P3',
      'open',
      2,
      'ERROR number 2',
    ]);
    expect(view.timeline.map(({ event }) => event.kind)).toEqual(['opened']);
    const jobs = await state.db.selectFrom('outbox').select('job').execute();
    expect(jobs.map(({ job }) => job)).toEqual(['incident-card.sync']);
    expect(await lineCount()).toBe(0);
  });

  it('is one however many lines and runs there are, and a run without news changes nothing', async () => {
    for (let minute = 0; minute < 30; minute += 1) {
      world.clock.at = minutes(minute);
      await world.keep(
        delivery(
          'payment',
          Array.from({ length: 100 }, (_, n) => seconds(60 * minute - n / 2)),
        ),
      );
      await world.observe(minutes(minute + 0.9));
    }
    expect(await world.observe()).toBe(0);
    expect(await world.numbers()).toEqual([1]);
    expect((await world.viewOf(1)).lead.k).toBe(3_000);
  });

  it('recovers when it was quiet for twenty minutes, and lines within the cooldown are the same incident', async () => {
    await world.keep(delivery('payment', [T0]));
    await world.observe(seconds(3));
    expect(await world.observe(minutes(19.9))).toBe(1);
    expect((await world.viewOf(1)).recoveredAt).toBeNull();
    await world.observe(minutes(20.1));
    expect((await world.viewOf(1)).recoveredAt).toEqual(T0);
    expect(await world.observe(minutes(21))).toBe(0);

    world.clock.at = minutes(25);
    await world.keep(delivery('payment', [minutes(25)]));
    await world.observe(minutes(25.1));
    const again = await world.viewOf(1);
    expect([await world.numbers(), again.recoveredAt, again.lead.k]).toEqual([[1], null, 1]);
  });

  it('that was resolved reopens within the cooldown, and is followed by another one after it', async () => {
    await world.keep(delivery('payment', [T0]));
    await world.observe(seconds(3));
    await world.resolve(1, ANN, minutes(5));
    await world.observe(minutes(21));
    const fire = async (minute: number) => {
      world.clock.at = minutes(minute);
      await world.keep(delivery('payment', [minutes(minute)]));
      await world.observe(minutes(minute + 0.05));
    };
    await fire(30);
    expect((await world.viewOf(1)).reopened).not.toBeNull();
    await world.resolve(1, ANN, minutes(32));
    await world.observe(minutes(55));
    await fire(70);
    expect(await world.numbers()).toEqual([2]);
    expect((await world.viewOf(2)).previousIncident).toBe(1);
  });

  it('stays resolved while only lines of before come in late, and reopens where they go on', async () => {
    await world.keep(delivery('payment', [T0]));
    await world.observe(seconds(3));
    await world.resolve(1, ANN, minutes(1));
    world.clock.at = minutes(4);
    await world.keep(delivery('payment', [seconds(50)]));
    await world.observe(minutes(4));
    expect(await world.numbers()).toEqual([]);
    await world.keep(delivery('payment', [minutes(4)]));
    await world.observe();
    expect(await world.numbers()).toEqual([1]);
  });

  it('that outlasts its resolved incident by the cooldown goes on as another one, counted from its onset', async () => {
    world = matchesOn(state.db, { cooldownMs: 5 * MINUTE_MS });
    await world.keep(delivery('payment', [T0]));
    await world.observe(seconds(3));
    await world.resolve(1, ANN, minutes(1));
    world.clock.at = minutes(10);
    await world.keep(delivery('payment', [minutes(10)]));
    await world.observe();
    expect(await world.numbers()).toEqual([2]);
    const { lead } = await world.viewOf(2);
    expect([lead.k, lead.onsetAt]).toEqual([2, T0]);
  });

  it('opens nothing of a delivery that is repeated after it was resolved', async () => {
    const once = delivery('payment', [T0]);
    await world.keep(once);
    await world.observe(seconds(3));
    await world.resolve(1, ANN, minutes(2));
    for (const minute of [3, 10, 40]) {
      world.clock.at = minutes(minute);
      await world.keep(once);
      await world.observe();
    }
    expect(await world.numbers()).toEqual([]);
    expect(await state.db.selectFrom('incidents').select('number').execute()).toHaveLength(1);
  });
});

describe('lines and what detection finds', () => {
  it('of one service are one incident, which rises to P1 and is named by what was judged', async () => {
    await world.keep(delivery('payment', [T0]));
    await world.observe(seconds(3));
    await world.tick(minutes(2), [observe('payment', minutes(1))]);
    expect(await world.numbers()).toEqual([1]);
    const view = await world.viewOf(1);
    expect([view.severity, view.lead.signal, view.folded.map(({ signal }) => signal)]).toEqual([
      'P1',
      'error_rate',
      ['log_match'],
    ]);
    expect(view.raised?.fromScore).toBe(view.raised?.toScore);
  });

  it('of one service are one incident where detection came first', async () => {
    await world.tick(minutes(1), [observe('payment', T0)]);
    world.clock.at = minutes(2);
    await world.keep(delivery('payment', [minutes(2)]));
    await world.observe();
    expect(await world.numbers()).toEqual([1]);
    const view = await world.viewOf(1);
    expect([view.severity, view.lead.signal]).toEqual(['P1', 'error_rate']);
  });

  it('of one service are named by the lines where what was judged is too small to page', async () => {
    await world.tick(minutes(1), [observe('backup', T0, { ...small('P3'), k: 1, n: 1, unit: 'log lines' })]);
    expect(await world.numbers()).toEqual([]);
    world.clock.at = minutes(2);
    await world.keep(delivery('backup', [minutes(2)]));
    await world.observe();
    await world.tick(minutes(3), [observe('backup', T0, { ...small('P3'), k: 1, n: 1, unit: 'log lines' })]);
    const view = await world.viewOf(1);
    expect([view.severity, view.lead.signal, view.folded.map(({ signal }) => signal)]).toEqual([
      'P3',
      'log_match',
      ['error_rate'],
    ]);
  });

  it('of a caller and its callee are one incident, and it recovers only when both are quiet', async () => {
    await storeGraph(state.db, ['order>payment']);
    await world.keep(delivery('payment', [T0]));
    await world.observe(seconds(3));
    await world.tick(minutes(1), [observe('order', seconds(20))]);
    const view = await world.viewOf(1);
    expect([await world.numbers(), view.lead.service]).toEqual([[1], 'order']);
    await world.tick(minutes(15), [], [close('order', minutes(9))]);
    expect((await world.viewOf(1)).recoveredAt).toBeNull();
    await world.observe(minutes(21));
    expect((await world.viewOf(1)).recoveredAt).toEqual(minutes(9));
  });

  it('do not link two faults that have only these lines between them', async () => {
    await storeGraph(state.db, ['gateway>order', 'order>payment']);
    await world.tick(minutes(1), [observe('gateway', T0)]);
    await world.tick(minutes(2), [observe('payment', seconds(40))]);
    expect(await world.numbers()).toHaveLength(2);
    world.clock.at = minutes(2);
    await world.keep(delivery('order', [minutes(2)]));
    await world.observe();
    expect(await world.numbers()).toHaveLength(2);
  });

  it('leave a severity alone that a person lowered', async () => {
    await world.tick(minutes(1), [observe('payment', T0)]);
    await state.db.updateTable('incidents').set({ severity: 'P3' }).where('number', '=', 1).execute();
    world.clock.at = minutes(2);
    await world.keep(delivery('payment', [minutes(2)]));
    await world.observe();
    expect((await world.viewOf(1)).severity).toBe('P3');
  });
});
