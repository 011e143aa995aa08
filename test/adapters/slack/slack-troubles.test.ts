import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import {
  acknowledgedIncident,
  INCIDENT_ID,
  openIncident,
  recoveredIncident,
  resolvedIncident,
} from '../../support/strict-slack/sample-incidents.ts';
import { createStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import {
  type BoardFixture,
  CHANNEL,
  createBoardFixture,
  createTestClock,
  emptyTables,
  insertIncidentRow,
} from './board-fixture.ts';

const FALLBACK = 'C02FALLBACK';

let state: StateStore;
let slack: StrictSlack;
let clock: ReturnType<typeof createTestClock>;
let fixture: BoardFixture;

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  await insertIncidentRow(state.db);
  clock = createTestClock();
  slack = createStrictSlack({ clock });
  slack.addChannel({ id: FALLBACK, name: 'fallback' });
  fixture = await createBoardFixture(state.db, { slack, clock });
});
afterEach(() => {
  expect(slack.problems).toEqual([]);
});

const cards = (channel = CHANNEL) => slack.messages(channel);
const texts = (channel = CHANNEL) => cards(channel).map((message) => message.text.replaceAll('\u00a0', ' '));
const errors = () => fixture.logger.said.filter((line) => line.level === 'error');
const post = () =>
  state.db
    .selectFrom('slack_posts')
    .selectAll()
    .where('key', '=', `incident-card:${INCIDENT_ID}`)
    .executeTakeFirstOrThrow();
const idOf = (index: number): string => `0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1d${String(index).padStart(2, '0')}`;

describe('a channel or a token that takes nothing', () => {
  const archived = {
    breakIt: () => slack.setChannel(CHANNEL, { isArchived: true }),
    mendIt: () => slack.setChannel(CHANNEL, { isArchived: false }),
  };
  const tokens = (error: string) => ({
    breakIt: () => slack.setTokenError(error),
    mendIt: () => slack.setTokenError(null),
  });
  const cases: Readonly<Record<string, { breakIt: () => void; mendIt: () => void; says: RegExp }>> = {
    is_archived: { ...archived, says: /C01INCIDENTS is archived\. Unarchive it, or set slack\.channel\./ },
    not_in_channel: {
      breakIt: () => slack.setChannel(CHANNEL, { isMember: false }),
      mendIt: () => slack.setChannel(CHANNEL, { isMember: true }),
      says: /Sentinel is not in C01INCIDENTS\. Invite it there\./,
    },
    channel_not_found: {
      breakIt: () => slack.setChannel(CHANNEL, { isMember: false, isPrivate: true }),
      mendIt: () => slack.setChannel(CHANNEL, { isMember: true }),
      says: /sees no channel C01INCIDENTS/,
    },
    restricted_action: {
      breakIt: () => slack.setChannel(CHANNEL, { isRestricted: true }),
      mendIt: () => slack.setChannel(CHANNEL, { isRestricted: false }),
      says: /Not everybody may post in C01INCIDENTS/,
    },
    token_revoked: { ...tokens('token_revoked'), says: /token of Sentinel was revoked.*SLACK_BOT_TOKEN/ },
    account_inactive: { ...tokens('account_inactive'), says: /removed from the workspace/ },
    invalid_auth: { ...tokens('invalid_auth'), says: /\(invalid_auth\).*SLACK_BOT_TOKEN/ },
    missing_scope: { ...tokens('missing_scope'), says: /lacks a scope.*manifest\.yml/ },
  };

  for (const [reason, { breakIt, mendIt, says }] of Object.entries(cases)) {
    it(`is said in the log, the metrics and the status, and mends itself: ${reason}`, async () => {
      breakIt();
      expect(await fixture.board.showIncident(openIncident())).toEqual({ kind: 'blocked' });
      expect(errors().map(({ fields }) => fields['reason'])).toEqual([reason]);
      expect(fixture.metrics.counts.get(`sentinel_slack_blocked_total{reason=${reason}}`)).toBe(1);
      const [what, whom] = await fixture.board.readTroubles();
      expect([what, whom]).toEqual([expect.stringMatching(says), 'INC-142 cannot be shown or kept up to date.']);
      expect((await post()).trouble).toContain(reason);

      mendIt();
      expect(await fixture.board.showIncident(openIncident())).toEqual({ kind: 'blocked' });
      clock.advance(MINUTE_MS);
      await fixture.showAll(openIncident());
      expect(cards()).toHaveLength(1);
      expect([await fixture.board.readTroubles(), fixture.healed.times]).toEqual([[], 1]);
      expect((await post()).trouble).toBeNull();
    });

    it(`keeps a card that is out already from being updated, and nothing is lost: ${reason}`, async () => {
      await fixture.showAll(openIncident());
      clock.advance(MINUTE_MS);
      breakIt();
      expect(await fixture.board.showIncident(acknowledgedIncident())).toEqual({ kind: 'blocked' });
      mendIt();
      clock.advance(MINUTE_MS);
      await fixture.showAll(acknowledgedIncident());
      expect(texts()).toEqual([expect.stringContaining('acknowledged')]);
      expect(slack.messages(CHANNEL, cards()[0]?.ts)).toHaveLength(3);
    });
  }

  it('costs one request a minute, however many cards wait and instances try', async () => {
    archived.breakIt();
    const views = Array.from({ length: 8 }, (_, index) => openIncident({ id: idOf(index), number: 200 + index }));
    for (const view of views) await insertIncidentRow(state.db, view.id, view.number);
    const boards = [fixture.board, fixture.anotherBoard()];
    const tries = async (): Promise<void> => {
      for (const view of views) {
        for (const board of boards) expect((await board.showIncident(view)).kind).not.toBe('shown');
      }
    };
    await tries();
    expect(slack.callsOf('chat.postMessage')).toHaveLength(1);
    clock.advance(MINUTE_MS - 1);
    await tries();
    expect(slack.callsOf('chat.postMessage')).toHaveLength(1);
    clock.advance(1);
    await tries();
    expect(slack.callsOf('chat.postMessage')).toHaveLength(2);
    expect(errors()).toHaveLength(1);
    expect((await fixture.board.readTroubles())[1]).toMatch(/^INC-2\d\d.* cannot be shown/);
  });
});

