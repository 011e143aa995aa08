import { sql } from 'kysely';
import type { SlackApi } from '#adapters/slack/slack-api.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import { createSlackIncidentBoard } from '#adapters/slack/slack-incident-board.ts';
import type { Dialect } from '#adapters/slack/dialect.ts';
import type { Database } from '#database/state-store.ts';
import type { ChartRenderer, SignalChart } from '#ports/chart-renderer.ts';
import type { BoardOutcome, IncidentBoard, IncidentView } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { startStrictSlack, type StrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { at, INCIDENT_ID, ONSET } from '../../support/strict-slack/sample-incidents.ts';

export const CHANNEL = 'C01INCIDENTS';

export interface TestClock {
  now(): Date;
  advance(ms: number): void;
  set(at: Date): void;
}

export const createTestClock = (start = at('02:18')): TestClock => {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
    set: (date) => {
      now = date.getTime();
    },
  };
};

export interface Said {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export const createTestLogger = (): Logger & { readonly said: readonly Said[] } => {
  const said: Said[] = [];
  const keep =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void =>
      void said.push({ level, fields, message });
  return { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error'), said };
};

export const createTestMetrics = (): Metrics & { readonly counts: ReadonlyMap<string, number> } => {
  const counts = new Map<string, number>();
  return {
    increment: (name, labels = {}, by = 1) => {
      const key = `${name}{${Object.entries(labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(',')}}`;
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    observe: () => undefined,
    set: () => undefined,
    counts,
  };
};

export const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

export const createTestRenderer = (): ChartRenderer & { fail: Error | null; drawn: number } => ({
  fail: null,
  drawn: 0,
  renderSignal(): Promise<Uint8Array> {
    if (this.fail !== null) return Promise.reject(this.fail);
    this.drawn += 1;
    return Promise.resolve(PNG);
  },
  renderCalls(): Promise<Uint8Array> {
    return this.fail === null ? Promise.resolve(PNG) : Promise.reject(this.fail);
  },
  renderWaterfall(): Promise<Uint8Array> {
    return this.fail === null ? Promise.resolve(PNG) : Promise.reject(this.fail);
  },
  renderAnswer(): Promise<Uint8Array> {
    return this.fail === null ? Promise.resolve(PNG) : Promise.reject(this.fail);
  },
});

export const signalChart = (changes: Partial<SignalChart> = {}): SignalChart => ({
  service: 'payment-service',
  signal: 'error_rate',
  unit: 'percent',
  severity: 'P1',
  points: [
    { at: at('02:12'), value: 0.3, low: 0, high: 0.9, isOutOfBand: false },
    { at: at('02:17'), value: 38.2, low: 0, high: 0.9, isOutOfBand: true },
  ],
  onsetAt: ONSET,
  value: 38.2,
  sampleSize: 2310,
  sampleMinutes: 5,
  rowUnit: 'requests',
  expected: 0.3,
  recoveredAt: null,
  noDataSince: null,
  ...changes,
});

export interface BoardFixture {
  readonly slack: StrictSlack;
  readonly api: SlackApi;
  readonly db: Database;
  readonly clock: TestClock;
  readonly logger: ReturnType<typeof createTestLogger>;
  readonly metrics: ReturnType<typeof createTestMetrics>;
  readonly renderer: ReturnType<typeof createTestRenderer>;
  readonly board: IncidentBoard;
  /** How often cards that gave up were asked for again. */
  readonly healed: { readonly times: number };
  /** A second instance on the same database. */
  anotherBoard(): IncidentBoard;
  /** Calls the board as its job does until all is shown; returns how often. */
  showAll(view: IncidentView, board?: IncidentBoard): Promise<number>;
}

const MOST_CALLS = 60;

export const createBoardFixture = async (
  db: Database,
  options: {
    readonly dialect?: Dialect;
    readonly channel?: string;
    readonly fallbackChannel?: string;
    readonly clock?: TestClock;
    /** On the same clock; a served one of its own by default. */
    readonly slack?: StrictSlack;
  } = {},
): Promise<BoardFixture> => {
  const clock = options.clock ?? createTestClock();
  const dialect = options.dialect ?? 'slack';
  const slack = options.slack ?? (await startStrictSlack({ clock, dialect }));
  slack.addChannel({ id: CHANNEL, name: 'incidents' });
  const { botToken, apiUrl } = slack;
  // A served one is reached through the network.
  const wire = { botToken, apiUrl, ...(options.slack === undefined ? {} : { fetch: slack.fetch }) };
  const logger = createTestLogger();
  const metrics = createTestMetrics();
  const renderer = createTestRenderer();
  const healed = { times: 0 };
  const newBoard = (): IncidentBoard => {
    const api = createSlackApi({ clock, logger, metrics }, wire);
    return createSlackIncidentBoard(
      {
        db,
        clock,
        slack: api,
        chartRenderer: renderer,
        logger,
        metrics,
        onHealed: () => {
          healed.times += 1;
          return Promise.resolve();
        },
      },
      { channel: options.channel ?? CHANNEL, fallbackChannel: options.fallbackChannel ?? null, dialect },
    );
  };
  const board = newBoard();
  return {
    slack,
    api: createSlackApi({ clock, logger, metrics }, wire),
    db,
    clock,
    logger,
    metrics,
    renderer,
    board,
    healed,
    anotherBoard: newBoard,
    showAll: async (view, on = board) => {
      for (let calls = 1; calls <= MOST_CALLS; calls += 1) {
        const outcome: BoardOutcome = await on.showIncident(view);
        if (outcome.kind === 'shown') return calls;
        if (outcome.kind === 'blocked') throw new Error('blocked');
        if (outcome.until.getTime() > clock.now().getTime()) clock.set(outcome.until);
      }
      throw new Error(`not shown after ${MOST_CALLS} calls`);
    },
  };
};

/** What slack_posts and slack_files refer to. */
export const insertIncidentRow = async (db: Database, id = INCIDENT_ID, number = 142): Promise<void> => {
  await db
    .insertInto('incidents')
    .values({
      id,
      number,
      state: 'open',
      severity: 'P1',
      lead_anomaly_id: null,
      opened_at: at('02:15'),
      first_onset_at: ONSET,
      last_onset_at: ONSET,
      acknowledged_at: null,
      acknowledged_by: null,
      resolved_at: null,
      resolved_by: null,
      resolution: null,
      recovered_at: null,
      previous_incident_id: null,
      possibly_same_as_id: null,
      updated_at: at('02:15'),
    })
    .execute();
};

export const emptyTables = async (db: Database): Promise<void> => {
  await sql`TRUNCATE app.slack_channels, app.slack_turns, app.slack_posts, app.slack_files, app.slack_requests, app.notices, app.incidents CASCADE`.execute(
    db,
  );
};
