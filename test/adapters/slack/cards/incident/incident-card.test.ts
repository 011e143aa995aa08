import { describe, expect, it } from 'vitest';
import { foldedMessage } from '#adapters/slack/cards/incident/folded-message.ts';
import { incidentCard } from '#adapters/slack/cards/incident/incident-card.ts';
import { threadLines } from '#adapters/slack/cards/incident/thread-lines.ts';
import type { AnomalyView, IncidentView } from '#ports/incident-board.ts';
import { checkMessage } from '../../../../support/strict-slack/check-message.ts';
import {
  acknowledgedIncident,
  anomalyView,
  at,
  failingGateway,
  openIncident,
  RESPONDER,
  recoveredIncident,
  resolvedIncident,
  SECOND,
  silentAuth,
  slowPayments,
  timelineEntry,
} from '../../../../support/strict-slack/sample-incidents.ts';
import { outline } from '../outline.ts';

const NOW = at('02:18');
const CHART = {
  fileId: 'F01',
  permalink: 'https://files.example/F01',
  altText: 'Line chart: error rate of payment-service.',
};

const CALM = { since: at('02:32'), closesAt: at('02:37') };

const searchLatency = anomalyView({
  ...slowPayments,
  service: 'search-service',
  severity: 'P3',
  worstSeverity: 'P3',
  score: 2.9,
  p99Ms: 2100,
  usualP99Ms: 640,
});

const STATES: Readonly<Record<string, IncidentView>> = {
  open: openIncident(),
  'failing, but not in the last minute': openIncident({
    lead: anomalyView({ lastMinute: { k: 0, n: 410 } }),
    folded: [],
  }),
  'back in its band, not yet recovered': openIncident({
    lead: anomalyView({ k: 9, n: 2310, calm: CALM }),
    folded: [{ ...failingGateway, calm: CALM }, slowPayments],
  }),
  'stopped failing a minute ago': openIncident({
    lead: anomalyView({ isFailingNow: false, lastMinute: { k: 0, n: 410 } }),
  }),
  'seen again, not yet recovered': openIncident({ severity: 'P2', lead: { ...silentAuth, calm: CALM }, folded: [] }),
  acknowledged: acknowledgedIncident(),
  'acknowledged by two': acknowledgedIncident({ responders: [SECOND] }),
  recovered: recoveredIncident(),
  'recovered, not acknowledged': recoveredIncident({ state: 'open', acknowledged: null }),
  resolved: resolvedIncident(),
  'resolved while failing, by nobody acknowledged, without words': resolvedIncident({
    acknowledged: null,
    recoveredAt: null,
    lead: anomalyView(),
    folded: [],
    resolved: { by: { kind: 'person', id: 'ana@example.com', surface: 'rest' }, at: at('02:44'), resolution: null },
  }),
  reopened: openIncident({
    reopened: { by: { kind: 'sentinel', surface: 'job' }, at: at('02:51'), afterMs: 7 * 60_000 },
    lead: anomalyView({ k: 266, n: 2198, firstTickAt: at('02:50') }),
    folded: [],
  }),
  'reopened, because it never stopped': openIncident({
    reopened: { by: { kind: 'sentinel', surface: 'job' }, at: at('02:51'), afterMs: 7_000 },
    folded: [],
  }),
  'latency beyond what its scores can tell': openIncident({
    lead: { ...slowPayments, score: (10 * 14) / 17 },
    folded: [],
  }),
  'held back from a page': openIncident({
    severity: 'P3',
    lead: anomalyView({ severity: 'P3', isPaging: false, heldBy: 'the change is small' }),
    folded: [],
  }),
  'resolved with a note of one long word': resolvedIncident({
    resolved: {
      by: { kind: 'person', id: 'ana@example.com', surface: 'rest' },
      at: at('02:44'),
      resolution: `rolled back to ${'0a1b2c3d'.repeat(12)}`,
    },
  }),
  'severity raised': openIncident({ raised: { at: at('02:16'), from: 'P2', to: 'P1', fromScore: 4.8, toScore: 10 } }),
  'severity raised after it was acknowledged': acknowledgedIncident({
    raised: { at: at('02:18'), from: 'P2', to: 'P1', fromScore: 10, toScore: 10 },
  }),
  'telemetry gap': acknowledgedIncident({
    noDataSince: at('02:26'),
    gaps: ['payment-service: no telemetry of any kind', 'traces of <order-service> could not be read'],
  }),
  'silence as the lead': openIncident({ severity: 'P2', lead: silentAuth, folded: [] }),
  'latency as the lead': openIncident({ lead: slowPayments, folded: [failingGateway] }),
  'latency without a display query': openIncident({
    lead: { ...slowPayments, p99Ms: null, latencyKind: 'mid', baselineRate: 0.24 },
  }),
  'latency recovered, its peak of another kind': recoveredIncident({
    lead: { ...slowPayments, k: 9, quietSince: at('02:32'), peakRate: 0.62, peakLatencyKind: 'mid' },
    folded: [],
  }),
  'compact P3': openIncident({ number: 144, severity: 'P3', lead: searchLatency, folded: [] }),
  'log lines, still learning': openIncident({
    lead: anomalyView({ unit: 'log lines', isLearning: true, baselineBuckets: 4 }),
    folded: [],
  }),
  'possibly the same cause, and a follow-up': openIncident({ possiblySameAs: 141, previousIncident: 130 }),
};

