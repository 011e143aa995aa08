import type { StatusView } from '#adapters/slack/cards/status-card.ts';
import type { SlackCommands } from '#adapters/slack/listeners/listener-deps.ts';
import type { IncidentSummary } from '#capabilities/incidents/index.ts';
import { at } from '../../support/strict-slack/sample-incidents.ts';
import type { Delivery } from '../../support/strict-slack/test-receiver.ts';

export const summary = (changes: Partial<IncidentSummary> = {}): IncidentSummary => ({
  id: 'x',
  number: 142,
  state: 'open',
  severity: 'P1',
  service: 'payment-service',
  signal: 'error_rate',
  symptom: '38 % of 2,310 requests fail',
  openedAt: at('02:15'),
  acknowledgedBy: null,
  recoveredAt: null,
  resolvedAt: null,
  ...changes,
});

const status: StatusView = {
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
  note: null,
};

/** What is only read. */
export const readings: Pick<
  SlackCommands,
  'readStatus' | 'readServiceNames' | 'readPatterns' | 'readTrace' | 'readServiceCalls' | 'readSlowSpans'
> = {
  readStatus: () => Promise.resolve(status),
  readServiceNames: () => Promise.resolve(['payment-service']),
  readPatterns: () => Promise.resolve({ kind: 'failed', userMessage: 'The telemetry store is away.' }),
  readTrace: () => Promise.resolve({ kind: 'malformed', why: 'characters' }),
  readServiceCalls: () => Promise.resolve({ kind: 'failed', userMessage: 'The telemetry store is away.' }),
  readSlowSpans: () => Promise.resolve({ kind: 'failed', userMessage: 'The telemetry store is away.' }),
};

/** Takes every question for ES|QL. */
export const esqlOnly: Pick<SlackCommands, 'checkTypedQuery' | 'understandQuestion' | 'understandLogRequest'> = {
  checkTypedQuery: () => [],
  understandQuestion: ({ text }) => Promise.resolve({ kind: 'esql', query: text, added: null }),
  understandLogRequest: ({ service }) =>
    Promise.resolve({ kind: 'unknown-service', service: service ?? '', known: ['payment-service'], more: 0 }),
};

export const answers = (delivery: Delivery): string[] =>
  delivery.responses.map((response) => String(response['text']).replaceAll('\u00a0', ' '));

export const buttons = (delivery: Delivery): string[] =>
  delivery.responses.flatMap((response) =>
    (
      response['blocks'] as {
        type: string;
        elements?: { action_id?: string; value?: string; text?: { text: string } }[];
      }[]
    )
      .filter((block) => block.type === 'actions')
      .flatMap((block) =>
        (block.elements ?? []).flatMap(({ text, action_id, value = '' }) =>
          text === undefined ? [] : `${text.text} → ${action_id} ${value}`.trim(),
        ),
      ),
  );
