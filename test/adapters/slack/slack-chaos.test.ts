import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StateStore } from '#database/state-store.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { type Random, seededRandom } from '#kernel/random.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { openTestState } from '../../support/state.ts';
import {
  acknowledgedIncident,
  openIncident,
  recoveredIncident,
  resolvedIncident,
} from '../../support/strict-slack/sample-incidents.ts';
import { createStrictSlack, type Fault, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import {
  type BoardFixture,
  CHANNEL,
  createBoardFixture,
  createTestClock,
  emptyTables,
  insertIncidentRow,
  signalChart,
} from './board-fixture.ts';

let state: StateStore;

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  await emptyTables(state.db);
  await insertIncidentRow(state.db);
});

const TARGETS = [
  'chat.postMessage',
  'chat.update',
  'conversations.history',
  'conversations.replies',
  'files.getUploadURLExternal',
  'files.completeUploadExternal',
  'files.info',
  'upload',
] as const;

const FAULTS: readonly Fault[] = [
  { kind: 'rate-limited', retryAfterSeconds: 3 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'html' },
  { kind: 'lost-request' },
  { kind: 'lost-response' },
  { kind: 'cut-response' },
  { kind: 'hangs' },
  { kind: 'error', error: 'fatal_error' },
  { kind: 'error', error: 'internal_error' },
  { kind: 'error', error: 'is_archived' },
  { kind: 'error', error: 'token_revoked' },
];

const oneOf = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** As the job does it: again after a fault, later where the board asks for it. */
const runJob = async ({ board, clock }: BoardFixture, view: IncidentView): Promise<boolean> => {
  try {
    const outcome = await board.showIncident(view);
    if (outcome.kind === 'later') clock.set(new Date(Math.max(outcome.until.getTime(), clock.now().getTime())));
    if (outcome.kind === 'blocked') clock.advance(60 * SECOND_MS);
    return outcome.kind === 'shown';
  } catch (error) {
    if (!isAppError(error) || !error.isRetryable) throw error;
    clock.advance(SECOND_MS);
    return false;
  }
};

const expectOnce = (slack: StrictSlack, word: string): void => {
  expect(slack.messages(CHANNEL).map(({ text }) => text)).toEqual([expect.stringContaining(word)]);
  const thread = slack.messages(CHANNEL, slack.messages(CHANNEL)[0]?.ts).map(({ text }) => text);
  expect(thread).toHaveLength(new Set(thread).size);
  expect(thread).toHaveLength(5);
  expect(slack.problems).toEqual([]);
};

describe('no message twice, none lost', () => {
  it.each(Array.from({ length: 25 }, (_, index) => [index + 1]))(
    'whatever Slack answers to posts, edits, looks and uploads: seed %i',
    async (seed) => {
      const random = seededRandom(seed);
      const clock = createTestClock();
      const slack = createStrictSlack({ clock });
      const fixture = await createBoardFixture(state.db, { slack, clock });
      const chart = signalChart();
      for (const view of [openIncident({ chart }), acknowledgedIncident({ chart }), recoveredIncident({ chart })]) {
        for (let tries = 0; tries < 12; tries += 1) {
          for (const target of TARGETS) if (random() < 0.35) slack.failNext(target, oneOf(random, FAULTS));
          await runJob(fixture, view);
          if (random() < 0.3) clock.advance(random() * 20 * SECOND_MS);
        }
      }
      let isShown = false;
      for (let tries = 0; tries < 200 && !isShown; tries += 1)
        isShown = await runJob(fixture, resolvedIncident({ chart }));
      expect(isShown).toBe(true);
      expectOnce(slack, 'Resolved');
    },
  );

  const storms: Readonly<Record<string, Fault>> = {
    '429 to everything': { kind: 'rate-limited', retryAfterSeconds: 30 },
    '500 to everything': { kind: 'status', status: 500 },
    'no answer to anything': { kind: 'hangs' },
    'every answer lost': { kind: 'lost-response' },
  };
  for (const [name, fault] of Object.entries(storms)) {
    it(`${name} for ten minutes, then well again`, async () => {
      const clock = createTestClock();
      const slack = createStrictSlack({ clock });
      const fixture = await createBoardFixture(state.db, { slack, clock });
      for (const target of TARGETS) slack.failAlways(target, fault);
      const endAt = clock.now().getTime() + 600 * SECOND_MS;
      while (clock.now().getTime() < endAt) {
        await runJob(fixture, openIncident({ chart: signalChart() }));
        clock.advance(SECOND_MS);
      }
      for (const target of TARGETS) slack.failAlways(target, null);
      while (!(await runJob(fixture, resolvedIncident({ chart: signalChart() })))) continue;
      expectOnce(slack, 'Resolved');
    });
  }
});
