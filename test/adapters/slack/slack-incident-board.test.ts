import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import {
  acknowledgedIncident,
  anomalyView,
  INCIDENT_ID,
  openIncident,
  recoveredIncident,
  resolvedIncident,
} from '../../support/strict-slack/sample-incidents.ts';
import {
  type BoardFixture,
  CHANNEL,
  createBoardFixture,
  emptyTables,
  insertIncidentRow,
  signalChart,
} from './board-fixture.ts';

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
const thread = () => fixture.slack.messages(CHANNEL, cards()[0]?.ts ?? '');
const writes = () =>
  fixture.slack.calls.filter((call) => call.method.startsWith('chat.') && call.error === null).length;

describe('a card and its thread', () => {
  it('is posted once with its thread in order, and nothing more when the view has not changed', async () => {
    await fixture.showAll(openIncident());
    expect(cards().map((message) => message.text)).toEqual([
      'P1 payment-service: 38\u00a0% of 2,310 requests fail. INC-142 is unacknowledged: acknowledge it.',
    ]);
    expect(thread().map((message) => message.text)).toEqual([
      'Folded into INC-142: order-service, 21\u00a0% of 3,054 requests fail.',
      'Folded into INC-142: gateway, 10\u00a0% of 7,912 requests fail.',
    ]);
    const before = writes();
    expect(await fixture.showAll(openIncident())).toBe(1);
    expect(writes()).toBe(before);
  });

  it('is edited at once when the state changes, and the transition is one more line', async () => {
    await fixture.showAll(openIncident());
    await fixture.showAll(acknowledgedIncident());
    await fixture.showAll(recoveredIncident());
    await fixture.showAll(resolvedIncident());
    expect(cards()).toHaveLength(1);
    expect(cards()[0]?.editedTimes).toBe(3);
    expect(
      thread()
        .map((message) => message.text)
        .slice(2),
    ).toEqual([
      'INC-142 was acknowledged after 2\u00a0min.',
      'INC-142: payment-service is back in its expected band, not yet resolved.',
      'INC-142 was resolved after 29\u00a0min.',
    ]);
  });

  it('follows its numbers at most once a minute', async () => {
    await fixture.showAll(openIncident());
    const edits = () => cards()[0]?.editedTimes ?? 0;
    fixture.clock.advance(20_000);
    await fixture.showAll(openIncident({ lead: anomalyView({ k: 900 }) }));
    expect(edits()).toBe(0);
    fixture.clock.advance(MINUTE_MS);
    await fixture.showAll(openIncident({ lead: anomalyView({ k: 910 }) }));
    expect(edits()).toBe(1);
    expect(JSON.stringify(cards()[0]?.blocks)).toContain('39.4\u00a0% of 2,310');
  });

  it('finds the channel by its name', async () => {
    const named = await createBoardFixture(state.db, { channel: '#incidents' });
    await named.showAll(openIncident());
    expect(named.slack.messages(CHANNEL)).toHaveLength(1);
    await named.slack.stop();
    const missing = await createBoardFixture(state.db, { channel: '#elsewhere' });
    expect(await missing.board.showIncident(openIncident())).toEqual({ kind: 'blocked' });
    await missing.slack.stop();
  });

  it('goes through the local dialect where that is configured', async () => {
    const local = await createBoardFixture(state.db, { dialect: 'local' });
    await local.showAll(openIncident({ chart: signalChart() }));
    expect(JSON.stringify(local.slack.messages(CHANNEL)[0]?.blocks)).toContain('"image_url"');
    expect(local.slack.problems).toEqual([]);
    await local.slack.stop();
  });
});

