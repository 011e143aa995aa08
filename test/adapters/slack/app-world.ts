import type { Receiver } from '@slack/bolt';
import { createSlackApp, type SlackApp, type SlackAppSettings } from '#adapters/slack/create-slack-app.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import type { SlackCommands } from '#adapters/slack/listeners/listener-deps.ts';
import type { Database } from '#database/state-store.ts';
import type { StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { esqlOnly, readings, summary } from './app-fixture.ts';
import {
  CHANNEL,
  type createTestClock,
  createTestLogger,
  createTestMetrics,
  createTestRenderer,
} from './board-fixture.ts';

export const SIGNING_SECRET = '0123456789abcdef0123456789abcdef';

/** What people asked for, in the order in which it was done. */
export const recordingCommands = (called: string[]): SlackCommands => ({
  acknowledge: (number, actor) => {
    called.push(`acknowledge ${number} ${actor.kind === 'person' ? actor.id : ''}`);
    return Promise.resolve({ kind: 'acknowledged', incident: summary() });
  },
  resolve: (number, resolution) => {
    called.push(`resolve ${number} “${resolution ?? ''}”`);
    return Promise.resolve({ kind: 'resolved', incident: summary({ state: 'resolved' }), isStillFailing: false });
  },
  reopen: (number) => {
    called.push(`reopen ${number}`);
    return Promise.resolve({ kind: 'reopened', incident: summary() });
  },
  accept: (service) => Promise.resolve({ kind: 'nothing-to-accept', service, signals: [], services: [] }),
  listOpenIncidents: () => {
    called.push('list');
    return Promise.resolve({ incidents: [summary()], total: 1 });
  },
  findIncidentView: () => Promise.resolve(null),
  runQuery: () => Promise.resolve({ kind: 'failed', userMessage: 'The telemetry store did not answer within 10 s.' }),
  ...readings,
  ...esqlOnly,
});

export interface TestApp {
  readonly app: SlackApp;
  readonly logger: ReturnType<typeof createTestLogger>;
  readonly metrics: ReturnType<typeof createTestMetrics>;
}

/** Sentinel's Slack app on a strict Slack, in HTTP mode unless told otherwise. */
export const createTestApp = (
  deps: {
    readonly slack: StrictSlack;
    readonly db: Database;
    readonly clock: ReturnType<typeof createTestClock>;
    readonly commands: SlackCommands;
    readonly receiver?: Receiver;
  },
  connection: SlackAppSettings['connection'] = { kind: 'http', signingSecret: SIGNING_SECRET },
): TestApp => {
  const logger = createTestLogger();
  const metrics = createTestMetrics();
  const { botToken, apiUrl } = deps.slack;
  const app = createSlackApp(
    {
      ...deps,
      slack: createSlackApi({ ...deps, logger, metrics }, { botToken, apiUrl }),
      chartRenderer: createTestRenderer(),
      logger,
      metrics,
    },
    {
      connection,
      botToken,
      apiUrl,
      channel: CHANNEL,
      dialect: 'slack',
      allowGuests: false,
      allowExternalChannels: false,
    },
  );
  return { app, logger, metrics };
};