describe('the incident card', () => {
  for (const [name, view] of Object.entries(STATES)) {
    it(`reads well and keeps the rules: ${name}`, () => {
      const message = incidentCard(view, { now: NOW, chart: CHART });
      expect(checkMessage(message)).toEqual([]);
      expect(outline(message)).toMatchSnapshot();
    });
  }

  it('is whole', () => {
    expect(incidentCard(openIncident(), { now: NOW, chart: CHART })).toMatchSnapshot();
  });

  it('is the same without its chart, but for the chart', () => {
    const types = (chart: typeof CHART | null) =>
      incidentCard(openIncident(), { now: NOW, chart }).blocks.map((block) => block.type);
    expect(types(null)).toEqual(types(CHART).filter((type) => type !== 'image'));
  });

  it('shows no button that no longer applies', () => {
    const labels = (view: IncidentView) =>
      incidentCard(view, { now: NOW, chart: null }).blocks.flatMap((block) =>
        block.type === 'actions'
          ? block.elements.map((element) => ('action_id' in element ? element.action_id : ''))
          : [],
      );
    expect(labels(openIncident())).toEqual(['incident.acknowledge', 'incident.resolve']);
    expect(labels(acknowledgedIncident())).toEqual(['incident.resolve']);
    expect(labels(recoveredIncident())).toEqual(['incident.resolve']);
    expect(labels(resolvedIncident())).toEqual(['incident.reopen']);
  });

  it('counts how long it waited for somebody from when it was reopened', () => {
    const waits = (changes: Partial<IncidentView>) =>
      JSON.stringify(incidentCard(resolvedIncident(changes), { now: NOW, chart: null })).match(
        /\*Acknowledged\* ([^"]*)/u,
      )?.[1];
    const waitingSince = at('02:30');
    const acknowledged = { by: RESPONDER, at: at('02:31') };
    expect(waits({ waitingSince, acknowledged })).toBe('after 1\u00a0min from when it was reopened');
    expect(waits({ waitingSince, acknowledged: null })).toBe('by nobody since it was reopened');
  });

  it('keeps every limit with hostile names, long words and many services', () => {
    const name = `<!channel>*${'x'.repeat(300)}*\u202e\`&_`;
    const folded = Array.from({ length: 60 }, (_, index) =>
      anomalyView({ id: `${index}`, service: `${name}${index}`, p99Ms: null }),
    );
    const hostile = {
      lead: anomalyView({ service: name }),
      folded,
      responders: Array.from(
        { length: 40 },
        (_, index) => ({ kind: 'person', id: `U${index}`, surface: 'slack' }) as const,
      ),
      gaps: Array.from({ length: 20 }, () => `${name} ${'could not be read '.repeat(40)}`),
    };
    for (const view of [
      openIncident(hostile),
      acknowledgedIncident(hostile),
      recoveredIncident(hostile),
      resolvedIncident({
        ...hostile,
        resolved: { by: RESPONDER, at: at('02:44'), resolution: `${name} ${'why '.repeat(900)}` },
      }),
    ]) {
      const message = incidentCard(view, { now: NOW, chart: CHART });
      expect(checkMessage(message)).toEqual([]);
      expect(JSON.stringify(message)).not.toMatch(/<!channel|\u202e/);
    }
  });
});

describe('the message of a folded anomaly', () => {
  const said = (anomaly: AnomalyView, view: IncidentView): string =>
    outline(foldedMessage(view, anomaly, { kind: 'called-by', path: [anomaly.service, view.lead.service] }, NOW));

  it('names the end of its window, because it is never edited', () => {
    const gateway = { ...failingGateway, lastMinute: { k: 40, n: 1500 } };
    const text = said(gateway, openIncident({ folded: [gateway] }));
    expect(text).toContain('in the 5 min to ');
    expect(text).not.toContain('last');
  });

  it('says that it came after another signal of its own service', () => {
    const errors = { ...failingGateway, onsetAt: at('02:05') };
    const slow = { ...slowPayments, service: failingGateway.service, onsetAt: at('02:07') };
    expect(said(slow, openIncident({ folded: [errors, slow] }))).toContain('2 min after its own errors');
  });
});

describe('the thread', () => {
  const everything: IncidentView = resolvedIncident({
    timeline: [
      ...resolvedIncident().timeline.slice(0, 3),
      timelineEntry(7, '02:16', { kind: 'severity-raised', from: 'P2', to: 'P1', fromScore: 4.8, toScore: 10 }),
      timelineEntry(8, '02:16', { kind: 'lead-changed', from: 'order-service', to: 'payment-service' }),
      ...resolvedIncident().timeline.slice(3, 4),
      timelineEntry(9, '02:20', { kind: 'responder-added' }, SECOND),
      ...resolvedIncident().timeline.slice(4, 5),
      timelineEntry(0, '02:36', { kind: 'failing-again' }),
      ...resolvedIncident().timeline.slice(5),
      timelineEntry(10, '02:46', { kind: 'resolution-added', resolution: 'pool size 10 to 20' }, SECOND),
    ],
  });

  it('says each transition in one line, in order, and each folded anomaly with its reason', () => {
    const lines = threadLines(everything, NOW);
    expect(lines.flatMap((line) => checkMessage(line.message))).toEqual([]);
    expect(lines.map((line) => outline(line.message)).join('\n')).toMatchSnapshot();
  });

  it('tells why it was reopened', () => {
    const reopened = (reason: 'person' | 'fired-again' | 'still-failing') =>
      outline(
        threadLines(
          openIncident({
            timeline: [
              timelineEntry(
                1,
                '02:51',
                { kind: 'reopened', afterMs: 420_000, reason },
                reason === 'person' ? RESPONDER : undefined,
              ),
            ],
          }),
          NOW,
        )[0]?.message ?? { text: '', blocks: [] },
      );
    expect([reopened('person'), reopened('fired-again'), reopened('still-failing')]).toMatchSnapshot();
  });

  it('shows at most five folded anomalies', () => {
    const folded = Array.from({ length: 9 }, (_, index) =>
      anomalyView({ id: `folded-${index}`, service: `service-${index}` }),
    );
    const view = openIncident({
      folded,
      timeline: folded.map((anomaly, index) =>
        timelineEntry(index, '02:16', {
          kind: 'anomaly-folded',
          anomalyId: anomaly.id,
          reason: { kind: 'linked', path: [anomaly.service, 'payment-service'] },
        }),
      ),
    });
    expect(threadLines(view, NOW)).toHaveLength(5);
    expect(outline(incidentCard(view, { now: NOW, chart: null }))).toContain('*9 services folded in:*');
  });
});