describe('where cards go instead', () => {
  beforeEach(async () => {
    fixture = await createBoardFixture(state.db, { slack, clock, fallbackChannel: FALLBACK });
  });

  it('is the fallback channel, which is told why, once', async () => {
    slack.setChannel(CHANNEL, { isArchived: true });
    await fixture.showAll(openIncident());
    expect(texts(FALLBACK)).toEqual([
      'Sentinel cannot write in C01INCIDENTS.',
      expect.stringContaining('INC-142 is unacknowledged'),
    ]);
    expect(JSON.stringify(cards(FALLBACK)[0]?.blocks)).toContain('Unarchive it');
    expect(slack.messages(FALLBACK, cards(FALLBACK)[1]?.ts)).toHaveLength(2);
    await insertIncidentRow(state.db, idOf(1), 143);
    clock.advance(5 * MINUTE_MS);
    await fixture.showAll(openIncident({ id: idOf(1), number: 143 }));
    expect(texts(FALLBACK).filter((text) => text.startsWith('Sentinel cannot write'))).toHaveLength(1);
    expect(cards(FALLBACK)).toHaveLength(3);
  });

  it('takes over the card of an open incident, and its thread', async () => {
    await fixture.showAll(openIncident());
    clock.advance(MINUTE_MS);
    slack.setChannel(CHANNEL, { isArchived: true });
    await fixture.showAll(acknowledgedIncident());
    expect(texts(FALLBACK)[1]).toContain('acknowledged');
    expect(slack.messages(FALLBACK, cards(FALLBACK)[1]?.ts).map(({ text }) => text)).toEqual([
      expect.stringContaining('was acknowledged'),
    ]);
    slack.setChannel(CHANNEL, { isArchived: false });
    clock.advance(2 * MINUTE_MS);
    await fixture.showAll(recoveredIncident());
    expect([cards(), cards(FALLBACK)].map(({ length }) => length)).toEqual([1, 2]);
    await insertIncidentRow(state.db, idOf(1), 143);
    await fixture.showAll(openIncident({ id: idOf(1), number: 143 }));
    expect(cards()).toHaveLength(2);
  });

  it('is where Sentinel says that it cannot see, with and without the state store', async () => {
    const notice = { key: 'blind:1', kind: 'blind', headline: 'Sentinel is blind', detail: 'No check.' } as const;
    slack.setChannel(CHANNEL, { isMember: false });
    await fixture.board.postNotice(notice);
    await fixture.board.postNotice(notice);
    await fixture.board.postUnrecorded({ ...notice, headline: 'Sentinel has lost its state' });
    expect(texts(FALLBACK)).toEqual(['Sentinel is blind. No check.', 'Sentinel has lost its state. No check.']);
  });

  it('is nowhere when neither takes anything', async () => {
    slack.setTokenError('token_revoked');
    expect((await fixture.board.showIncident(openIncident())).kind).toBe('later');
    expect(await fixture.board.showIncident(openIncident())).toEqual({ kind: 'blocked' });
    await expect(
      fixture.board.postNotice({ key: 'x', kind: 'blind', headline: 'Blind', detail: 'No check.' }),
    ).rejects.toMatchObject({ code: 'not-permitted' });
    slack.setTokenError(null);
    clock.advance(MINUTE_MS);
    await fixture.showAll(openIncident());
    expect([cards(), cards(FALLBACK)].map(({ length }) => length)).toEqual([1, 0]);
  });

  it('is another channel once the configuration says so', async () => {
    await fixture.showAll(openIncident());
    clock.advance(MINUTE_MS);
    slack.setChannel(CHANNEL, { isArchived: true });
    const reconfigured = await createBoardFixture(state.db, { slack, clock, channel: FALLBACK });
    slack.setChannel(CHANNEL, { isArchived: true });
    await reconfigured.showAll(acknowledgedIncident());
    expect(texts(FALLBACK)).toEqual([expect.stringContaining('acknowledged')]);
    expect(await reconfigured.board.readTroubles()).toEqual([]);
  });

  it('is a channel of the configured name, once there is one', async () => {
    const named = await createBoardFixture(state.db, { slack, clock, channel: '#on-call' });
    expect(await named.board.showIncident(openIncident())).toEqual({ kind: 'blocked' });
    expect((await named.board.readTroubles())[0]).toContain('sees no channel #on-call');
    slack.addChannel({ id: 'C03ONCALL', name: 'on-call' });
    clock.advance(MINUTE_MS);
    await named.showAll(openIncident());
    expect(cards('C03ONCALL')).toHaveLength(1);
    expect(await named.board.readTroubles()).toEqual([]);
  });
});

