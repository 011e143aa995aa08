import type { Actor } from '#kernel/actor.ts';
import type { AnomalyView, IncidentView, TimelineEntry } from '#ports/incident-board.ts';

/** 2026-11-21 02:13:00 UTC: when the sample fault begins. */
export const ONSET = new Date('2026-11-21T02:13:00Z');

export const at = (clock: string): Date => new Date(`2026-11-21T${clock.length === 5 ? `${clock}:00` : clock}Z`);

export const RESPONDER: Actor = { kind: 'person', id: 'U01YOU', surface: 'slack' };
export const SECOND: Actor = { kind: 'person', id: 'U02SEC', surface: 'slack' };

export const INCIDENT_ID = '0b0f7e0e-5a4c-4f5e-9a37-5d0f2a3b1c01';

export const anomalyView = (changes: Partial<AnomalyView> = {}): AnomalyView => ({
  id: 'a0000000-0000-4000-8000-000000000001',
  service: 'payment-service',
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
  onsetAt: ONSET,
  window: { from: at('02:13'), to: at('02:18') },
  k: 882,
  n: 2310,
  baselineRate: 0.003,
  baselineBuckets: 12,
  expected: { low: 0, high: 0.009 },
  unit: 'requests',
  usualP99Ms: null,
  usualP50Ms: null,
  latencyKind: null,
  lastSeenAt: null,
  evidence: {
    query: 'FROM logs',
    parameters: {},
    window: { from: at('02:13'), to: at('02:18') },
    columns: [],
    rows: [],
  },
  peakScore: 10,
  peakRate: 0.394,
  peakLatencyKind: changes.latencyKind ?? null,
  worstSeverity: 'P1',
  firstTickAt: at('02:14'),
  lastTickAt: at('02:18'),
  quietSince: null,
  p99Ms: null,
  foldReason: null,
  ...changes,
});

export const slowPayments = anomalyView({
  id: 'a0000000-0000-4000-8000-000000000002',
  signal: 'latency',
  score: 7.7,
  k: 1367,
  n: 4410,
  baselineRate: 0.01,
  latencyKind: 'tail',
  usualP99Ms: 210,
  usualP50Ms: 40,
  p99Ms: 4910,
  foldReason: { kind: 'same-service', path: ['payment-service'] },
});

export const failingOrders = anomalyView({
  id: 'a0000000-0000-4000-8000-000000000003',
  service: 'order-service',
  score: 10,
  k: 654,
  n: 3054,
  baselineRate: 0.002,
  onsetAt: at('02:14:05'),
  foldReason: { kind: 'calls', path: ['order-service', 'payment-service'] },
});

export const failingGateway = anomalyView({
  id: 'a0000000-0000-4000-8000-000000000004',
  service: 'gateway',
  severity: 'P2',
  worstSeverity: 'P2',
  score: 4.7,
  k: 775,
  n: 7912,
  baselineRate: 0.002,
  onsetAt: at('02:14:05'),
  foldReason: { kind: 'calls', path: ['gateway', 'order-service', 'payment-service'] },
});

export const silentAuth = anomalyView({
  id: 'a0000000-0000-4000-8000-000000000005',
  service: 'auth-service',
  signal: 'silence',
  k: 0,
  n: 0,
  baselineRate: 0,
  lastSeenAt: at('02:12'),
  onsetAt: at('02:12'),
});

const entry = (
  id: number,
  clock: string,
  event: TimelineEntry['event'],
  actor: Actor = { kind: 'sentinel', surface: 'job' },
): TimelineEntry => ({
  id: `b0000000-0000-4000-8000-00000000000${id}`,
  at: at(clock),
  actor,
  event,
});

const opened = entry(1, '02:15', {
  kind: 'opened',
  severity: 'P1',
  service: 'payment-service',
  previousIncident: null,
});
const foldedOrders = entry(2, '02:15', {
  kind: 'anomaly-folded',
  anomalyId: failingOrders.id,
  reason: { kind: 'calls', path: ['order-service', 'payment-service'] },
});
const foldedGateway = entry(3, '02:16', {
  kind: 'anomaly-folded',
  anomalyId: failingGateway.id,
  reason: { kind: 'calls', path: ['gateway', 'order-service', 'payment-service'] },
});
const acknowledgedEntry = entry(4, '02:17', { kind: 'acknowledged', afterMs: 120_000 }, RESPONDER);
const recoveredEntry = entry(5, '02:33', { kind: 'recovered', quietSince: at('02:32') });
const resolvedEntry = entry(
  6,
  '02:44',
  { kind: 'resolved', afterMs: 29 * 60_000, resolution: 'pool size 10 to 20', isStillFailing: false },
  RESPONDER,
);

export const openIncident = (changes: Partial<IncidentView> = {}): IncidentView => ({
  id: INCIDENT_ID,
  number: 142,
  state: 'open',
  severity: 'P1',
  openedAt: at('02:15'),
  waitingSince: at('02:15'),
  onsetAt: ONSET,
  acknowledged: null,
  resolved: null,
  recoveredAt: null,
  reopened: null,
  raised: null,
  responders: [],
  lead: anomalyView(),
  folded: [failingOrders, slowPayments, failingGateway],
  timeline: [opened, foldedOrders, foldedGateway],
  previousIncident: null,
  possiblySameAs: null,
  noDataSince: null,
  pager: null,
  chart: null,
  gaps: [],
  ...changes,
});

export const acknowledgedIncident = (changes: Partial<IncidentView> = {}): IncidentView =>
  openIncident({
    state: 'acknowledged',
    acknowledged: { by: RESPONDER, at: at('02:17') },
    timeline: [opened, foldedOrders, foldedGateway, acknowledgedEntry],
    ...changes,
  });

const quiet = { quietSince: at('02:32'), severity: null, isFailingNow: false } as const;

export const recoveredIncident = (changes: Partial<IncidentView> = {}): IncidentView =>
  acknowledgedIncident({
    recoveredAt: at('02:32'),
    lead: anomalyView({ ...quiet, k: 9, n: 2284, score: 0.6, window: { from: at('02:28'), to: at('02:33') } }),
    folded: [
      { ...failingOrders, ...quiet, k: 6 },
      { ...failingGateway, ...quiet, k: 14 },
    ],
    timeline: [opened, foldedOrders, foldedGateway, acknowledgedEntry, recoveredEntry],
    ...changes,
  });

export const resolvedIncident = (changes: Partial<IncidentView> = {}): IncidentView =>
  recoveredIncident({
    state: 'resolved',
    resolved: { by: RESPONDER, at: at('02:44'), resolution: 'pool size 10 to 20' },
    timeline: [opened, foldedOrders, foldedGateway, acknowledgedEntry, recoveredEntry, resolvedEntry],
    ...changes,
  });

export const timelineEntry = entry;
