import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSlackApp } from '#adapters/slack/create-slack-app.ts';
import type { SlackCommands } from '#adapters/slack/listeners/listener-deps.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import type { StateStore } from '#database/state-store.ts';
import { AppError } from '#kernel/errors.ts';
import { answers, buttons, esqlOnly, readings, summary } from './app-fixture.ts';
import { openTestState } from '../../support/state.ts';
import { at, openIncident, RESPONDER, SECOND } from '../../support/strict-slack/sample-incidents.ts';
import { startStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { createTestReceiver, type Delivery, type TestReceiver } from '../../support/strict-slack/test-receiver.ts';
import {
  CHANNEL,
  createBoardFixture,
  createTestClock,
  createTestLogger,
  createTestMetrics,
  createTestRenderer,
  emptyTables,
  insertIncidentRow,
} from './board-fixture.ts';

const ELSEWHERE = 'C02ELSEWHERE';
const SHARED = 'C03SHARED';
let state: StateStore;
let slack: StrictSlack;
let receiver: TestReceiver;
let commands: SlackCommands;
let called: string[];
const clock = createTestClock();
const start = (access: { allowGuests?: boolean; allowExternalChannels?: boolean } = {}): void => {
  receiver = createTestReceiver(slack);
  const tools = { clock, logger: createTestLogger(), metrics: createTestMetrics() };
  createSlackApp(
    {
      ...tools,
      commands,
      slack: createSlackApi(tools, { botToken: slack.botToken, apiUrl: slack.apiUrl }),
      chartRenderer: createTestRenderer(),
      db: state.db,
      receiver: receiver.receiver,
    },
    {
      connection: { kind: 'socket', appToken: 'xapp-test' },
      botToken: slack.botToken,
      apiUrl: slack.apiUrl,
      channel: CHANNEL,
      dialect: 'slack',
      allowGuests: false,
      allowExternalChannels: false,
      ...access,
    },
  );
};

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  slack = await startStrictSlack({ clock });
  slack.addChannel({ id: CHANNEL });
  slack.addChannel({ id: ELSEWHERE, name: 'random' });
  slack.addChannel({ id: SHARED, name: 'partners', isExternallyShared: true });
  slack.addUser({ id: 'U01YOU' });
  slack.addUser({ id: 'U02SEC' });
  slack.addUser({ id: 'U0GUEST', is_restricted: true });
  slack.addUser({ id: 'U0SINGLE', is_ultra_restricted: true });
  slack.addUser({ id: 'U0STRANGER', is_stranger: true });
  called = [];
  commands = {
    acknowledge: (number, actor) => {
      called.push(`acknowledge ${number} ${actor.kind === 'person' ? `${actor.id} from ${actor.surface}` : ''}`);
      return Promise.resolve({ kind: 'acknowledged', incident: summary() });
    },
    resolve: (number, resolution, actor) => {
      called.push(`resolve ${number} “${resolution ?? ''}” ${actor.kind === 'person' ? actor.id : ''}`);
      return Promise.resolve({ kind: 'resolved', incident: summary({ state: 'resolved' }), isStillFailing: false });
    },
    reopen: (number) => {
      called.push(`reopen ${number}`);
      return Promise.resolve({ kind: 'reopened', incident: summary() });
    },
    accept: (service) => Promise.resolve({ kind: 'accepted', service, signals: ['latency'], since: at('02:00') }),
    listOpenIncidents: () => Promise.resolve({ incidents: [summary()], total: 1 }),
    findIncidentView: (number) => Promise.resolve(number === 142 ? openIncident() : null),
    runQuery: ({ text, range }) => {
      called.push(`query ${text}${range === undefined ? '' : ` from ${range.from.toISOString()}`}`);
      return Promise.resolve({ kind: 'failed', userMessage: 'The telemetry store did not answer within 10 s.' });
    },
    ...readings,
    ...esqlOnly,
  };
  start();
});
afterEach(async () => {
  await slack.stop();
  expect(slack.problems).toEqual([]);
});

const say = (text: string, from: { user?: string; channel?: string; threadTs?: string } = {}): Promise<Delivery> =>
  receiver.command({ text, user: 'U01YOU', channel: CHANNEL, ...from });

