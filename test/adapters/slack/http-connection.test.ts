import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpServer } from '#adapters/http/create-http-server.ts';
import type { SlackCommands } from '#adapters/slack/listeners/listener-deps.ts';
import type { StateStore } from '#database/state-store.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import {
  clickRequest,
  commandRequest,
  mentionRequest,
  signatureOf,
  signRequest,
  type SignedRequest,
} from '../../support/strict-slack/slack-requests.ts';
import { startStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { depsOf, ingestOptions } from '../http/http-under-test.ts';
import { createTestApp, type TestApp, recordingCommands, SIGNING_SECRET } from './app-world.ts';
import { CHANNEL, createTestClock, emptyTables } from './board-fixture.ts';

const REQUEST_URL = '/slack/events';
const clock = createTestClock();
const signer = { clock, signingSecret: SIGNING_SECRET };

let state: StateStore;
let slack: StrictSlack;
let called: string[];
let commands: SlackCommands;
let http: TestApp;
let server: ReturnType<typeof createHttpServer>;

const serve = (app: TestApp): ReturnType<typeof createHttpServer> => {
  const { endpoint } = app.app;
  return createHttpServer(depsOf(), { ...ingestOptions(), endpoints: endpoint === null ? [] : [endpoint] });
};

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  slack = await startStrictSlack({ clock });
  slack.addChannel({ id: CHANNEL });
  slack.addUser({ id: 'U01YOU' });
  called = [];
  commands = recordingCommands(called);
  http = createTestApp({ slack, db: state.db, clock, commands });
  server = serve(http);
  await http.app.start();
});
afterEach(async () => {
  await server.close();
  await http.app.stop();
  await slack.stop();
  expect(slack.problems).toEqual([]);
});

const send = ({ headers, body }: SignedRequest) =>
  server.inject({ method: 'POST', url: REQUEST_URL, headers, payload: body });
const resolveCommand = () =>
  commandRequest({ text: 'resolve INC-142 pool doubled', user: 'U01YOU', channel: CHANNEL }, slack.newResponseUrl());
const done = (...expected: readonly string[]) => vi.waitFor(() => expect(called).toEqual(expected));
const repeated = (app: TestApp, count: number) =>
  vi.waitFor(() => expect(app.metrics.counts.get('sentinel_slack_requests_total{outcome=repeated}')).toBe(count));

describe('requests over HTTP', () => {
  it('are a command, a click and a mention, each with its receipt at once', async () => {
    const requests = [
      resolveCommand(),
      clickRequest(
        { actionId: 'incident.acknowledge', value: 'INC-142', user: 'U01YOU', channel: CHANNEL },
        slack.newResponseUrl(),
      ),
      mentionRequest({ user: 'U01YOU', channel: CHANNEL }),
    ];
    for (const request of requests) {
      const answer = await send(signRequest(signer, request));
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
    }
    await vi.waitFor(() => expect(slack.ephemerals).toHaveLength(1));
    expect(called.toSorted()).toEqual(['acknowledge 142 U01YOU', 'list', 'resolve 142 “pool doubled”']);
  });

  it('get their receipt while the work still goes on', async () => {
    const work = Promise.withResolvers<never>();
    commands.resolve = () => {
      called.push('began');
      return work.promise;
    };
    expect((await send(signRequest(signer, resolveCommand()))).statusCode).toBe(200);
    await done('began');
    expect(slack.responses).toEqual([]);
    work.reject(new Error('a secret of the database'));
    await vi.waitFor(() => expect(slack.responses).toHaveLength(1));
    expect(JSON.stringify(slack.responses)).not.toContain('secret');
  });

  it('prove to Slack whose address it is', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1a', token: 'x' });
    const headers = { 'content-type': 'application/json', ...signatureOf(SIGNING_SECRET, now(), body) };
    const answer = await send({ headers, body });
    expect([answer.statusCode, answer.json()]).toEqual([200, { challenge: '3eZbrw1a' }]);
  });

  it('do nothing for a check of the certificate, whatever else it holds', async () => {
    const body = new URLSearchParams({ ...(resolveCommand().body as Record<string, string>), ssl_check: '1' });
    const answer = await send({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    });
    expect([answer.statusCode, answer.body, called]).toEqual([200, '', []]);
  });

  it('that no listener is there for are not found', async () => {
    const unknown = resolveCommand();
    const answer = await send(signRequest(signer, { ...unknown, body: { ...unknown.body, command: '/elsewhere' } }));
    expect(answer.statusCode).toBe(404);
  });

  it('count as a connection once Slack has taken the token, and not while it is away', async () => {
    const { app } = createTestApp({ slack, db: state.db, clock, commands });
    expect(app.isConnected()).toBe(false);
    slack.failNext('auth.test', { kind: 'status', status: 503 });
    await app.start();
    expect(app.isConnected()).toBe(false);
    slack.setTokenError('token_revoked');
    await vi.waitFor(() => expect(app.refusal()).toContain('does not accept the token'), { timeout: 5_000 });
    expect(app.isConnected()).toBe(false);
    slack.setTokenError(null);
    await vi.waitFor(() => expect(app.isConnected()).toBe(true), { timeout: 5_000 });
    expect(app.refusal()).toBeNull();
    await app.stop();
  });

  it('have no address in Socket Mode', () => {
    const socket = createTestApp({ slack, db: state.db, clock, commands }, { kind: 'socket', appToken: 'xapp-test' });
    expect(socket.app.endpoint).toBeNull();
  });
});