describe('a card that somebody deletes', () => {
  const deleteCard = () => slack.deleteMessage(CHANNEL, cards()[0]?.ts ?? '');

  it('is posted anew once, and its new thread is used', async () => {
    await fixture.showAll(openIncident());
    deleteCard();
    clock.advance(MINUTE_MS);
    await fixture.showAll(acknowledgedIncident());
    expect(texts()).toEqual([expect.stringContaining('acknowledged')]);
    expect(slack.messages(CHANNEL, cards()[0]?.ts).map(({ text }) => text)).toEqual([
      expect.stringContaining('was acknowledged'),
    ]);
    deleteCard();
    clock.advance(MINUTE_MS);
    await fixture.showAll(recoveredIncident());
    await fixture.showAll(recoveredIncident());
    expect(cards()).toEqual([]);
    expect(await fixture.board.readTroubles()).toEqual(['The card of INC-142 was deleted and is not posted again.']);
  });

  it('is missed when only its thread has something new', async () => {
    await fixture.board.showIncident(openIncident());
    deleteCard();
    await fixture.showAll(openIncident());
    expect(cards()).toHaveLength(1);
    expect(slack.messages(CHANNEL, cards()[0]?.ts)).toHaveLength(2);
  });

  it('leaves no line behind that was on its way to its thread', async () => {
    await fixture.board.showIncident(openIncident());
    clock.advance(2000);
    slack.failNext('chat.postMessage', { kind: 'lost-request' });
    await fixture.board.showIncident(openIncident());
    deleteCard();
    await fixture.showAll(openIncident());
    expect(cards()).toHaveLength(1);
    expect(slack.messages(CHANNEL, cards()[0]?.ts)).toHaveLength(2);
  });

  it('stays deleted once the incident is resolved', async () => {
    await fixture.showAll(openIncident());
    deleteCard();
    clock.advance(MINUTE_MS);
    await fixture.showAll(resolvedIncident());
    expect(cards()).toEqual([]);
  });
});

describe('a card that Slack does not take', () => {
  it.each(['msg_too_long', 'msg_blocks_too_long', 'invalid_blocks'])('goes out in few words: %s', async (error) => {
    slack.failNext('chat.postMessage', { kind: 'error', error });
    await fixture.showAll(openIncident());
    expect(texts()).toEqual([expect.stringContaining('INC-142 is unacknowledged')]);
    expect(JSON.stringify(cards()[0]?.blocks)).toContain('/sentinel incident INC-142');
    expect(errors().map(({ message }) => message)).toEqual(['Slack refused a card']);
    clock.advance(MINUTE_MS);
    await fixture.showAll(acknowledgedIncident());
    expect(JSON.stringify(cards()[0]?.blocks)).not.toContain('did not take');
    expect(cards()).toHaveLength(1);
  });

  it('is a dead job with its reason when even that is refused', async () => {
    slack.failAlways('chat.postMessage', { kind: 'error', error: 'invalid_blocks' });
    await fixture.board.showIncident(openIncident());
    clock.advance(2000);
    await expect(fixture.board.showIncident(openIncident())).rejects.toMatchObject({
      code: 'rejected',
      isRetryable: false,
    });
  });
});