describe('every request', () => {
  it('is told at once that it arrived, and answered to the person alone', async () => {
    const delivery = await say('help');
    expect(delivery.receipts).toHaveLength(1);
    expect(delivery.responses.map((response) => response['response_type'])).toEqual(['ephemeral']);
    expect(
      (await receiver.click({ actionId: 'sentinel.help', user: 'U01YOU', channel: CHANNEL })).receipts,
    ).toHaveLength(1);
  });

  it('is told so before the work begins, also when the work fails', async () => {
    commands.acknowledge = () => Promise.reject(new Error('a secret of the database'));
    const delivery = await say('ack INC-142');
    expect(delivery.receipts).toHaveLength(1);
    expect(answers(delivery)).toEqual(['Sentinel failed at this; its log has the details.']);
    expect(JSON.stringify(delivery.responses)).not.toContain('secret');
  });

  it('says a fault of the outside world in its safe words', async () => {
    commands.readStatus = () =>
      Promise.reject(
        new AppError({
          code: 'unavailable',
          isRetryable: true,
          userMessage: 'The database of Sentinel cannot be reached.',
        }),
      );
    expect(answers(await say('status'))).toEqual(['The database of Sentinel cannot be reached.']);
  });
});

describe('what is shown', () => {
  it('answers help, status, incidents and one incident', async () => {
    expect(answers(await say(''))).toEqual(['Sentinel help: see, act, ask.']);
    expect(answers(await say('status'))).toEqual([
      'No incident is open. Sentinel is well. The last check was 12 s ago.',
    ]);
    expect(answers(await say('incidents'))).toEqual(['1 incident is open: INC-142 P1 payment-service.']);
    const card = await say('incident inc-142');
    expect(answers(card)).toEqual([
      'P1 payment-service: 38 % of 2,310 requests fail. INC-142 is unacknowledged: acknowledge it.',
    ]);
    expect(buttons(card)).toEqual(['Acknowledge → incident.acknowledge INC-142', 'Resolve → incident.resolve INC-142']);
    expect(answers(await say('incident INC-9'))).toEqual(['There is no INC-9.']);
  });

  it('says that nothing is open, and where to look then', async () => {
    commands.listOpenIncidents = () => Promise.resolve({ incidents: [], total: 0 });
    expect(answers(await say('incidents'))).toEqual(['No incident is open.']);
    expect(answers(await say('ack'))).toEqual(['No incident is open.']);
  });

  it('hands typed ES|QL on as it was meant, whatever a phone made of the quotes', async () => {
    const delivery = await say('query FROM\u00a0logs | WHERE level == “error” AND n &gt; 3');
    expect(called).toEqual(['query FROM logs | WHERE level == "error" AND n > 3']);
    expect(answers(delivery)).toEqual(['Could not look: The telemetry store did not answer within 10 s.']);
  });

  it('shows the open incidents in the Home tab', async () => {
    await receiver.openHome('U01YOU');
    expect(JSON.stringify(slack.homes.get('U01YOU'))).toContain('1 incident is open');
    await receiver.openHome('U0GUEST');
    expect(JSON.stringify(slack.homes.get('U0GUEST'))).not.toContain('INC-142');
  });
});

describe('what is done', () => {
  it('acknowledges, resolves and reopens by command, and leaves the telling to the card', async () => {
    const deliveries = [
      await say('ack INC-142'),
      await say('resolve INC-142 pool size 10 to 20'),
      await say('reopen 142'),
    ];
    expect(called).toEqual([
      'acknowledge 142 U01YOU from slack',
      'resolve 142 “pool size 10 to 20” U01YOU',
      'reopen 142',
    ]);
    expect(deliveries.flatMap(answers)).toEqual([]);
  });

  it('does the same by button', async () => {
    for (const actionId of ['incident.acknowledge', 'incident.resolve', 'incident.reopen']) {
      const delivery = await receiver.click({ actionId, value: 'INC-142', user: 'U01YOU', channel: CHANNEL });
      expect(delivery.responses).toEqual([]);
    }
    expect(called).toEqual(['acknowledge 142 U01YOU from slack', 'resolve 142 “” U01YOU', 'reopen 142']);
  });

  it('confirms to the actor where the card is not in sight', async () => {
    expect(answers(await say('ack INC-142', { channel: ELSEWHERE }))).toEqual([
      'You acknowledged INC-142 (P1 payment-service).',
    ]);
  });

  it('does nothing for a button whose value is none of ours', async () => {
    const delivery = await receiver.click({
      actionId: 'incident.resolve',
      value: '142; DROP',
      user: 'U01YOU',
      channel: CHANNEL,
    });
    expect(called).toEqual([]);
    expect(answers(delivery)).toEqual(['1 incident is open: INC-142 P1 payment-service.']);
  });
});

