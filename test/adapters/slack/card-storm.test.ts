import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incidentCardSyncJob } from '#capabilities/incidents/index.ts';
import type { StateStore } from '#database/state-store.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { SEVERITIES, type Severity } from '#kernel/severity.ts';
import type { JobContext, JobOutcome } from '#ports/job-queue.ts';
import { openTestState } from '../../support/state.ts';
import { createStrictSlack } from '../../support/strict-slack/strict-slack.ts';
import { incidentsOn, observe, seconds, T0 } from '../../capabilities/incidents/support.ts';
import { CHANNEL, createBoardFixture, createTestClock, emptyTables, signalChart } from './board-fixture.ts';

const INCIDENTS = 40;
const RUN_MS = 20;
const CONTEXT: JobContext = { id: '1', attempt: 1, isLastAttempt: false, signal: new AbortController().signal };

let state: StateStore;

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());

/** The cards of as many incidents as severities are given, each by its job, until all are shown. */
const runStorm = async (severities: readonly Severity[]) => {
  await emptyTables(state.db);
  const incidents = incidentsOn(state.db);
  await incidents.tick(
    seconds(60),
    severities.map((severity, index) => observe(`service-${index}`, T0, { severity })),
  );
  const opened = await state.db.selectFrom('incidents').select(['id', 'severity']).orderBy('severity').execute();
  const clock = createTestClock(seconds(61));
  const slack = createStrictSlack({ clock });
  const fixture = await createBoardFixture(state.db, { slack, clock });
  const count = { runs: 0, reads: 0 };
  const nothing = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const job = incidentCardSyncJob({
    db: state.db,
    clock,
    board: fixture.board,
    logger: nothing,
    readSignalChart: ({ service }) => {
      count.reads += 1;
      return Promise.resolve(signalChart({ service }));
    },
    readLatencyP99: () =>
      Promise.resolve({
        p99Ms: 4900,
        usualP99Ms: 210,
        n: 2310,
        evidence: { query: 'FROM logs', parameters: {}, window: { from: T0, to: seconds(60) }, columns: [], rows: [] },
      }),
  });
  // As the queue does it: what is due first runs first, the more urgent one of two that are due.
  const waiting = opened.map(({ id, severity }) => ({ id, rank: SEVERITIES.indexOf(severity), at: clock.now() }));
  while (waiting.length > 0 && count.runs < 10_000) {
    const due = waiting.filter(({ at }) => at <= clock.now());
    const [next] = (due.length > 0 ? due : waiting).toSorted((a, b) =>
      due.length > 0 ? a.rank - b.rank || a.at.getTime() - b.at.getTime() : a.at.getTime() - b.at.getTime(),
    );
    if (next === undefined) break;
    if (next.at > clock.now()) clock.set(next.at);
    const outcome: JobOutcome = await job.run({ incidentId: next.id }, CONTEXT);
    count.runs += 1;
    clock.advance(RUN_MS);
    waiting.splice(waiting.indexOf(next), 1);
    if (outcome.kind === 'delayed') waiting.push({ ...next, at: outcome.until });
  }
  const writes = slack.callsOf('chat.postMessage').length + slack.callsOf('chat.update').length;
  return { ...count, writes, tookMs: clock.now().getTime() - seconds(61).getTime(), slack, fixture };
};

const severityOf = (text: string): string => text.slice(0, 2);

describe('forty incidents at once', () => {
  it('cost three runs a card at most, and telemetry is read for what is then written alone', async () => {
    const storm = await runStorm(Array.from({ length: INCIDENTS }, () => 'P1'));
    expect(storm.slack.messages(CHANNEL)).toHaveLength(INCIDENTS);
    expect(storm.slack.problems).toEqual([]);
    // The card, and its chart.
    expect(storm.writes).toBe(2 * INCIDENTS);
    expect(storm.runs).toBeLessThanOrEqual(3 * INCIDENTS);
    expect(storm.reads).toBe(storm.writes);
    expect(storm.tookMs).toBeLessThan((storm.writes + 2) * SECOND_MS);
    expect(await state.db.selectFrom('slack_turns').selectAll().execute()).toEqual([]);
  }, 60_000);

  it('come the most severe first, chart and all, and the others lose little by it', async () => {
    const severities = ['P2', 'P1', 'P2', 'P1'] as const;
    const storm = await runStorm(Array.from({ length: INCIDENTS }, (_, index) => severities[index % 4] ?? 'P1'));
    expect(storm.slack.messages(CHANNEL).map(({ text }) => severityOf(text))).toEqual([
      ...Array.from({ length: INCIDENTS / 2 }, () => 'P1'),
      ...Array.from({ length: INCIDENTS / 2 }, () => 'P2'),
    ]);
    expect(storm.runs).toBeLessThanOrEqual(4 * INCIDENTS);
    expect(storm.reads).toBe(storm.writes);
    expect(storm.tookMs).toBeLessThan((storm.writes + 2) * SECOND_MS);
  }, 60_000);
});
