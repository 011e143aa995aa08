import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SlackCommands } from '#adapters/slack/listeners/listener-deps.ts';
import type { ServiceQuestion } from '#capabilities/traces/index.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { StateStore } from '#database/state-store.ts';
import { openTestState } from '../../support/state.ts';
import { startStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { createTestReceiver, type Delivery, type TestReceiver } from '../../support/strict-slack/test-receiver.ts';
import { answers, buttons } from './app-fixture.ts';
import { createTestApp, recordingCommands } from './app-world.ts';
import { CHANNEL, createBoardFixture, createTestClock, emptyTables, insertIncidentRow } from './board-fixture.ts';
import { openIncident } from '../../support/strict-slack/sample-incidents.ts';
import { foundTrace, TRACE_ID } from './cards/trace/trace-sample.ts';

const SHARED = 'C03SHARED';

let state: StateStore;
let slack: StrictSlack;
let receiver: TestReceiver;
let commands: SlackCommands;
let asked: string[];
const clock = createTestClock();

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  slack = await startStrictSlack({ clock });
  slack.addChannel({ id: CHANNEL });
  slack.addChannel({ id: SHARED, name: 'partners', isExternallyShared: true });
  slack.addUser({ id: 'U01YOU' });
  slack.addUser({ id: 'U0GUEST', is_restricted: true });
  asked = [];
  commands = {
    ...recordingCommands([]),
    readTrace: (traceId) => {
      asked.push(`trace ${traceId}`);
      return Promise.resolve(foundTrace());
    },
    readServiceCalls: (question) => {
      asked.push(`deps ${told(question)}`);
      return Promise.resolve(AWAY);
    },
    readSlowSpans: (question) => {
      asked.push(`slow ${told(question)}`);
      return Promise.resolve(AWAY);
    },
  };
  receiver = createTestReceiver(slack);
  createTestApp({ slack, db: state.db, clock, commands, receiver: receiver.receiver });
});
afterEach(() => slack.stop());

const AWAY = { kind: 'failed' as const, userMessage: 'The telemetry store did not answer within 10 s.' };
const told = ({ service, range }: ServiceQuestion): string =>
  `${service}${range === undefined ? '' : ` from ${range.from.toISOString()}`}`;

const say = (text: string, to: { user?: string; channel?: string; threadTs?: string } = {}): Promise<Delivery> =>
  receiver.command({ text, user: 'U01YOU', channel: CHANNEL, ...to });

const click = (actionId: string, value: string, to: { user?: string; channel?: string; threadTs?: string } = {}) =>
  receiver.click({ actionId, value, user: 'U01YOU', channel: CHANNEL, ...to });

const choose = (value: string, { user = 'U01YOU' }: { user?: string } = {}) =>
  receiver.click({ actionId: 'query.more', value, user, channel: CHANNEL, isChoice: true });

const idOf = (delivery: Delivery): string =>
  buttons(delivery)
    .find((button) => button.startsWith('Share → '))
    ?.split(' ')
    .at(-1) ?? '';

const ROOT = '1795227372.000100';

describe('/sentinel trace', () => {
  it('answers the asker alone, and can be shared', async () => {
    const delivery = await say(`trace ${TRACE_ID}`);
    expect(asked).toEqual([`trace ${TRACE_ID}`]);
    expect(answers(delivery)[0]).toMatch(/^Trace 4bf92f…4736 took 4.9 s and failed\./u);
    expect(delivery.responses[0]).toMatchObject({ response_type: 'ephemeral' });
    expect(buttons(delivery)).toEqual([
      expect.stringMatching(/^Share → query\.share Q-\d+$/u),
      `All log lines → trace.lines ${TRACE_ID}`,
    ]);
  });

  it('is sent as a file with all of its spans', async () => {
    const id = idOf(await say(`trace ${TRACE_ID}`));
    expect(answers(await choose(`csv:${id}`))[0]).toContain('The CSV of 10 rows');
    const lines = [...slack.files.values()].at(-1)?.bytes?.toString().split('\r\n') ?? [];
    expect(lines[0]).toBe(
      "'@timestamp,depth,span.id,parent.id,service.name,span.name,span.kind,status,duration_ms,own_ms,critical_ms",
    );
    expect(lines[5]).toBe('2026-11-21T02:16:12.020Z,2,e,d,order-service,POST /orders,server,error,4884,12,12');
  });

  it('asks nothing for guests and in shared channels', async () => {
    const id = idOf(await say(`trace ${TRACE_ID}`));
    asked = [];
    for (const to of [{ user: 'U0GUEST' }, { channel: SHARED }]) {
      for (const delivery of [await say(`trace ${TRACE_ID}`, to), await click('query.share', id, to)])
        expect(answers(delivery)[0]).toMatch(/shows (no )?telemetry/u);
    }
    expect(asked).toEqual([]);
    expect(slack.files.size).toBe(0);
  });
});