describe('which incident is meant', () => {
  it('is the only open one when none is named', async () => {
    await say('ack');
    await say('resolve pool size doubled');
    expect(called).toEqual(['acknowledge 142 U01YOU from slack', 'resolve 142 “pool size doubled” U01YOU']);
  });

  it('is asked when several are open', async () => {
    commands.listOpenIncidents = () =>
      Promise.resolve({ incidents: [summary(), summary({ number: 143, service: 'search' })], total: 2 });
    const delivery = await say('ack');
    expect(called).toEqual([]);
    expect(answers(delivery)).toEqual(['Which incident? 2 are open.']);
    expect(JSON.stringify(delivery.responses)).toContain('*INC-142* payment-service, *INC-143* search');
  });

  it('is that of the thread, for commands, queries and mentions', async () => {
    await insertIncidentRow(state.db);
    const board = await createBoardFixture(state.db, { clock });
    await board.showAll(openIncident());
    const threadTs = board.slack.messages(CHANNEL)[0]?.ts ?? '';
    await board.slack.stop();
    commands.listOpenIncidents = () => Promise.resolve({ incidents: [summary(), summary({ number: 143 })], total: 2 });
    await say('ack', { threadTs });
    await say('query FROM logs', { threadTs });
    await receiver.mention({ user: 'U01YOU', channel: CHANNEL, threadTs });
    await receiver.mention({ user: 'U01YOU', channel: CHANNEL });
    await receiver.mention({ text: '<@U0SENTINEL> ack', user: 'U01YOU', channel: CHANNEL, threadTs });
    const acknowledged = 'acknowledge 142 U01YOU from slack';
    expect(called).toEqual([acknowledged, 'query FROM logs from 2026-11-21T01:43:00.000Z', acknowledged]);
    expect(slack.ephemerals.map(({ user, threadTs: thread, text }) => [user, thread, text.slice(0, 20)])).toEqual([
      ['U01YOU', threadTs, 'P1 payment-service: '],
      ['U01YOU', null, '2 incidents are open'],
    ]);
  });

  it('is asked when a number could be either', async () => {
    const delivery = await say('resolve 10 to 20 connections');
    expect(called).toEqual([]);
    expect(answers(delivery)).toEqual(['Is 10 the incident, or part of what fixed it? Nothing was resolved.']);
  });
});

