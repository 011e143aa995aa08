import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { section } from '#adapters/slack/cards/blocks.ts';
import { plainHash } from '#adapters/slack/content-hash.ts';
import { postOnce, type PostSlot, readPost } from '#adapters/slack/post-once.ts';
import type { StateStore } from '#database/state-store.ts';
import { openTestState } from '../../support/state.ts';
import { INCIDENT_ID } from '../../support/strict-slack/sample-incidents.ts';
import { createStrictSlack } from '../../support/strict-slack/strict-slack.ts';
import {
  type BoardFixture,
  CHANNEL,
  createBoardFixture,
  createTestClock,
  emptyTables,
  insertIncidentRow,
} from './board-fixture.ts';

const OTHER = 'C02OTHER';
const SLOT: PostSlot = { key: 'timeline:1', incidentId: INCIDENT_ID, channel: CHANNEL, threadTs: null };
const MESSAGE = { text: 'INC-142 is open.', blocks: [section('INC-142 is open.')] };

let state: StateStore;
let fixture: BoardFixture;

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  await insertIncidentRow(state.db);
  const clock = createTestClock();
  fixture = await createBoardFixture(state.db, { clock, slack: createStrictSlack({ clock }) });
  fixture.slack.addChannel({ id: OTHER });
});

const deps = () => ({ ...fixture, slack: fixture.api });
const read = (changes: Partial<PostSlot> = {}) => readPost(deps(), { ...SLOT, ...changes });
const post = async (row: Awaited<ReturnType<typeof read>>) =>
  (await postOnce(deps(), row, MESSAGE, plainHash(MESSAGE))).kind;
const posts = () => fixture.slack.callsOf('chat.postMessage').length;

describe('a message that two have read as not posted', () => {
  it('is posted by the one who claims the attempt', async () => {
    const row = await read();
    expect((await Promise.all([post(row), post(row), post(row)])).toSorted()).toEqual(['later', 'later', 'posted']);
    expect([posts(), fixture.slack.messages(CHANNEL).length]).toEqual([1, 1]);
  });

  it('is posted once more by one of them when it was looked for in vain', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'lost-request' });
    expect(await post(await read())).toBe('later');
    fixture.clock.advance(10_000);
    const row = await read();
    expect((await Promise.all([post(row), post(row)])).toSorted()).toEqual(['later', 'posted']);
    expect([posts(), fixture.slack.messages(CHANNEL).length]).toEqual([2, 1]);
  });

  it('is not posted by who has read it before another posted it', async () => {
    const row = await read();
    await post(row);
    expect(await post(row)).toBe('later');
    expect(posts()).toBe(1);
  });
});

describe('a message whose place changes', () => {
  it('goes to the new channel and thread while nobody has tried to post it', async () => {
    await read();
    const row = await read({ channel: OTHER });
    expect([row.channel, row.thread_ts]).toEqual([OTHER, null]);
    const threadTs = '1763690000.000001';
    await read({ channel: OTHER, threadTs });
    expect(await read({ channel: OTHER, threadTs })).toMatchObject({ channel: OTHER, thread_ts: threadTs });
    const stored = await state.db.selectFrom('slack_posts').selectAll().executeTakeFirstOrThrow();
    expect([stored.channel, stored.thread_ts]).toEqual([OTHER, threadTs]);
  });

  it('is looked for where it was tried, and stays where it is', async () => {
    fixture.slack.failNext('chat.postMessage', { kind: 'lost-response' });
    await post(await read());
    fixture.clock.advance(10_000);
    const tried = await read({ channel: OTHER });
    expect(tried.channel).toBe(CHANNEL);
    expect(await post(tried)).toBe('adopted');
    expect((await read({ channel: OTHER })).channel).toBe(CHANNEL);
    expect([fixture.slack.messages(CHANNEL).length, fixture.slack.messages(OTHER).length]).toEqual([1, 0]);
  });
});