describe('a shared trace', () => {
  it('stands where it was asked for, in a thread or not, once, with its waterfall below it', async () => {
    slack.setChannel(CHANNEL, {
      messages: [{ ts: ROOT, threadTs: null, text: 'a thread', blocks: [], editedTimes: 0 }],
    });
    const inChannel = idOf(await say(`trace ${TRACE_ID}`));
    expect((await click('query.share', inChannel)).responses).toEqual([]);
    expect(answers(await click('query.share', inChannel))).toEqual(['That was shared already.']);
    clock.advance(MINUTE_MS);
    await click('query.share', idOf(await say(`trace ${TRACE_ID}`, { threadTs: ROOT })));
    const [, first] = slack.messages(CHANNEL);
    expect(slack.messages(CHANNEL)).toHaveLength(2);
    expect(slack.messages(CHANNEL, ROOT)).toHaveLength(1);
    expect(JSON.stringify(first?.blocks)).toContain('shared by <@U01YOU>');
    expect(
      [...slack.files.values()].map(({ name, sharedTo }) => [name, sharedTo?.channel, sharedTo?.threadTs]),
    ).toEqual([
      [`trace-${TRACE_ID}.png`, CHANNEL, first?.ts],
      [`trace-${TRACE_ID}.png`, CHANNEL, ROOT],
    ]);
    expect([...slack.files.values()][0]?.sharedTo?.comment).toMatch(/took 4.9.s and failed/u);
  });

  it('is not shared where the trace is gone by then, and the asker is told', async () => {
    const id = idOf(await say(`trace ${TRACE_ID}`));
    commands.readTrace = () => Promise.resolve({ kind: 'failed', userMessage: 'The telemetry store is away.' });
    expect(answers(await click('query.share', id))).toEqual(['Could not look: The telemetry store is away.']);
    expect(slack.messages(CHANNEL)).toEqual([]);
    commands.readTrace = () => Promise.resolve(foundTrace([], { trace: null }));
    await click('query.share', id);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
    expect(slack.files.size).toBe(0);
  });

  it('stands without its waterfall where Slack takes no file', async () => {
    const id = idOf(await say(`trace ${TRACE_ID}`));
    slack.failNext('files.completeUploadExternal', { kind: 'status', status: 503 });
    expect((await click('query.share', id)).responses).toEqual([]);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
    expect([...slack.files.values()].map(({ sharedTo }) => sharedTo)).toEqual([null]);
  });
});

describe('the waterfall', () => {
  it('goes to the asker alone, or is said to be gone', async () => {
    const id = idOf(await say(`trace ${TRACE_ID}`));
    expect(answers(await choose(`chart:${id}`))).toEqual(['The waterfall is in your messages with Sentinel.']);
    expect([...slack.files.values()].map(({ name, sharedTo }) => [name, sharedTo?.channel])).toEqual([
      [`trace-${TRACE_ID}.png`, 'D01YOU'],
    ]);
    commands.readTrace = () => Promise.resolve(foundTrace([], { trace: null }));
    expect(answers(await choose(`chart:${id}`))).toEqual(['There is nothing to draw.']);
  });

  it('is for nobody but the asker', async () => {
    const id = idOf(await say(`trace ${TRACE_ID}`));
    slack.addUser({ id: 'U02SEC' });
    expect(answers(await choose(`chart:${id}`, { user: 'U02SEC' }))[0]).toContain('Somebody else asked that');
  });
});

describe('the queries that were run for it', () => {
  it('are all shown to the asker, or why there are none now', async () => {
    const id = idOf(await say(`trace ${TRACE_ID}`));
    const shown = await choose(`queries:${id}`);
    expect(JSON.stringify(shown.responses)).toMatch(/FROM spans.*FROM logs/u);
    expect(shown.responses[0]).toMatchObject({ response_type: 'ephemeral' });
    commands.readTrace = () => Promise.resolve(AWAY);
    expect(JSON.stringify((await choose(`queries:${id}`)).responses)).toContain(AWAY.userMessage);
  });
});

