import { describe, expect, it } from 'vitest';
import type { CardMessage } from '#adapters/slack/cards/blocks.ts';
import { faultCard, ownFaultCard, whichIncidentCard } from '#adapters/slack/cards/command-cards.ts';
import { helpCard } from '#adapters/slack/cards/help-card.ts';
import { homeBlocks } from '#adapters/slack/cards/home-card.ts';
import { incidentListCard } from '#adapters/slack/cards/incident/incident-list-card.ts';
import { noticeCard } from '#adapters/slack/cards/notice-card.ts';
import { refusalCard } from '#adapters/slack/cards/refusal-card.ts';
import { statusCard, type StatusView } from '#adapters/slack/cards/status-card.ts';
import { inDialect } from '#adapters/slack/dialect.ts';
import type { IncidentSummary } from '#capabilities/incidents/index.ts';
import { checkMessage, checkView } from '../../../support/strict-slack/check-message.ts';
import { at, failingGateway, RESPONDER } from '../../../support/strict-slack/sample-incidents.ts';
import { outline } from './outline.ts';

const NOW = at('02:18');

const status = (changes: Partial<StatusView> = {}): StatusView => ({
  open: { incidents: [], total: 0 },
  servicesWatched: 5,
  lastCheckAt: at('02:17:48'),
  sight: 'seeing',
  checks: { done: 42, expected: 42, spanMs: 21 * 60_000 },
  telemetry: { kind: 'embedded', answerMs: 50 },
  jobs: { waiting: 0, failed: 0 },
  slack: { isConnected: true, troubles: [] },
  untracked: { anomalies: [], total: 0 },
  faintest: [],
  gaps: [],
  note: 'Demo: nothing leaves this machine',
  ...changes,
});

const incident = (number: number, changes: Partial<IncidentSummary> = {}): IncidentSummary => ({
  id: `${number}`,
  number,
  state: 'open',
  severity: 'P1',
  service: 'payment-service',
  signal: 'error_rate',
  symptom: '38 % of requests fail',
  openedAt: at('02:15'),
  acknowledgedBy: null,
  recoveredAt: null,
  resolvedAt: null,
  ...changes,
});

const CARDS: Readonly<Record<string, CardMessage>> = {
  help: helpCard(),
  'help that knows services': helpCard(['a name; with spaces', 'payment-service', 'gateway']),
  'status, well': statusCard(status(), NOW),
  'status, with anomalies and gaps': statusCard(
    status({
      untracked: { anomalies: [failingGateway], total: 9 },
      faintest: [
        { service: 'night-job', smallestRate: null },
        { service: 'mailer', smallestRate: 0.25 },
      ],
      gaps: ['inventory-service sends <nothing>'],
      note: null,
    }),
    NOW,
  ),
  'status, one incident open': statusCard(status({ open: { incidents: [incident(1)], total: 1 } }), NOW),
  'status, many incidents open': statusCard(
    status({
      sight: 'blind',
      open: {
        incidents: [
          incident(1, { state: 'acknowledged', acknowledgedBy: RESPONDER }),
          incident(2, { recoveredAt: at('02:16'), severity: 'P2', service: '<b>' }),
          ...Array.from({ length: 18 }, (_, index) => incident(index + 3)),
        ],
        total: 57,
      },
    }),
    NOW,
  ),
  'status, untracked anomalies of each signal': statusCard(
    status({
      untracked: {
        anomalies: [
          { ...failingGateway, service: 'inventory-service', k: 7, n: 3733, baselineRate: 0.0009, score: 2.6 },
          { ...failingGateway, unit: 'log lines' },
          { ...failingGateway, signal: 'latency', latencyKind: 'mid' },
          { ...failingGateway, signal: 'silence', lastSeenAt: at('02:10') },
          { ...failingGateway, calm: { since: at('02:16'), closesAt: at('02:21') } },
        ],
        total: 5,
      },
    }),
    NOW,
  ),
  'status, no telemetry': statusCard(
    status({
      sight: 'silent',
      gaps: [
        'Nothing has been seen from any service since 02:13 UTC, where 12 were seen in the hour before: either the telemetry stopped, or all of them did. This is not an all-clear.',
      ],
    }),
    NOW,
  ),
  'status, blind': statusCard(status({ sight: 'blind', telemetry: { kind: 'elasticsearch', answerMs: null } }), NOW),
  'status, just started': statusCard(status({ lastCheckAt: null, checks: { done: 0, expected: 0, spanMs: 0 } }), NOW),
  'status, not all well': statusCard(
    status({ jobs: { waiting: 1200, failed: 3 }, slack: { isConnected: false, troubles: [] } }),
    NOW,
  ),
  'status, takes no cards': statusCard(
    status({
      slack: {
        isConnected: true,
        troubles: ['#incidents is archived. Unarchive it, or set slack.channel.', 'INC-7 cannot be shown.'],
      },
    }),
    NOW,
  ),
  'notice of trouble': noticeCard({
    key: 'board-trouble:x',
    kind: 'board-trouble',
    headline: 'Sentinel cannot write in #incidents',
    detail: '#incidents is archived. Unarchive it, or set slack.channel. Until then incidents are shown here.',
  }),
  'no incidents': incidentListCard({ incidents: [], total: 0 }, NOW),
  'one incident': incidentListCard({ incidents: [incident(1)], total: 1 }, NOW),
  'many incidents': incidentListCard(
    {
      incidents: [
        incident(1, { state: 'acknowledged', acknowledgedBy: RESPONDER }),
        incident(2, { recoveredAt: at('02:16'), severity: 'P2', service: '<b>' }),
        ...Array.from({ length: 18 }, (_, index) => incident(index + 3, { openedAt: at('02:00') })),
      ],
      total: 57,
    },
    NOW,
  ),
  blind: noticeCard({
    key: 'k',
    kind: 'blind',
    headline: 'Sentinel has not looked for 90 s',
    detail: 'This is not an all-clear. No detection tick has finished for 3 intervals.',
  }),
  'sees again': noticeCard({
    key: 'k',
    kind: 'sees-again',
    headline: 'Sentinel sees again after 8 min',
    detail: 'Checks read telemetry again.',
  }),
  'telemetry gap': noticeCard({
    key: 'k',
    kind: 'telemetry-gap',
    headline: 'No telemetry from 3 services',
    detail: 'They cannot be seen.',
  }),
  'refused to a guest': refusalCard('guest'),
  'refused in a shared channel': refusalCard('shared-channel'),
  'refused, person not known': refusalCard('unknown-person'),
  'refused, channel not known': refusalCard('unknown-channel'),
  'a fault outside': faultCard('The database of Sentinel cannot be reached.'),
  'a fault of our own': ownFaultCard(),
  'which of them': whichIncidentCard([incident(1), incident(2)], 'ack'),
};

describe('answers and notices', () => {
  for (const [name, card] of Object.entries(CARDS)) {
    it(`read well and keep the rules in both dialects: ${name}`, () => {
      expect(checkMessage(card)).toEqual([]);
      expect(checkMessage(inDialect(card, 'local'), { dialect: 'local' })).toEqual([]);
      expect(outline(card)).toMatchSnapshot();
    });
  }

  it('fill the Home tab', () => {
    for (const total of [0, 1, 57]) {
      const blocks = homeBlocks({ incidents: total === 0 ? [] : [incident(1)], total }, NOW);
      expect(checkView({ type: 'home', blocks })).toEqual([]);
    }
  });
});
