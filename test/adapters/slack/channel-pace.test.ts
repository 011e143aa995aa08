import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import { openTestState } from '../../support/state.ts';
import { acknowledgedIncident, at, openIncident } from '../../support/strict-slack/sample-incidents.ts';
import { type BoardFixture, CHANNEL, createBoardFixture, emptyTables, insertIncidentRow } from './board-fixture.ts';

let state: StateStore;
let fixture: BoardFixture;

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  await insertIncidentRow(state.db);
  fixture = await createBoardFixture(state.db);
});
afterEach(async () => {
  await fixture.slack.stop();
  expect(fixture.slack.problems).toEqual([]);
});

const cards = () => fixture.slack.messages(CHANNEL);

describe('pace', () => {
  it('writes once a second to a channel, whichever incident and instance writes', async () => {
    const second = '0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1c02';
    await insertIncidentRow(state.db, second, 143);
    const other = fixture.anotherBoard();
    await fixture.board.showIncident(openIncident({ folded: [], timeline: [] }));
    const until = new Date(fixture.clock.now().getTime() + 1000);
    expect(await other.showIncident(openIncident({ id: second, number: 143 }))).toEqual({ kind: 'later', until });
    expect(cards()).toHaveLength(1);
    fixture.clock.advance(1000);
    await other.showIncident(openIncident({ id: second, number: 143 }));
    expect(cards()).toHaveLength(2);
  });

  it('keeps the next moment for the most urgent that waits, whoever wakes first, and not for ever', async () => {
    const minor = openIncident({ id: '0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1c02', number: 143, severity: 'P4' });
    await insertIncidentRow(state.db, minor.id, minor.number);
    await fixture.board.showIncident(minor);
    expect((await fixture.board.showIncident(openIncident())).kind).toBe('later');
    fixture.clock.advance(1000);
    const numbers = () => cards().map(({ text }) => /INC-\d+/.exec(text)?.[0]);
    expect((await fixture.anotherBoard().showIncident(minor)).kind).toBe('later');
    expect(numbers()).toEqual(['INC-143']);
    await fixture.board.showIncident(openIncident());
    expect(numbers()).toEqual(['INC-143', 'INC-142']);
    // The one that matters more never comes back: its process is gone.
    fixture.clock.advance(6000);
    await fixture.showAll(minor);
    expect(fixture.slack.messages(CHANNEL, cards()[0]?.ts).length).toBeGreaterThan(0);
  });

  it('keeps a moment of its own for each that waits, before anything is read for it', async () => {
    const viewOf = (index: number, changes = {}) =>
      openIncident({
        id: `0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1d0${index}`,
        number: 200 + index,
        timeline: [],
        ...changes,
      });
    for (const index of [1, 2, 3, 4]) await insertIncidentRow(state.db, viewOf(index).id, 200 + index);
    const startMs = fixture.clock.now().getTime();
    const ask = async (index: number, board = fixture.board) => {
      const turn = await board.askTurn(viewOf(index, index === 4 ? { severity: 'P1' } : { severity: 'P2' }));
      return turn.kind === 'now' ? 0 : turn.until.getTime() - startMs;
    };
    expect([await ask(1), await ask(2), await ask(3, fixture.anotherBoard())]).toEqual([0, 1000, 2000]);
    expect([await ask(3), await ask(2)]).toEqual([2000, 1000]);
    // The more severe one comes next, and who loses his moment by it gets the first that nobody else has.
    await fixture.board.showIncident(viewOf(1, { severity: 'P2' }));
    expect(await ask(4)).toBe(1000);
    fixture.clock.advance(1000);
    expect([await ask(2), await ask(4), await ask(3)]).toEqual([3000, 0, 2000]);
    expect(fixture.metrics.counts.get('sentinel_slack_retries_total{reason=pace}')).toBe(7);
    expect(fixture.slack.callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('gives the moment of a card that had nothing to write to the next', async () => {
    const quiet = openIncident({ folded: [], timeline: [] });
    const second = openIncident({ id: '0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1c02', number: 143 });
    await insertIncidentRow(state.db, second.id, second.number);
    await fixture.showAll(quiet);
    fixture.clock.advance(2000);
    expect(await fixture.board.askTurn(quiet)).toEqual({ kind: 'now' });
    expect((await fixture.board.askTurn(second)).kind).toBe('later');
    await fixture.board.showIncident(quiet);
    expect(await fixture.board.askTurn(second)).toEqual({ kind: 'now' });
  });

  it('lets a card that a person has changed go before others as severe', async () => {
    const other = openIncident({ id: '0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1c02', number: 143 });
    await insertIncidentRow(state.db, other.id, other.number);
    fixture.clock.set(at('02:16'));
    await fixture.showAll(openIncident());
    fixture.clock.set(at('02:21'));
    await fixture.board.showIncident(other);
    const nextMs = fixture.clock.now().getTime() + 1000;
    expect((await fixture.board.askTurn(openIncident())).kind).toBe('later');
    expect(await fixture.board.askTurn(acknowledgedIncident())).toEqual({ kind: 'later', until: new Date(nextMs) });
    fixture.clock.advance(1000);
    expect((await fixture.board.showIncident(other)).kind).toBe('later');
    await fixture.board.showIncident(acknowledgedIncident());
    expect(cards()[0]?.text).toContain('acknowledged');
  });

  it('holds everybody back for as long as Slack asks', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 30 });
    const outcome = await fixture.board.showIncident(openIncident());
    expect(outcome).toEqual({ kind: 'later', until: new Date(fixture.clock.now().getTime() + 30_100) });
    fixture.clock.advance(29_000);
    expect((await fixture.anotherBoard().showIncident(openIncident())).kind).toBe('later');
    expect(fixture.slack.callsOf('chat.postMessage')).toHaveLength(1);
    fixture.clock.advance(2000);
    await fixture.showAll(openIncident());
    expect(cards()).toHaveLength(1);
    expect(
      fixture.metrics.counts.get('sentinel_slack_writes_total{method=chat.postMessage,outcome=rate-limited}'),
    ).toBe(1);
    expect(fixture.metrics.counts.get('sentinel_slack_retries_total{reason=rate-limited}')).toBe(1);
  });
});
