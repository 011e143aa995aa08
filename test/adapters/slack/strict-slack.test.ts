import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStrictSlack, startStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { CHANNEL, createTestClock } from './board-fixture.ts';

const SECTION = [{ type: 'section', expand: true, text: { type: 'mrkdwn', text: 'x' } }];
const POST = {
  channel: CHANNEL,
  text: 'P1 a: it fails.',
  blocks: JSON.stringify(SECTION),
  unfurl_links: 'false',
  unfurl_media: 'false',
};

let clock: ReturnType<typeof createTestClock>;
let slack: StrictSlack;

beforeEach(() => {
  clock = createTestClock();
  slack = createStrictSlack({ clock });
  slack.addChannel({ id: CHANNEL });
});

const callOn = async (
  on: StrictSlack,
  method: string,
  args: Readonly<Record<string, string>>,
  send: typeof fetch = on.fetch,
) => {
  const response = await send(`${on.apiUrl}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${on.botToken}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(args).toString(),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), ...answer };
};
const call = (method: string, args: Readonly<Record<string, string>> = {}) => callOn(slack, method, args);
const errorOf = async (method: string, args: Readonly<Record<string, string>>) =>
  (await call(method, args))['error' as never];

describe('the strict Slack', () => {
  it('takes what is right, and gives it a ts of its own each time', async () => {
    const first = await call('chat.postMessage', POST);
    const second = await call('chat.postMessage', POST);
    expect([first, second]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(slack.messages(CHANNEL).map(({ ts }) => ts)).toHaveLength(2);
    expect(new Set(slack.messages(CHANNEL).map(({ ts }) => ts)).size).toBe(2);
  });

  const refusals: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>, string]>> = {
    'a method that does not exist': ['chat.shout', {}, 'unknown_method'],
    'a missing argument': ['chat.update', { channel: CHANNEL, text: 'x' }, 'invalid_arguments'],
    'an unknown argument': ['chat.postMessage', { ...POST, thread: '1.1' }, 'invalid_arguments'],
    'an argument of another kind': ['chat.postMessage', { ...POST, thread_ts: 'yesterday' }, 'invalid_arguments'],
    'blocks over a limit': [
      'chat.postMessage',
      { ...POST, blocks: JSON.stringify([{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]) },
      'invalid_blocks',
    ],
    'blocks with too much text in all': [
      'chat.postMessage',
      {
        ...POST,
        blocks: JSON.stringify(
          Array.from({ length: 5 }, () => ({ ...SECTION[0], text: { type: 'mrkdwn', text: 'x'.repeat(2700) } })),
        ),
      },
      'msg_blocks_too_long',
    ],
    'a text that is too long': ['chat.postMessage', { ...POST, text: 'x'.repeat(40_001) }, 'msg_too_long'],
    'no words at all': [
      'chat.postMessage',
      { channel: CHANNEL, unfurl_links: 'false', unfurl_media: 'false' },
      'no_text',
    ],
    'a channel that is not there': ['chat.postMessage', { ...POST, channel: 'C0NOWHERE' }, 'channel_not_found'],
    'a thread that is not there': ['chat.postMessage', { ...POST, thread_ts: '1700000000.000001' }, 'thread_not_found'],
    'a message that is not there': [
      'chat.update',
      { channel: CHANNEL, ts: '1700000000.000001', text: 'x', blocks: JSON.stringify(SECTION) },
      'message_not_found',
    ],
    'a page beyond the largest': ['conversations.history', { channel: CHANNEL, limit: '1000' }, 'invalid_limit'],
    'a cursor that it did not give': ['conversations.history', { channel: CHANNEL, cursor: 'abc' }, 'invalid_cursor'],
  };
  for (const [name, [method, args, error]] of Object.entries(refusals)) {
    it(`refuses ${name}: ${error}`, async () => {
      expect(await errorOf(method, args)).toBe(error);
      expect(slack.messages(CHANNEL)).toEqual([]);
    });
  }

  it('refuses what the scopes of manifest.yml do not allow, and says which one is missing', async () => {
    const poor = createStrictSlack({ clock, scopes: ['channels:history', 'channels:read'] });
    poor.addChannel({ id: CHANNEL });
    poor.addChannel({ id: 'G01PRIVATE', isPrivate: true });
    expect(await callOn(poor, 'chat.postMessage', POST)).toMatchObject({
      ok: false,
      error: 'missing_scope',
      needed: 'chat:write',
      provided: 'channels:history,channels:read',
    });
    expect(await callOn(poor, 'conversations.history', { channel: CHANNEL })).toMatchObject({ ok: true });
    expect(await callOn(poor, 'conversations.history', { channel: 'G01PRIVATE' })).toMatchObject({
      error: 'missing_scope',
      needed: 'groups:history',
    });
    expect(await callOn(poor, 'conversations.list', { types: 'public_channel,private_channel' })).toMatchObject({
      error: 'missing_scope',
    });
  });

  it('knows where the bot may write', async () => {
    const changes = {
      is_archived: { isArchived: true },
      not_in_channel: { isMember: false },
      channel_not_found: { isMember: false, isPrivate: true },
      restricted_action: { isRestricted: true },
    } as const;
    for (const [error, change] of Object.entries(changes)) {
      slack.addChannel({ id: 'C02', ...change });
      clock.advance(1000);
      expect(await errorOf('chat.postMessage', { ...POST, channel: 'C02' })).toBe(error);
    }
    slack.setTokenError('token_revoked');
    expect(await errorOf('chat.postMessage', POST)).toBe('token_revoked');
  });

  it('takes short bursts of posts to a channel and then one a second, by the clock', async () => {
    const statuses = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await call('chat.postMessage', POST)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    slack.addChannel({ id: 'C02' });
    expect((await call('chat.postMessage', { ...POST, channel: 'C02' })).status).toBe(200);
    expect((await call('chat.postMessage', POST)).retryAfter).toBe('1');
    clock.advance(1000);
    expect((await call('chat.postMessage', POST)).status).toBe(200);
    expect((await call('chat.postMessage', POST)).status).toBe(429);
  });

  it.each([
    ['conversations.list', 20],
    ['conversations.history', 50],
    ['users.info', 100],
  ])('takes %s at most %i times a minute', async (method, perMinute) => {
    slack.addUser({ id: 'U1' });
    const args =
      method === 'conversations.history' ? { channel: CHANNEL } : method === 'users.info' ? { user: 'U1' } : {};
    for (let index = 0; index < perMinute; index += 1) expect((await call(method, args as never)).status).toBe(200);
    expect((await call(method, args as never)).status).toBe(429);
    clock.advance(60_000);
    expect((await call(method, args as never)).status).toBe(200);
  });

  const SECTION_OF = (length: number) => ({ ...SECTION[0], text: { type: 'mrkdwn', text: 'x'.repeat(length) } });
  const bad: Readonly<Record<string, readonly [string, object]>> = {
    'a section that is too long': ['invalid_blocks', { text: 'x', blocks: [SECTION_OF(3001)] }],
    'blocks with too much text in all': [
      'msg_blocks_too_long',
      { text: 'x', blocks: Array.from({ length: 5 }, () => SECTION_OF(2700)) },
    ],
    'a picture that was never uploaded': [
      'invalid_blocks',
      { text: 'x', blocks: [{ type: 'image', slack_file: { id: 'F9' }, alt_text: 'x' }] },
    ],
    'a text that is too long': ['msg_too_long', { text: 'x'.repeat(40_001), blocks: SECTION }],
    'no words at all': ['no_text', {}],
  };
  it.each(Object.entries(bad))(
    'refuses as an answer what it refuses as a post: %s',
    async (_name, [error, message]) => {
      const url = slack.newResponseUrl();
      const response = await slack.fetch(url, {
        method: 'POST',
        body: JSON.stringify({ response_type: 'ephemeral', ...message }),
      });
      expect([response.status, await response.json()]).toEqual([400, { ok: false, error }]);
      expect(slack.responses).toEqual([]);
      const { text: _text, blocks: _blocks, ...to } = POST;
      const asPost = 'blocks' in message ? { ...message, blocks: JSON.stringify(message.blocks) } : message;
      expect(await errorOf('chat.postMessage', { ...to, ...asPost })).toBe(error);
    },
  );

  it('takes five responses to an address, within half an hour', async () => {
    const respond = async (url: string) =>
      (
        await slack.fetch(url, {
          method: 'POST',
          body: JSON.stringify({ response_type: 'ephemeral', text: 'Done.', blocks: SECTION }),
        })
      ).status;
    const url = slack.newResponseUrl();
    for (let use = 0; use < 5; use += 1) expect(await respond(url)).toBe(200);
    expect(await respond(url)).toBe(404);
    const late = slack.newResponseUrl();
    clock.advance(31 * 60_000);
    expect(await respond(late)).toBe(404);
  });
});

describe('its faults', () => {
  let served: StrictSlack;

  beforeEach(async () => {
    served = await startStrictSlack({ clock });
    served.addChannel({ id: CHANNEL });
  });
  afterEach(() => served.stop());

  const through = [
    ['its fetch', () => [slack, slack.fetch] as const],
    ['a network', () => [served, fetch] as const],
  ] as const;

  it.each(through)('lose, cut, garble and refuse through %s, and do the work or not', async (_name, world) => {
    const [on, send] = world();
    const post = () => callOn(on, 'chat.postMessage', POST, send);
    on.failNext('chat.postMessage', { kind: 'lost-request' });
    await expect(post()).rejects.toThrow();
    on.failNext('chat.postMessage', { kind: 'html' });
    await expect(post()).rejects.toThrow(/JSON/);
    on.failNext('chat.postMessage', { kind: 'status', status: 500 });
    await expect(post()).rejects.toThrow(/JSON/);
    expect(on.messages(CHANNEL)).toHaveLength(0);
    on.failNext('chat.postMessage', { kind: 'lost-response' });
    await expect(post()).rejects.toThrow();
    on.failNext('chat.postMessage', { kind: 'cut-response' });
    await expect(post()).rejects.toThrow();
    expect(on.messages(CHANNEL)).toHaveLength(2);
    on.failAlways('chat.postMessage', { kind: 'error', error: 'fatal_error' });
    expect([await post(), await post()]).toMatchObject([{ error: 'fatal_error' }, { error: 'fatal_error' }]);
    on.failAlways('chat.postMessage', null);
    expect(await post()).toMatchObject({ ok: true });
  });
});
