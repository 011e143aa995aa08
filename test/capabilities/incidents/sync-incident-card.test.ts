import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { incidentCardSyncJob, readIncidentView, type SyncIncidentCardDeps } from '#capabilities/incidents/index.ts';
import type { StateStore } from '#database/state-store.ts';
import { SENTINEL } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { SignalChart } from '#ports/chart-renderer.ts';
import type { BoardOutcome, IncidentView } from '#ports/incident-board.ts';
import type { JobContext } from '#ports/job-queue.ts';
import { openTestState } from '../../support/state.ts';
import {
  ANN,
  BEN,
  close,
  incidentNumbered,
  incidentsOn,
  minutes,
  observe,
  seconds,
  small,
  storeGraph,
  T0,
} from './support.ts';

let state: StateStore;
let incidents: ReturnType<typeof incidentsOn>;

beforeEach(async () => {
  state = await openTestState();
  incidents = incidentsOn(state.db);
});
afterEach(() => state.close());

const view = async (number: number): Promise<IncidentView> => {
  const { id } = await incidentNumbered(state.db, number);
  const read = await readIncidentView({ db: state.db }, id);
  if (!read) throw new Error('no such incident');
  return read;
};

describe('the view of an incident', () => {
  it('holds lead, folded anomalies worst first, reasons and evidence', async () => {
    await storeGraph(state.db, ['gateway>order', 'order>payment']);
    await incidents.tick(seconds(70), [
      observe('gateway', seconds(40), { severity: 'P2', score: 4.7 }),
      observe('order', seconds(20)),
      observe('payment', T0),
    ]);
    const read = await view(1);
    expect(read).toMatchObject({
      number: 1,
      state: 'open',
      severity: 'P1',
      openedAt: seconds(70),
      waitingSince: seconds(70),
      onsetAt: T0,
      acknowledged: null,
      resolved: null,
      recoveredAt: null,
      reopened: null,
      raised: null,
      responders: [],
      previousIncident: null,
      possiblySameAs: null,
      noDataSince: null,
      pager: null,
      chart: null,
      gaps: [],
    });
    expect(read.lead).toMatchObject({
      ...observe('payment', T0),
      peakScore: 10,
      peakRate: 882 / 2310,
      firstTickAt: seconds(70),
      foldReason: null,
      p99Ms: null,
    });
    expect(read.folded.map((anomaly) => [anomaly.service, anomaly.foldReason?.path])).toEqual([
      ['order', ['order', 'payment']],
      ['gateway', ['gateway', 'order', 'payment']],
    ]);
    expect(read.timeline.map((entry) => [entry.actor, entry.event.kind, entry.at])).toEqual([
      [SENTINEL, 'opened', seconds(70)],
      [SENTINEL, 'anomaly-folded', seconds(70)],
      [SENTINEL, 'anomaly-folded', seconds(70)],
    ]);
  });

  it('holds who did what: first acknowledger, responders, resolver, reopener, rise', async () => {
    await incidents.tick(seconds(60), [observe('payment', T0, { severity: 'P2', score: 4 })]);
    await incidents.tick(seconds(90), [observe('payment', T0)]);
    await incidents.acknowledge(1, ANN, minutes(2));
    await incidents.acknowledge(1, BEN, minutes(3));
    expect(await view(1)).toMatchObject({
      state: 'acknowledged',
      acknowledged: { by: ANN, at: minutes(2) },
      responders: [BEN],
      raised: { at: seconds(90), from: 'P2', to: 'P1', fromScore: 4, toScore: 10 },
    });
    await incidents.resolve(1, BEN, minutes(4), 'restart');
    expect(await view(1)).toMatchObject({
      state: 'resolved',
      acknowledged: { by: ANN },
      resolved: { by: BEN, at: minutes(4), resolution: 'restart' },
    });
    await incidents.tick(minutes(6), [observe('payment', T0)]);
    expect(await view(1)).toMatchObject({
      state: 'open',
      resolved: null,
      reopened: { by: SENTINEL, at: minutes(6), afterMs: 2 * MINUTE_MS },
      responders: [],
    });
    await incidents.resolve(1, BEN, minutes(7));
    expect((await view(1)).reopened).toBeNull();
  });

  it('shows the numbers after the recovery, and reads dates of the timeline as dates', async () => {
    await incidents.tick(seconds(60), [observe('payment', T0)]);
    await incidents.tick(minutes(10), [], [close('payment', minutes(5))]);
    const read = await view(1);
    expect(read.recoveredAt).toEqual(minutes(5));
    expect(read.lead).toMatchObject({
      k: 4,
      n: 2284,
      quietSince: minutes(5),
      severity: null,
      worstSeverity: 'P1',
      window: { from: minutes(5), to: minutes(10) },
    });
    expect(read.timeline.at(-1)?.event).toEqual({ kind: 'recovered', quietSince: minutes(5) });
  });

  it('shows a signal that fired again once, as its newest episode', async () => {
    await storeGraph(state.db, ['order>payment']);
    await incidents.tick(seconds(60), [observe('payment', T0), observe('order', T0)]);
    await incidents.tick(minutes(10), [observe('payment', T0)], [close('order', minutes(5))]);
    await incidents.tick(minutes(12), [observe('payment', T0), observe('order', minutes(11))]);
    const read = await view(1);
    expect(read.folded.map((anomaly) => [anomaly.service, anomaly.quietSince])).toEqual([['order', null]]);
    expect(read.folded[0]?.foldReason).toEqual({ kind: 're-fired', path: ['order'] });
  });

  it('names the incident before it, the one it may share its cause with, and a service that went silent', async () => {
    await storeGraph(state.db, ['gateway>catalog', 'gateway>payment']);
    const siblings = [observe('catalog', T0), observe('payment', T0)];
    await incidents.tick(seconds(60), siblings);
    await incidents.tick(seconds(120), [...siblings, observe('gateway', seconds(60))]);
    expect((await view(2)).possiblySameAs).toBe(1);
    const silence = observe('payment', minutes(4), {
      ...small('P3'),
      signal: 'silence',
      k: 0,
      n: 0,
      lastSeenAt: minutes(4),
    });
    await incidents.tick(minutes(6), [...siblings, silence]);
    expect((await view(2)).noDataSince).toEqual(minutes(4));
    await incidents.resolve(1, ANN, minutes(8));
    expect((await view(2)).possiblySameAs).toBeNull();
    await incidents.tick(minutes(60), [], [close('catalog', minutes(9))]);
    await incidents.tick(minutes(61), [observe('catalog', minutes(60))]);
    expect((await view(3)).previousIncident).toBe(1);
  });

  it('is null for an incident that does not exist', async () => {
    expect(await readIncidentView({ db: state.db }, '00000000-0000-4000-8000-000000000000')).toBeNull();
  });
});