describe('what went otherwise', () => {
  const outcomes = {
    'race lost, added as a responder': () => {
      commands.acknowledge = () =>
        Promise.resolve({
          kind: 'already-acknowledged',
          incident: summary(),
          by: SECOND,
          at: at('02:17:56'),
          wasAddedAsResponder: true,
        });
      return say('ack INC-142');
    },
    'race lost, a responder already': () => {
      commands.acknowledge = () =>
        Promise.resolve({
          kind: 'already-acknowledged',
          incident: summary(),
          by: SECOND,
          at: at('02:17:56'),
          wasAddedAsResponder: false,
        });
      return say('ack INC-142');
    },
    'acknowledged by oneself': () => {
      commands.acknowledge = () =>
        Promise.resolve({
          kind: 'already-acknowledged',
          incident: summary(),
          by: RESPONDER,
          at: at('02:17'),
          wasAddedAsResponder: false,
        });
      return say('ack INC-142');
    },
    'acknowledging what is resolved': () => {
      commands.acknowledge = () =>
        Promise.resolve({
          kind: 'already-resolved',
          incident: summary({ state: 'resolved' }),
          by: SECOND,
          at: at('02:17'),
        });
      return say('ack INC-142');
    },
    'acknowledging what does not exist': () => {
      commands.acknowledge = (number) => Promise.resolve({ kind: 'not-found', number });
      return say('ack INC-9');
    },
    'resolving what still fails': () => {
      commands.resolve = () =>
        Promise.resolve({ kind: 'resolved', incident: summary({ state: 'resolved' }), isStillFailing: true });
      return say('resolve INC-142 restarted');
    },
    'resolving what is resolved': () => {
      commands.resolve = () =>
        Promise.resolve({
          kind: 'already-resolved',
          incident: summary({ state: 'resolved' }),
          by: RESPONDER,
          at: at('02:17'),
        });
      return say('resolve INC-142');
    },
    'resolving what does not exist': () => {
      commands.resolve = (number) => Promise.resolve({ kind: 'not-found', number });
      return say('resolve INC-9');
    },
    'reopening what is not resolved': () => {
      commands.reopen = () => Promise.resolve({ kind: 'not-resolved', incident: summary({ state: 'acknowledged' }) });
      return say('reopen INC-142');
    },
    'reopening what a newer incident tracks': () => {
      commands.reopen = () =>
        Promise.resolve({ kind: 'superseded', incident: summary({ state: 'resolved' }), openIncident: 150 });
      return say('reopen INC-142');
    },
    'reopening what does not exist': () => {
      commands.reopen = (number) => Promise.resolve({ kind: 'not-found', number });
      return say('reopen INC-9');
    },
    'a misspelled command': () => say('akc INC-142'),
    'a misspelled command without a number': () => say('staus'),
    'no command at all': () => say('make it stop'),
    'no incident number': () => say('ack foo'),
    'a query without a query': () => say('query'),
  };
  for (const [name, run] of Object.entries(outcomes)) {
    it(`has its own sentence: ${name}`, async () => {
      const delivery = await run();
      expect({
        says: delivery.responses.map(firstText),
        lockScreen: answers(delivery),
        buttons: buttons(delivery),
      }).toMatchSnapshot();
    });
  }

  const firstText = (response: Record<string, unknown>): string =>
    (response['blocks'] as { text?: { text: string } }[])[0]?.text?.text.replaceAll('\u00a0', ' ') ?? '';
});

describe('who may see telemetry', () => {
  it('is no guest and no stranger, and is not in a channel shared with others', async () => {
    for (const user of ['U0GUEST', 'U0SINGLE', 'U0STRANGER']) {
      for (const text of ['status', 'incidents', 'incident INC-142', 'ack INC-142', 'query FROM logs', 'nonsense']) {
        expect(answers(await say(text, { user }))).toEqual(['Sentinel shows telemetry to full members only.']);
      }
      const click = await receiver.click({ actionId: 'incident.resolve', value: 'INC-142', user, channel: CHANNEL });
      expect(answers(click)).toEqual(['Sentinel shows telemetry to full members only.']);
    }
    expect(answers(await say('incidents', { channel: SHARED }))).toEqual([
      'Sentinel shows no telemetry in shared channels.',
    ]);
    expect(called).toEqual([]);
    expect(answers(await say('help', { user: 'U0GUEST' }))).toEqual(['Sentinel help: see, act, ask.']);
  });

  it('is whoever the configuration allows', async () => {
    start({ allowGuests: true, allowExternalChannels: true });
    expect(answers(await say('incidents', { user: 'U0GUEST', channel: SHARED }))).toEqual([
      '1 incident is open: INC-142 P1 payment-service.',
    ]);
  });

  it('is nobody whom Slack does not vouch for, and is asked anew the next time', async () => {
    slack.failNext('users.info', { kind: 'status', status: 503 });
    expect(answers(await say('incidents'))).toEqual(['Sentinel could not check who you are.']);
    expect(answers(await say('incidents'))).toEqual(['1 incident is open: INC-142 P1 payment-service.']);
    expect(answers(await say('incidents', { channel: 'C09UNSEEN' }))).toEqual([
      'Sentinel could not check this channel.',
    ]);
  });

  it('is remembered for five minutes', async () => {
    await say('incidents');
    await say('incidents');
    expect(slack.callsOf('users.info')).toHaveLength(1);
    clock.advance(5 * 60_000);
    await say('incidents');
    expect(slack.callsOf('users.info')).toHaveLength(2);
  });
});
it('lets a person accept what a service does now', async () =>
  expect(answers(await say('accept payment-service'))).toEqual(['What payment-service does now is its normal.']));
