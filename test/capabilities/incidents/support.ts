import { callGraphOf, type CallGraph } from '#capabilities/topology/index.ts';
import {
  acknowledgeIncident,
  DEFAULT_INCIDENT_SETTINGS,
  type DetectionRecord,
  type IncidentSettings,
  recordDetection,
  reopenIncident,
  resolveIncident,
} from '#capabilities/incidents/index.ts';
import { keyOf } from '#capabilities/incidents/episode.ts';
import type { Episode } from '#capabilities/incidents/episode.ts';
import type { Database } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import type { AnomalyClosing, AnomalyObservation, Signal } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { Severity } from '#kernel/severity.ts';
import type { TimelineEvent } from '#ports/incident-board.ts';

export const T0 = new Date('2026-11-21T02:13:00.000Z');
export const seconds = (n: number): Date => addMs(T0, n * SECOND_MS);
export const minutes = (n: number): Date => addMs(T0, n * MINUTE_MS);

export const ANN: Actor = { kind: 'person', id: 'U01ANN', surface: 'slack' };
export const BEN: Actor = { kind: 'person', id: 'U02BEN', surface: 'rest' };

export const noMetrics = { increment: () => undefined };

export class FakeClock implements Clock {
  at = T0;
  now(): Date {
    return this.at;
  }
}

/** An error rate of 38 % that pages, seen at the time of the tick unless told otherwise. */
export const observe = (
  service: string,
  onsetAt: Date,
  changes: Partial<AnomalyObservation> & { readonly seenAt?: Date } = {},
): AnomalyObservation => {
  const { seenAt = addMs(onsetAt, MINUTE_MS), ...rest } = changes;
  const window = { from: addMs(seenAt, -5 * MINUTE_MS), to: seenAt };
  return {
    service,
    signal: 'error_rate',
    score: 10,
    severity: 'P1',
    isPaging: true,
    heldBy: null,
    lastMinute: null,
    calm: null,
    isFailingNow: true,
    isLargeEnough: true,
    isLearning: false,
    onsetAt,
    window,
    k: 882,
    n: 2310,
    baselineRate: 0.003,
    baselineBuckets: 12,
    expected: { low: 0, high: 0.01 },
    unit: 'requests',
    usualP99Ms: null,
    usualP50Ms: null,
    latencyKind: null,
    lastSeenAt: null,
    evidence: { query: 'FROM logs', parameters: { from: T0.toISOString() }, window, columns: ['n'], rows: [[2310]] },
    ...rest,
  };
};

/** A finding too small to page. */
export const small = (
  severity: 'P3' | 'P4',
  changes: Partial<AnomalyObservation> = {},
): Partial<AnomalyObservation> => ({
  severity,
  score: severity === 'P3' ? 2.7 : 2.1,
  isPaging: false,
  heldBy: 'the change is small',
  ...changes,
});

/** The last five minutes of its quiet window begin when it came back. */
export const close = (
  service: string,
  quietSince: Date,
  signal: Signal = 'error_rate',
  changes: Partial<AnomalyClosing> = {},
): AnomalyClosing => {
  const window = { from: quietSince, to: addMs(quietSince, 5 * MINUTE_MS) };
  return {
    service,
    signal,
    quietSince,
    isGone: false,
    window,
    k: 4,
    n: 2284,
    latencyKind: null,
    evidence: { query: 'FROM logs', parameters: {}, window, columns: ['n'], rows: [[2284]] },
    ...changes,
  };
};

export const episode = (service: string, onsetSeconds: number, changes: Partial<Episode> = {}): Episode => {
  const signal = changes.signal ?? 'error_rate';
  const isLive = (changes.quietSince ?? null) === null;
  return {
    id: `${service}-${signal}-${onsetSeconds}`,
    key: keyOf({ service, signal }),
    service,
    signal,
    onsetAt: seconds(onsetSeconds),
    quietSince: null,
    severity: isLive ? 'P1' : null,
    worstSeverity: 'P1',
    score: 10,
    k: 100,
    incidentId: null,
    isSubstantial: isLive,
    isFailingNow: isLive,
    canOpen: isLive,
    ...changes,
  };
};

