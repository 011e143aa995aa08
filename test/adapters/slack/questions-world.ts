import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createVegaChartRenderer } from '#adapters/charts/vega-chart-renderer.ts';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { createSlackApp } from '#adapters/slack/create-slack-app.ts';
import type { Dialect } from '#adapters/slack/dialect.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import {
  checkTypedQuery,
  createKnownNames,
  limitAskers,
  runQuery,
  understandLogRequest,
  understandQuestion,
} from '#capabilities/log-query/index.ts';
import { readPatterns } from '#capabilities/patterns/index.ts';
import type { StateStore } from '#database/state-store.ts';
import { HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import type { LanguageModel } from '#ports/language-model.ts';
import type { LogRecord, TelemetryStore } from '#ports/telemetry-store.ts';
import { openTestState } from '../../support/state.ts';
import { openIncident } from '../../support/strict-slack/sample-incidents.ts';
import { startStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { createTestReceiver, type Delivery, type TestReceiver } from '../../support/strict-slack/test-receiver.ts';
import { recordingCommands } from './app-world.ts';
import {
  CHANNEL,
  createTestClock,
  createTestLogger,
  createTestMetrics,
  emptyTables,
  insertIncidentRow,
  type TestClock,
} from './board-fixture.ts';

export const ASKER = 'U01YOU';
export const THREAD = '1795227300.000001';

export interface QuestionsWorld {
  readonly slack: StrictSlack;
  readonly clock: TestClock;
  readonly telemetryStore: TelemetryStore;
  readonly receiver: TestReceiver;
  say(text: string, from?: { user?: string; threadTs?: string }): Promise<Delivery>;
  click(actionId: string, value: string, from?: { user?: string; threadTs?: string }): Promise<Delivery>;
  choose(value: string): Promise<Delivery>;
  /** A second instance on the same stores. */
  another(): TestReceiver;
  stop(): Promise<void>;
}

export interface QuestionsOptions {
  readonly atOnce?: number;
  readonly perMinute?: number;
  readonly dialect?: Dialect;
  readonly model?: LanguageModel;
}

export interface UsedQuestionsWorld extends Omit<QuestionsWorld, 'stop'> {
  /** A world that differs, in place of this one. */
  reopen(options: QuestionsOptions): Promise<void>;
  /** The card of INC-142 is the first message of a thread. */
  putIncidentThread(): Promise<void>;
}

/** A world of its own for each test of a file, on one state store; what Slack would object to fails the test. */
export const useQuestionsWorld = (): UsedQuestionsWorld => {
  let state: StateStore;
  let world: QuestionsWorld;
  beforeAll(async () => {
    state = await openTestState();
  });
  afterAll(() => state.close());
  beforeEach(async () => {
    world = await openQuestionsWorld(state);
  });
  afterEach(async () => {
    await world.stop();
    expect(world.slack.problems).toEqual([]);
  });
  return {
    get slack() {
      return world.slack;
    },
    get clock() {
      return world.clock;
    },
    get telemetryStore() {
      return world.telemetryStore;
    },
    get receiver() {
      return world.receiver;
    },
    say: (...said) => world.say(...said),
    click: (...clicked) => world.click(...clicked),
    choose: (value) => world.choose(value),
    another: () => world.another(),
    reopen: async (options) => {
      await world.stop();
      world = await openQuestionsWorld(state, options);
    },
    putIncidentThread: () => putIncidentThread(world, state),
  };
};

export const log = (clock: TestClock, minutesAgo: number, changes: Partial<LogRecord> = {}): LogRecord => ({
  timestampMs: clock.now().getTime() - minutesAgo * MINUTE_MS,
  service: 'payment-service',
  level: 'error',
  message: 'timed out waiting for connection after 5000 ms',
  durationMs: 5000,
  traceId: null,
  spanId: null,
  statusCode: 500,
  host: null,
  ...changes,
});

/** Sentinel's answers to questions on real stores; only Slack is a strict fake. */
const openQuestionsWorld = async (state: StateStore, options: QuestionsOptions = {}): Promise<QuestionsWorld> => {
  await emptyTables(state.db);
  await state.db.deleteFrom('slack_answers').execute();
  const clock = createTestClock();
  const dialect = options.dialect ?? 'slack';
  const slack = await startStrictSlack({ clock, dialect });
  slack.addChannel({ id: CHANNEL });
  slack.addUser({ id: ASKER, tz: 'Europe/Berlin' });
  slack.addUser({ id: 'U0GUEST', is_restricted: true });
  const logger = createTestLogger();
  const metrics = createTestMetrics();
  const telemetryStore = await openDuckdbTelemetryStore(
    { clock, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
  await telemetryStore.append({
    logs: [
      ...Array.from({ length: 30 }, (_, index) => log(clock, 1 + index)),
      log(clock, 5, { service: 'gateway', level: 'info', message: 'ok', statusCode: 200 }),
      log(clock, 200, { service: 'checkout', message: 'charge failed' }),
    ],
  });
  const ground = { telemetryStore, clock };
  const knownNames = createKnownNames(ground);
  const translator = options.model === undefined ? null : { model: options.model, instructions: 'Translate.' };
  const limitAsking = limitAskers({ clock }, { atOnce: options.atOnce ?? 3, perMinute: options.perMinute ?? 30 });
  const english = {
    ...ground,
    knownNames,
    logger,
    translator,
    limitAsking,
    failedExpression: 'status_code >= 500',
  };
  const start = (): TestReceiver => {
    const receiver = createTestReceiver(slack);
    const { botToken, apiUrl } = slack;
    createSlackApp(
      {
        commands: {
          ...recordingCommands([]),
          findIncidentView: (number) => Promise.resolve(number === 142 ? openIncident() : null),
          runQuery: (input, actor) =>
            limitAsking(actor, () =>
              runQuery(
                { ...ground, limits: { maxRows: 1000, timeoutMs: 10_000 }, keptMs: { logs: 24 * HOUR_MS } },
                input,
                actor,
              ),
            ),
          checkTypedQuery: (text) => checkTypedQuery(telemetryStore, text),
          readPatterns: (input, actor) =>
            limitAsking(actor, () => readPatterns({ ...ground, random: () => 0.5, logsKeptMs: null }, input)),
          understandQuestion: (question, actor) => understandQuestion(english, question, actor),
          readServiceNames: async () => (await knownNames.read()).services,
          understandLogRequest: (request) => understandLogRequest(english, request),
        },
        chartRenderer: createVegaChartRenderer(),
        slack: createSlackApi({ clock, logger, metrics }, { botToken, apiUrl }),
        db: state.db,
        clock,
        logger,
        metrics,
        receiver: receiver.receiver,
      },
      {
        connection: { kind: 'socket', appToken: 'xapp-test' },
        botToken,
        apiUrl,
        channel: CHANNEL,
        dialect,
        allowGuests: false,
        allowExternalChannels: false,
      },
    );
    return receiver;
  };
  const receiver = start();
  return {
    slack,
    clock,
    telemetryStore,
    receiver,
    say: (text, from = {}) => receiver.command({ text, user: ASKER, channel: CHANNEL, ...from }),
    click: (actionId, value, from = {}) => receiver.click({ actionId, value, user: ASKER, channel: CHANNEL, ...from }),
    choose: (value) => receiver.click({ actionId: 'query.more', value, user: ASKER, channel: CHANNEL, isChoice: true }),
    another: start,
    stop: async () => {
      await telemetryStore.close();
      await slack.stop();
    },
  };
};

const putIncidentThread = async ({ slack }: QuestionsWorld, state: StateStore): Promise<void> => {
  await insertIncidentRow(state.db);
  await state.db
    .insertInto('slack_posts')
    .values({
      key: 'incident-card:x',
      incident_id: openIncident().id,
      channel: CHANNEL,
      thread_ts: null,
      mark: 'x',
      attempted_at: openIncident().openedAt,
      ts: THREAD,
      posted_at: openIncident().openedAt,
      updated_at: null,
      content_hash: null,
      trouble: null,
    })
    .execute();
  slack.setChannel(CHANNEL, {
    messages: [{ ts: THREAD, threadTs: null, text: 'INC-142', blocks: [], editedTimes: 0 }],
  });
};

/** All that one person was answered, as plain text. */
export const shown = (delivery: Delivery): string =>
  delivery.responses
    .map((response) => textsOf(response['blocks']).join('\n'))
    .join('\n')
    .replaceAll('\u00a0', ' ');

export const textsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    key === 'text' && typeof item === 'string' ? [item] : textsOf(item),
  );
};

export interface Control {
  readonly action_id: string;
  readonly value?: string;
  readonly text?: { readonly text: string };
  readonly options?: readonly { readonly text: { readonly text: string }; readonly value: string }[];
}

export const controls = (delivery: Delivery): readonly Control[] =>
  delivery.responses.flatMap((response) =>
    (response['blocks'] as readonly { readonly type: string; readonly elements?: readonly Control[] }[])
      .filter(({ type }) => type === 'actions')
      .flatMap(({ elements = [] }) => elements),
  );

export const valueOf = (delivery: Delivery, label: string): string => {
  const all = controls(delivery).flatMap(({ value, text, options = [] }) => [
    { label: text?.text, value },
    ...options.map((option) => ({ label: option.text.text, value: option.value })),
  ]);
  return all.find((control) => control.label === label)?.value ?? `no control ${label}`;
};