describe('one post exactly once', () => {
  it('adopts a post whose answer was lost instead of posting again', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'lost-response' });
    await fixture.showAll(openIncident());
    expect(cards()).toHaveLength(1);
    expect(fixture.slack.callsOf('conversations.history')).toHaveLength(1);
    expect(fixture.logger.said.some((line) => line.message.includes('earlier attempt'))).toBe(true);
  });

  it('looks in the thread for a line whose answer was lost', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'status', status: 503 });
    await fixture.board.showIncident(openIncident());
    await fixture.showAll(openIncident({ timeline: openIncident().timeline.slice(0, 1) }));
    fixture.slack.failNext('chat.postMessage', { kind: 'lost-response' });
    await fixture.showAll(openIncident());
    expect(thread()).toHaveLength(2);
    expect(fixture.slack.callsOf('conversations.replies')).toHaveLength(1);
  });

  it('posts again when the first request never arrived', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'lost-request' });
    await fixture.showAll(openIncident());
    expect(cards()).toHaveLength(1);
    expect(fixture.slack.callsOf('conversations.history')).toHaveLength(1);
  });

  it('finds its post after a process died between the post and the record of it', async () => {
    await fixture.board.showIncident(openIncident());
    // What the dead process left behind: the attempt, committed before the post.
    await state.db
      .updateTable('slack_posts')
      .set({ ts: null, posted_at: null, updated_at: null, content_hash: null })
      .where('key', '=', `incident-card:${INCIDENT_ID}`)
      .execute();
    const outcome = await fixture.anotherBoard().showIncident(openIncident());
    expect(outcome.kind).toBe('later');
    await fixture.showAll(openIncident(), fixture.anotherBoard());
    expect(cards()).toHaveLength(1);
  });

  it('does not look at anything else when the earlier attempt is still on its way', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'lost-response' });
    const first = await fixture.board.showIncident(openIncident());
    expect(first).toEqual({ kind: 'later', until: new Date(fixture.clock.now().getTime() + 10_000) });
    fixture.clock.advance(4000);
    expect((await fixture.board.showIncident(openIncident())).kind).toBe('later');
    expect(fixture.slack.callsOf('conversations.history')).toHaveLength(0);
    expect(fixture.slack.callsOf('chat.postMessage')).toHaveLength(1);
  });

  it('adopts a post behind many others', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'lost-response' });
    await fixture.board.showIncident(openIncident());
    for (let index = 0; index < 450; index += 1) {
      fixture.slack.addMessage(CHANNEL, `chatter ${index}`);
    }
    await fixture.showAll(openIncident());
    expect(cards().filter((message) => message.text.startsWith('P1'))).toHaveLength(1);
  });

  it('keeps one card and one of each line with two instances at once', async () => {
    const other = fixture.anotherBoard();
    for (let round = 0; round < 12; round += 1) {
      await Promise.all([fixture.board.showIncident(openIncident()), other.showIncident(openIncident())]);
      fixture.clock.advance(1000);
    }
    expect(cards()).toHaveLength(1);
    expect(thread()).toHaveLength(2);
  });
});

describe('trouble', () => {
  const post = () =>
    state.db
      .selectFrom('slack_posts')
      .selectAll()
      .where('key', '=', `incident-card:${INCIDENT_ID}`)
      .executeTakeFirstOrThrow();

  it('posts the card of an unresolved incident again after somebody deleted it', async () => {
    await fixture.showAll(openIncident());
    fixture.slack.deleteMessage(CHANNEL, cards()[0]?.ts ?? '');
    fixture.clock.advance(5000);
    await fixture.showAll(acknowledgedIncident());
    expect(cards().map((message) => message.text)).toEqual([expect.stringContaining('acknowledged')]);
    expect(thread().map((message) => message.text)).toEqual(['INC-142 was acknowledged after 2\u00a0min.']);
  });

  it('leaves the card of a resolved incident deleted', async () => {
    await fixture.showAll(openIncident());
    fixture.slack.deleteMessage(CHANNEL, cards()[0]?.ts ?? '');
    fixture.clock.advance(5000);
    await fixture.showAll(resolvedIncident());
    expect(cards()).toHaveLength(0);
    expect((await post()).trouble).toContain('deleted');
  });

  it('keeps the other lines when Slack refuses one of the thread', async () => {
    await fixture.board.showIncident(openIncident());
    fixture.clock.advance(1000);
    fixture.slack.failNext('chat.postMessage', { kind: 'error', error: 'msg_too_long' });
    await fixture.showAll(openIncident());
    expect(thread().map((message) => message.text)).toEqual([expect.stringContaining('gateway')]);
  });

  it('retries what Slack did not answer in time', async () => {
    await fixture.showAll(openIncident());
    fixture.slack.failNext('chat.update', { kind: 'status', status: 500 });
    fixture.clock.advance(2000);
    await expect(fixture.board.showIncident(acknowledgedIncident())).rejects.toMatchObject({
      code: 'unavailable',
      isRetryable: true,
    });
    fixture.clock.advance(2000);
    await fixture.showAll(acknowledgedIncident());
    expect(cards()[0]?.text).toContain('acknowledged');
  });
});