describe('/sentinel deps and /sentinel slow', () => {
  it('ask about the service and the time that were named', async () => {
    expect(answers(await say('deps order-service'))).toEqual([
      'Could not look: The telemetry store did not answer within 10 s.',
    ]);
    await say('slow order-service since 30m');
    const from = new Date(clock.now().getTime() - 30 * 60_000).toISOString();
    expect(asked).toEqual(['deps order-service', `slow order-service from ${from}`]);
  });

  it('read a time as the asker’s clock has it', async () => {
    slack.addUser({ id: 'U01YOU', tz: 'Europe/Berlin' });
    await say('slow gateway since 02:00');
    expect(asked).toEqual(['slow gateway from 2026-11-21T01:00:00.000Z']);
  });

  it('mean the incident in whose thread they are asked, and elsewhere need a name', async () => {
    await insertIncidentRow(state.db);
    const board = await createBoardFixture(state.db, { clock });
    await board.showAll(openIncident());
    const threadTs = board.slack.messages(CHANNEL)[0]?.ts ?? '';
    await board.slack.stop();
    commands.findIncidentView = () => Promise.resolve(openIncident());
    await say('slow', { threadTs });
    expect(asked).toEqual(['slow payment-service from 2026-11-21T01:43:00.000Z']);
    expect(answers(await say('slow'))).toEqual(['The name of a service is missing.']);
  });

  it('ask nothing for guests and in shared channels', async () => {
    for (const to of [{ user: 'U0GUEST' }, { channel: SHARED }]) {
      for (const text of ['deps gateway', 'slow gateway'])
        expect(answers(await say(text, to))[0]).toMatch(/shows (no )?telemetry/u);
    }
    expect(asked).toEqual([]);
  });

  it('are shared with their picture, of the same time as the answer', async () => {
    const found = {
      kind: 'calls' as const,
      service: 'order service',
      callers: [
        {
          caller: 'gateway',
          callee: 'order service',
          isSampled: false,
          calls: 9,
          failed: 3,
          p50Ms: 1,
          p95Ms: 2,
          p99Ms: 3,
        },
      ],
      callees: [],
      totalTraces: 9,
      sampledTraces: 9,
      spansRead: 20,
      isCut: false,
      queries: [],
      range: { from: new Date(1_000), to: new Date(61_000) },
      searchedSpans: null,
      tookMs: 1,
    };
    commands.readServiceCalls = (question) => {
      asked.push(`deps ${told(question)}`);
      return Promise.resolve(found);
    };
    const id = idOf(await say('deps order'));
    expect((await click('query.share', id)).responses).toEqual([]);
    expect(asked).toEqual(['deps order', 'deps order service from 1970-01-01T00:00:01.000Z']);
    const [message] = slack.messages(CHANNEL);
    expect([...slack.files.values()].map(({ name, sharedTo }) => [name, sharedTo?.threadTs])).toEqual([
      ['calls-order-service.png', message?.ts],
    ]);
    await choose(`chart:${id}`);
    await choose(`csv:${id}`);
    expect([...slack.files.values()].map(({ sharedTo }) => sharedTo?.channel)).toEqual([CHANNEL, 'D01YOU', 'D01YOU']);
    expect([...slack.files.values()].at(-1)).toMatchObject({
      name: 'calls-order-service.csv',
      sharedTo: { comment: expect.stringMatching(/^The CSV of 1 row: the calls around order service, .*\(1.min\)$/u) },
    });
    expect([...slack.files.values()].at(-1)?.bytes?.toString()).toBe(
      'caller,callee,sampled,calls,failed,p50_ms,p95_ms,p99_ms\r\ngateway,order service,false,9,3,1,2,3\r\n',
    );
  });

  it('are refused like a query to whoever asked too much', async () => {
    const tooMany = { kind: 'too-many', why: 'at-once', most: 3 } as const;
    commands.readTrace = () => Promise.resolve(tooMany);
    commands.readServiceCalls = () => Promise.resolve(tooMany);
    commands.readSlowSpans = () => Promise.resolve(tooMany);
    for (const text of [`trace ${TRACE_ID}`, 'deps orders', 'slow orders'])
      expect(answers(await say(text))[0]).toContain('3 queries of yours are still running.');
  });

  it('lead to a trace by one click', async () => {
    for (const actionId of ['trace.show', 'trace.failure'])
      expect(answers(await click(actionId, TRACE_ID))[0]).toMatch(/^Trace 4bf92f…4736 took/u);
  });
});
