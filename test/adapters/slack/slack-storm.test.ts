import { expect, it, vi } from 'vitest';
import { createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import { createSlackIncidentBoard } from '#adapters/slack/slack-incident-board.ts';
import { systemClock } from '#kernel/clock.ts';
import { seededRandom } from '#kernel/random.ts';
import type { Severity } from '#kernel/severity.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';
import { openTestDatabase } from '../../support/state.ts';
import { openIncident } from '../../support/strict-slack/sample-incidents.ts';
import { createStrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { CHANNEL, createTestRenderer, insertIncidentRow } from './board-fixture.ts';

const SEVERITIES: readonly Severity[] = ['P4', 'P3', 'P3', 'P2', 'P1'];
const idOf = (index: number): string => `0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1e0${index}`;

it('shows P1 first, and each card once, when Slack asks again and again to write more slowly', async () => {
  const { stateStore, queuePool } = await openTestDatabase();
  const { db } = stateStore;
  const slack = createStrictSlack();
  slack.addChannel({ id: CHANNEL });
  const deps = { clock: systemClock, random: seededRandom(3), logger: recordingLogger(), metrics: recordingMetrics() };
  const board = createSlackIncidentBoard(
    {
      ...deps,
      db,
      slack: createSlackApi(deps, { botToken: slack.botToken, apiUrl: slack.apiUrl, fetch: slack.fetch }),
      chartRenderer: createTestRenderer(),
      onHealed: () => Promise.resolve(),
    },
    { channel: CHANNEL, fallbackChannel: null, dialect: 'slack' },
  );
  const views = SEVERITIES.map((severity, index) =>
    openIncident({ id: idOf(index), number: 300 + index, severity, folded: [], timeline: [] }),
  );
  for (const { id, number } of views) await insertIncidentRow(db, id, number);
  const jobQueue = await createBullmqJobQueue(deps, {
    connection: { kind: 'pglite', pool: queuePool },
    definitions: [
      {
        name: 'card.sync',
        queue: 'slack',
        parse: (payload) => payload as { readonly index: number },
        run: async ({ index }: { readonly index: number }) => {
          const outcome = await board.showIncident(views[index] as (typeof views)[number]);
          return outcome.kind === 'later' ? { kind: 'delayed', until: outcome.until } : { kind: 'done' };
        },
        attempts: 8,
        backoffMs: 100,
        timeoutMs: 10_000,
      },
    ],
  });
  // As the outbox does it: the worse the incident, the smaller the number.
  for (const [index, severity] of SEVERITIES.entries()) {
    await jobQueue.enqueue({ name: 'card.sync', payload: { index }, priority: Number(severity.slice(1)) });
  }
  slack.failNext(
    'chat.postMessage',
    ...Array.from({ length: 2 }, () => ({ kind: 'rate-limited', retryAfterSeconds: 1 }) as const),
  );
  await jobQueue.start();
  const texts = () => slack.messages(CHANNEL).map(({ text }) => text);
  await vi.waitFor(() => expect(texts()).toHaveLength(SEVERITIES.length), { timeout: 25_000, interval: 50 });
  await jobQueue.drain(5000);
  expect(texts()[0]).toContain('P1 ');
  expect(new Set(texts()).size).toBe(SEVERITIES.length);
  expect(
    slack.calls.filter(({ method, error }) => method === 'chat.postMessage' && error === 'ratelimited').length,
  ).toBeGreaterThanOrEqual(2);
  await stateStore.close();
});
