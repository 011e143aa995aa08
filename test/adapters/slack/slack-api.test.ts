import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlackApi, type SlackApi } from '#adapters/slack/slack-api.ts';
import { section } from '#adapters/slack/cards/blocks.ts';
import { type Fault, startStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { CHANNEL, createTestClock, createTestLogger, createTestMetrics } from './board-fixture.ts';

let slack: StrictSlack;
let api: SlackApi;
let logger: ReturnType<typeof createTestLogger>;
let clock: ReturnType<typeof createTestClock>;
const message = { text: 'Hello.', blocks: [section('Hello.')] };

beforeEach(async () => {
  clock = createTestClock();
  logger = createTestLogger();
  slack = await startStrictSlack({ clock });
  slack.addChannel({ id: CHANNEL });
  api = createSlackApi(
    { clock, logger, metrics: createTestMetrics() },
    { botToken: slack.botToken, apiUrl: slack.apiUrl },
  );
});
afterEach(() => slack.stop());

const post = () => api.postMessage({ channel: CHANNEL, threadTs: null }, message);

describe('the Web API', () => {
  const faults: Readonly<Record<string, readonly [Fault, Readonly<Record<string, unknown>>]>> = {
    'a rate limit, with its wait': [
      { kind: 'rate-limited', retryAfterSeconds: 7 },
      { code: 'rate-limited', isRetryable: true, retryAfterMs: 7000, certainty: 'not-done' },
    ],
    'an archived channel': [
      { kind: 'error', error: 'is_archived' },
      { code: 'not-permitted', isRetryable: true, certainty: 'not-done' },
    ],
    'a revoked token': [
      { kind: 'error', error: 'token_revoked' },
      { code: 'configuration', isRetryable: false },
    ],
    'blocks that it refuses': [
      { kind: 'error', error: 'invalid_blocks' },
      { code: 'rejected', isRetryable: false, certainty: 'not-done' },
    ],
    'a fault of its own': [
      { kind: 'error', error: 'internal_error' },
      { code: 'unavailable', isRetryable: true, certainty: 'unknown' },
    ],
    'a proxy in front of it': [
      { kind: 'status', status: 502 },
      { code: 'unavailable', isRetryable: true, certainty: 'unknown' },
    ],
    'a page instead of an answer': [{ kind: 'html' }, { code: 'unavailable', isRetryable: true, certainty: 'unknown' }],
    'half an answer': [{ kind: 'cut-response' }, { code: 'unavailable', isRetryable: true, certainty: 'unknown' }],
    'a lost answer': [{ kind: 'lost-response' }, { code: 'unavailable', isRetryable: true, certainty: 'unknown' }],
    'a lost request': [{ kind: 'lost-request' }, { code: 'unavailable', isRetryable: true, certainty: 'unknown' }],
    'no answer in time': [{ kind: 'hangs' }, { code: 'timeout', isRetryable: true, certainty: 'unknown' }],
  };
  for (const [name, [fault, expected]] of Object.entries(faults)) {
    it(`is asked once, and its fault is told apart: ${name}`, async () => {
      slack.failNext('chat.postMessage', fault);
      const error: unknown = await post().catch((caught: unknown) => caught);
      expect(error).toMatchObject(expected);
      expect(slack.callsOf('chat.postMessage')).toHaveLength(1);
      expect(String((error as Error).message)).not.toMatch(/invalid_blocks|html|ECONN|xoxb/);
    });
  }

  it('says which token is wrong at the start', async () => {
    const wrong = createSlackApi(
      { clock, logger, metrics: createTestMetrics() },
      { botToken: 'xoxb-wrong', apiUrl: slack.apiUrl },
    );
    await expect(wrong.postMessage({ channel: CHANNEL, threadTs: null }, message)).rejects.toMatchObject({
      code: 'configuration',
    });
    expect(JSON.stringify(logger.said)).not.toContain('xoxb-wrong');
  });

  const uploads: Readonly<Record<string, readonly [Fault, Readonly<Record<string, unknown>>]>> = {
    'a rate limit, with its wait': [
      { kind: 'rate-limited', retryAfterSeconds: 7 },
      { code: 'rate-limited', isRetryable: true, retryAfterMs: 7000 },
    ],
    'a fault of its own': [
      { kind: 'status', status: 500 },
      { code: 'unavailable', isRetryable: true },
    ],
    'a lost request': [{ kind: 'lost-request' }, { code: 'unavailable', isRetryable: true }],
  };
  it.each(Object.entries(uploads))(
    'says that it did not take the bytes of a file: %s',
    async (_name, [fault, error]) => {
      const { url } = await api.startUpload({ name: 'a.png', bytes: 3, altText: 'A chart.' });
      slack.failNext('upload', fault);
      await expect(api.sendBytes(url, Buffer.from('abc'))).rejects.toMatchObject(error);
      await expect(api.sendBytes(url, Buffer.from('too many'))).rejects.toMatchObject({ code: 'unavailable' });
      await api.sendBytes(url, Buffer.from('abc'));
    },
  );

  it('takes messages page by page', async () => {
    for (let index = 0; index < 5; index += 1) {
      clock.advance(1000);
      await post();
    }
    const first = await api.readMessages({ channel: CHANNEL, threadTs: null, oldest: '0' }, null, 3);
    expect(first.messages).toHaveLength(3);
    const second = await api.readMessages({ channel: CHANNEL, threadTs: null, oldest: '0' }, first.nextCursor, 3);
    expect(second.messages).toHaveLength(2);
    expect(second.nextCursor).toBeNull();
  });
});
