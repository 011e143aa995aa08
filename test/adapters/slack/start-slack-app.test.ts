import { describe, expect, it } from 'vitest';
import { createSlackApp, type SlackApp } from '#adapters/slack/create-slack-app.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import { startStrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { createTestReceiver } from '../../support/strict-slack/test-receiver.ts';
import { createTestClock, createTestLogger, createTestMetrics, createTestRenderer } from './board-fixture.ts';

const never = (): Promise<never> => Promise.reject(new Error('not asked in this test'));

const createApp = async (
  botToken: string,
): Promise<{
  app: SlackApp;
  logger: ReturnType<typeof createTestLogger>;
  slack: Awaited<ReturnType<typeof startStrictSlack>>;
}> => {
  const clock = createTestClock();
  const slack = await startStrictSlack({ clock });
  const logger = createTestLogger();
  const metrics = createTestMetrics();
  const app = createSlackApp(
    {
      chartRenderer: createTestRenderer(),
      commands: {
        acknowledge: never,
        resolve: never,
        reopen: never,
        accept: never,
        listOpenIncidents: never,
        findIncidentView: never,
        runQuery: never,
        readPatterns: never,
        readTrace: never,
        readServiceCalls: never,
        readSlowSpans: never,
        checkTypedQuery: () => [],
        understandQuestion: never,
        understandLogRequest: never,
        readServiceNames: never,
        readStatus: never,
      },
      slack: createSlackApi({ clock, logger, metrics }, { botToken, apiUrl: slack.apiUrl }),
      db: undefined as never,
      clock,
      logger,
      metrics,
      receiver: createTestReceiver(slack).receiver,
    },
    {
      connection: { kind: 'socket', appToken: 'xapp-test' },
      botToken,
      apiUrl: slack.apiUrl,
      channel: '#incidents',
      dialect: 'slack',
      allowGuests: false,
      allowExternalChannels: false,
    },
  );
  return { app, logger, slack };
};

describe('the start', () => {
  it('stops with a clear sentence when Slack does not know the token', async () => {
    const { app, slack } = await createApp('xoxb-wrong');
    await expect(app.start()).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('token') as string,
    });
    await slack.stop();
  });

  it('goes on when Slack cannot be reached, and says so', async () => {
    const { app, logger, slack } = await createApp('xoxb-strict');
    await slack.stop();
    await app.start();
    expect(logger.said.map((line) => line.message)).toContain('Slack cannot be reached yet; Sentinel keeps trying');
    await app.stop();
  });

  it('asks Slack for nothing but whether the token is right', async () => {
    const { app, slack } = await createApp('xoxb-strict');
    await app.start();
    expect(slack.calls.map((call) => call.method)).toEqual(['auth.test']);
    await app.stop();
    await slack.stop();
  });
});