describe('the job that shows it', () => {
  const CHART = { service: 'payment', signal: 'error_rate', points: [] } as unknown as SignalChart;
  const P99_EVIDENCE = {
    query: 'FROM logs | STATS p99 = PERCENTILE(duration_ms, 99)',
    parameters: { service: 'payment' },
    window: { from: T0, to: minutes(1) },
    columns: ['p99'],
    rows: [[4900]],
  };
  const context: JobContext = { id: '1', attempt: 1, isLastAttempt: false, signal: new AbortController().signal };

  const jobWith = (changes: Partial<SyncIncidentCardDeps> = {}, outcome: BoardOutcome = { kind: 'shown' }) => {
    const shown: IncidentView[] = [];
    const warnings: string[] = [];
    const nothing = () => undefined;
    const job = incidentCardSyncJob({
      db: state.db,
      clock: incidents.clock,
      board: {
        askTurn: () => Promise.resolve({ kind: 'now' }),
        showIncident: (incident) => {
          shown.push(incident);
          return Promise.resolve(outcome);
        },
      },
      readSignalChart: () => Promise.resolve(CHART),
      readLatencyP99: () => Promise.resolve({ p99Ms: 4900, usualP99Ms: 210, n: 2310, evidence: P99_EVIDENCE }),
      logger: { debug: nothing, info: nothing, error: nothing, warn: (_, message) => warnings.push(message) },
      ...changes,
    });
    return { job, shown, warnings };
  };

  const payloadOf = async (number: number) => ({ incidentId: (await incidentNumbered(state.db, number)).id });

  it('shows the present state with chart and p99, and again the same when run twice', async () => {
    await incidents.tick(seconds(60), [observe('payment', T0)]);
    const { job, shown } = jobWith();
    const payload = job.parse(await payloadOf(1));
    expect(await job.run(payload, context)).toEqual({ kind: 'done' });
    expect(await job.run(payload, context)).toEqual({ kind: 'done' });
    expect(shown[0]).toMatchObject({ number: 1, chart: CHART, lead: { p99Ms: 4900, usualP99Ms: 210 }, gaps: [] });
    expect(shown[1]).toEqual(shown[0]);
  });

  it('keeps the query that the p99 of the card was read by, the latest one', async () => {
    await incidents.tick(seconds(60), [observe('payment', T0)]);
    const readsOf = () => state.db.selectFrom('display_reads').selectAll().execute();
    const stored = (evidence: typeof P99_EVIDENCE): unknown => JSON.parse(JSON.stringify(evidence));
    const payload = await payloadOf(1);
    incidents.clock.at = minutes(1);
    await jobWith().job.run(payload, context);
    expect(await readsOf()).toEqual([
      { incident_id: payload.incidentId, read_at: minutes(1), evidence: stored(P99_EVIDENCE) },
    ]);
    const later = { ...P99_EVIDENCE, rows: [[3100]] };
    incidents.clock.at = minutes(2);
    const answer = { p99Ms: 3100, usualP99Ms: 210, n: 2310, evidence: later };
    await jobWith({ readLatencyP99: () => Promise.resolve(answer) }).job.run(payload, context);
    expect(await readsOf()).toEqual([
      { incident_id: payload.incidentId, read_at: minutes(2), evidence: stored(later) },
    ]);
  });

  it('sends the card without chart and p99 when telemetry does not answer, and says so', async () => {
    await incidents.tick(seconds(60), [observe('payment', T0)]);
    const fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'x' });
    const { job, shown, warnings } = jobWith({
      readSignalChart: () => Promise.reject(fault),
      readLatencyP99: () => Promise.reject(fault),
    });
    expect(await job.run(await payloadOf(1), context)).toEqual({ kind: 'done' });
    expect(shown[0]).toMatchObject({
      chart: null,
      lead: { p99Ms: null },
      gaps: [
        'The chart could not be drawn: telemetry did not answer.',
        'p99 could not be read: telemetry did not answer.',
      ],
    });
    expect(warnings).toHaveLength(2);
  });

  it('asks for no chart of a silence', async () => {
    await incidents.tick(minutes(3), [observe('payment', T0, { signal: 'silence', k: 0, n: 0, lastSeenAt: T0 })]);
    const refuse = () => Promise.reject(new Error('asked'));
    const { job, shown } = jobWith({ readSignalChart: refuse, readLatencyP99: refuse });
    await job.run(await payloadOf(1), context);
    expect(shown[0]).toMatchObject({ chart: null, gaps: [], lead: { signal: 'silence' } });
  });

  it('asks for the chart of matching lines, and for no p99', async () => {
    const matched = { words: [{ word: 'ERROR', count: 3 }], lastLine: 'ERROR', lastAt: T0, arrivedAt: T0 };
    const lines = { signal: 'log_match', severity: 'P3', score: 0, k: 3, n: 3, matched } as const;
    await incidents.tick(minutes(3), [observe('payment', T0, lines)]);
    const asked: string[] = [];
    const { job, shown } = jobWith({
      readSignalChart: ({ signal }) => {
        asked.push(signal);
        return Promise.resolve(null);
      },
      readLatencyP99: () => Promise.reject(new Error('asked')),
    });
    await job.run(await payloadOf(1), context);
    expect(asked).toEqual(['log_match']);
    expect(shown[0]).toMatchObject({ severity: 'P3', gaps: [], lead: { signal: 'log_match', matched } });
  });

  it('comes back when the board says so, ends when it takes nothing, and fails when it fails', async () => {
    await incidents.tick(seconds(60), [observe('payment', T0)]);
    const later = jobWith({}, { kind: 'later', until: minutes(2) });
    expect(await later.job.run(await payloadOf(1), context)).toEqual({ kind: 'delayed', until: minutes(2) });
    // Housekeeping asks again; attempts would be wasted on a channel that is archived.
    const blocked = jobWith({}, { kind: 'blocked' });
    expect(await blocked.job.run(await payloadOf(1), context)).toEqual({ kind: 'done' });
    const broken = jobWith({
      board: {
        askTurn: () => Promise.resolve({ kind: 'now' }),
        showIncident: () => Promise.reject(new Error('Slack is down')),
      },
    });
    await expect(broken.job.run(await payloadOf(1), context)).rejects.toThrow('Slack is down');
  });

  it('reads nothing from telemetry while the board asks it to come later', async () => {
    await incidents.tick(seconds(60), [observe('payment', T0)]);
    const refuse = () => Promise.reject(new Error('asked'));
    const { job, shown, warnings } = jobWith({
      board: {
        askTurn: () => Promise.resolve({ kind: 'later', until: minutes(3) }),
        showIncident: refuse,
      },
      readSignalChart: refuse,
      readLatencyP99: refuse,
    });
    expect(await job.run(await payloadOf(1), context)).toEqual({ kind: 'delayed', until: minutes(3) });
    expect([shown, warnings]).toEqual([[], []]);
  });

  it('is one job an incident, refuses a payload that is none, and ends for an incident that is gone', async () => {
    const { job, shown, warnings } = jobWith();
    const incidentId = '3f1c2c1a-7f0e-4b52-9d0e-0c8b52a4f6aa';
    expect(job.deduplicationKey?.({ incidentId })).toBe(incidentId);
    expect(() => job.parse({ incidentId: 'INC-1' })).toThrow();
    expect(await job.run({ incidentId }, context)).toEqual({ kind: 'done' });
    expect(shown).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});