const now = (): number => Math.floor(clock.now().getTime() / SECOND_MS);

describe('a request that is not Slack’s', () => {
  const signed = (): SignedRequest => signRequest(signer, resolveCommand());
  const cases: Readonly<Record<string, () => SignedRequest>> = {
    'signed with another secret': () => signRequest({ clock, signingSecret: `${SIGNING_SECRET}0` }, resolveCommand()),
    'changed on its way': () => ({ ...signed(), body: `${signed().body}&text=resolve+INC-1` }),
    'without a signature': () => ({ headers: { 'content-type': 'application/json' }, body: '{}' }),
    'with an empty signature': () => ({ ...signed(), headers: { ...signed().headers, 'x-slack-signature': '' } }),
    'of another signature version': () => ({
      ...signed(),
      headers: { ...signed().headers, 'x-slack-signature': 'v9=00' },
    }),
    'without a time': () => ({ ...signed(), headers: { ...signed().headers, 'x-slack-request-timestamp': 'soon' } }),
    'older than five minutes': () =>
      signRequest(
        { ...signer, clock: { now: () => new Date(clock.now().getTime() - 5 * MINUTE_MS - SECOND_MS) } },
        resolveCommand(),
      ),
    'from the future': () =>
      signRequest(
        { ...signer, clock: { now: () => new Date(clock.now().getTime() + 6 * MINUTE_MS) } },
        resolveCommand(),
      ),
  };
  for (const [name, request] of Object.entries(cases)) {
    it(`is refused without a word: ${name}`, async () => {
      const answer = await send(request());
      expect([answer.statusCode, answer.body, called]).toEqual([401, '', []]);
      expect(http.metrics.counts.get('sentinel_slack_requests_total{outcome=unsigned}')).toBe(1);
    });
  }

  it('is refused when its body is none that Slack sends, signed or not', async () => {
    for (const body of ['not json', '[]', 'null', '7']) {
      const headers = { 'content-type': 'application/json', ...signatureOf(SIGNING_SECRET, now(), body) };
      const answer = await send({ headers, body });
      expect([answer.statusCode, answer.body]).toEqual([400, '']);
    }
  });

  it('is refused when it is larger than any of Slack’s', async () => {
    const body = JSON.stringify({ type: 'event_callback', filler: 'x'.repeat(1_000_000) });
    const headers = { 'content-type': 'application/json', ...signatureOf(SIGNING_SECRET, now(), body) };
    expect((await send({ headers, body })).statusCode).toBe(413);
    expect(called).toEqual([]);
  });
});

describe('a request that comes again', () => {
  it('gets its receipt and is done once: the same signed bytes', async () => {
    const request = signRequest(signer, resolveCommand());
    const answers = await Promise.all([send(request), send(request), send(request)]);
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200]);
    await repeated(http, 2);
    await done('resolve 142 “pool doubled”');
  });

  it('gets its receipt and is done once: an event that Slack retries, signed anew', async () => {
    const mention = mentionRequest({ user: 'U01YOU', channel: CHANNEL });
    await send(signRequest(signer, mention));
    clock.advance(MINUTE_MS);
    for (const retry of [1, 2, 3]) expect((await send(signRequest(signer, mention, retry))).statusCode).toBe(200);
    await repeated(http, 3);
    await vi.waitFor(() => expect(slack.ephemerals).toHaveLength(1));
  });

  it('is done when its first delivery never arrived, although it says that it is a retry', async () => {
    await send(signRequest(signer, mentionRequest({ user: 'U01YOU', channel: CHANNEL }), 1));
    await vi.waitFor(() => expect(slack.ephemerals).toHaveLength(1));
  });

  it('is done once by two instances', async () => {
    const other = createTestApp({ slack, db: state.db, clock, commands });
    const otherServer = serve(other);
    const { headers, body } = signRequest(signer, resolveCommand());
    await Promise.all([
      send({ headers, body }),
      otherServer.inject({ method: 'POST', url: REQUEST_URL, headers, payload: body }),
    ]);
    await done('resolve 142 “pool doubled”');
    await otherServer.close();
    await Promise.all([other.app.stop(), http.app.stop()]);
    expect(called).toEqual(['resolve 142 “pool doubled”']);
  });
});