/** "a>b" calls, "a-b" linked without a direction. All services have telemetry but the `unseen` ones. */
export const graphOf = (calls: readonly string[], unseen: readonly string[] = []): CallGraph => {
  const edges = calls.map((call) => {
    const [caller = '', callee = ''] = call.split(/[>-]/);
    return { caller, callee, calls: 10, isDirected: call.includes('>') };
  });
  const services = new Set(edges.flatMap((edge) => [edge.caller, edge.callee]));
  return callGraphOf(
    edges,
    [...services].filter((service) => !unseen.includes(service)),
  );
};

export const storeGraph = async (db: Database, calls: readonly string[], unseen: readonly string[] = []) => {
  const graph = graphOf(calls, unseen);
  await db
    .insertInto('call_graph_edges')
    .values(
      graph.edges.map((edge) => ({
        caller: edge.caller,
        callee: edge.callee,
        calls: edge.calls,
        is_directed: edge.isDirected,
        source: 'spans',
        last_seen_at: T0,
      })),
    )
    .execute();
  await db
    .insertInto('call_graph_refreshes')
    .values({ at: T0, services: JSON.stringify([...graph.services]), rows_read: 100 })
    .execute();
};

/** The incidents of one database, on one clock. */
export const incidentsOn = (db: Database, settings: Partial<IncidentSettings> = {}) => {
  const clock = new FakeClock();
  const deps = { db, clock, metrics: noMetrics };
  const recordDeps = { metrics: noMetrics, settings: { ...DEFAULT_INCIDENT_SETTINGS, ...settings } };
  return {
    clock,
    tick: (
      at: Date,
      observations: readonly AnomalyObservation[],
      closings: readonly AnomalyClosing[] = [],
    ): Promise<DetectionRecord> =>
      db.transaction().execute((trx) => recordDetection(recordDeps, trx, { at, observations, closings })),
    acknowledge: (number: number, actor: Actor, at?: Date) => {
      if (at) clock.at = at;
      return acknowledgeIncident(deps, { number }, actor);
    },
    resolve: (number: number, actor: Actor, at?: Date, resolution?: string) => {
      if (at) clock.at = at;
      return resolveIncident(deps, { number, ...(resolution === undefined ? {} : { resolution }) }, actor);
    },
    reopen: (number: number, actor: Actor, at?: Date) => {
      if (at) clock.at = at;
      return reopenIncident(deps, { number }, actor);
    },
  };
};

export const allIncidents = (db: Database) => db.selectFrom('incidents').selectAll().orderBy('number').execute();

export const incidentNumbered = (db: Database, number: number) =>
  db.selectFrom('incidents').selectAll().where('number', '=', number).executeTakeFirstOrThrow();

export const leadOf = async (db: Database, number: number): Promise<string> => {
  const { service } = await db
    .selectFrom('incidents')
    .innerJoin('anomalies', 'anomalies.id', 'incidents.lead_anomaly_id')
    .select('service')
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  return service;
};

export const membersOf = async (db: Database, number: number): Promise<readonly string[]> => {
  const rows = await db
    .selectFrom('anomalies')
    .innerJoin('incidents', 'incidents.id', 'anomalies.incident_id')
    .select(['service', 'signal'])
    .where('number', '=', number)
    .orderBy('service')
    .orderBy('signal')
    .execute();
  return rows.map(keyOf);
};

export const timelineOf = async (db: Database, number: number): Promise<readonly TimelineEvent[]> => {
  const rows = await db
    .selectFrom('timeline_entries')
    .innerJoin('incidents', 'incidents.id', 'timeline_entries.incident_id')
    .select('event')
    .where('number', '=', number)
    .orderBy('position')
    .execute();
  return rows.map((row) => row.event as TimelineEvent);
};

export const kindsOf = async (db: Database, number: number): Promise<readonly string[]> =>
  (await timelineOf(db, number)).map((event) => event.kind);

export const severityOf = async (db: Database, number: number): Promise<Severity> =>
  (await incidentNumbered(db, number)).severity;

export const cardSyncs = (db: Database) => db.selectFrom('outbox').selectAll().orderBy('id').execute();
