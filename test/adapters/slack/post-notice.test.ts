import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import { openTestState } from '../../support/state.ts';
import { openIncident } from '../../support/strict-slack/sample-incidents.ts';
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

describe('a notice', () => {
  const notice = {
    key: 'detection-blind:2026-11-21T02:31:00Z',
    kind: 'blind',
    headline: 'Sentinel has not looked for 90 s',
    detail: 'This is not an all-clear. No detection tick has finished.',
  } as const;

  it('is posted at once, past the pace of the channel, and once', async () => {
    await fixture.board.showIncident(openIncident());
    await fixture.board.postNotice(notice);
    await fixture.board.postNotice({ ...notice, headline: 'Sentinel has not looked for 120 s' });
    expect(cards().map((message) => message.text)[1]).toBe(
      'Sentinel has not looked for 90 s. This is not an all-clear. No detection tick has finished.',
    );
    expect(cards()).toHaveLength(2);
    expect((await fixture.board.showIncident(openIncident())).kind).toBe('later');
  });

  it('is not posted twice when the answer was lost, and throws until it is known', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'lost-response' });
    await expect(fixture.board.postNotice(notice)).rejects.toMatchObject({ code: 'unavailable', isRetryable: true });
    fixture.clock.advance(10_000);
    await fixture.board.postNotice(notice);
    expect(cards()).toHaveLength(1);
  });

  it('makes the cards of its channel wait their pace', async () => {
    await fixture.board.postNotice(notice);
    const until = new Date(fixture.clock.now().getTime() + 1000);
    expect(await fixture.board.showIncident(openIncident())).toEqual({ kind: 'later', until });
    expect(cards()).toHaveLength(1);
  });

  it('makes them wait for as long as Slack asks', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 30 });
    await expect(fixture.board.postNotice(notice)).rejects.toMatchObject({
      code: 'rate-limited',
      retryAfterMs: 30_000,
    });
    const until = new Date(fixture.clock.now().getTime() + 30_100);
    expect(await fixture.board.showIncident(openIncident())).toEqual({ kind: 'later', until });
    expect(cards()).toHaveLength(0);
  });

  it('can be tried again after Slack refused it', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 2 });
    await expect(fixture.board.postNotice(notice)).rejects.toMatchObject({ code: 'rate-limited' });
    await fixture.board.postNotice(notice);
    expect(cards()).toHaveLength(1);
  });
});
