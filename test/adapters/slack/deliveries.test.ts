import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { forgetDeliveries } from '#adapters/slack/listeners/first-delivery.ts';
import type { StateStore } from '#database/state-store.ts';
import { openTestState } from '../../support/state.ts';
import { startStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { createTestReceiver, type TestReceiver } from '../../support/strict-slack/test-receiver.ts';
import { answers } from './app-fixture.ts';
import { createTestApp, recordingCommands } from './app-world.ts';
import { CHANNEL, createTestClock, emptyTables } from './board-fixture.ts';

const YOU = { user: 'U01YOU', channel: CHANNEL };

let state: StateStore;
let slack: StrictSlack;
let receiver: TestReceiver;
let called: string[];
const clock = createTestClock();

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  slack = await startStrictSlack({ clock });
  slack.addChannel({ id: CHANNEL });
  slack.addUser({ id: 'U01YOU' });
  start(state);
});
afterEach(async () => {
  await slack.stop();
  expect(slack.problems).toEqual([]);
});

const start = ({ db }: Pick<StateStore, 'db'>): void => {
  receiver = createTestReceiver(slack);
  called = [];
  createTestApp({ slack, db, clock, commands: recordingCommands(called), receiver: receiver.receiver });
};
const say = (text: string) => receiver.command({ text, ...YOU });

it('does once what Slack delivers twice: a command, a click and a mention', async () => {
  await say('resolve INC-142 pool doubled');
  const again = await receiver.again();
  expect([again.receipts.length, again.responses]).toEqual([1, []]);
  await receiver.click({ actionId: 'incident.reopen', value: 'INC-142', ...YOU });
  expect((await receiver.again()).receipts).toHaveLength(1);
  await receiver.mention(YOU);
  await receiver.again();
  expect(called).toEqual(['resolve 142 “pool doubled”', 'reopen 142', 'list']);
  expect(slack.ephemerals).toHaveLength(1);
});

it('does twice what a person asks for twice', async () => {
  await say('ack INC-142');
  await say('ack INC-142');
  expect(called).toHaveLength(2);
});

it('does each once what arrives out of order', async () => {
  receiver.hold();
  await say('ack INC-142');
  await say('resolve INC-142 pool doubled');
  expect(called).toEqual([]);
  await receiver.releaseReversed();
  expect(called).toEqual(['resolve 142 “pool doubled”', 'acknowledge 142 U01YOU']);
});

it('answers when the database does not say whether it came before', async () => {
  const away = await openTestState();
  await away.close();
  start(away);
  expect(answers(await say('help'))).toEqual(['Sentinel help: see, act, ask.']);
});

it('forgets what it did once Slack does not deliver it again', async () => {
  await say('ack INC-142');
  expect(await forgetDeliveries(state.db, clock.now())).toBe(0);
  clock.advance(1);
  expect(await forgetDeliveries(state.db, clock.now())).toBe(1);
});
