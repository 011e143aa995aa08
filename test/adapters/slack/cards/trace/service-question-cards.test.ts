import { describe, expect, it } from 'vitest';
import type { CardMessage } from '#adapters/slack/cards/blocks.ts';
import { serviceCallsCard } from '#adapters/slack/cards/trace/service-calls-card.ts';
import { slowSpansCard } from '#adapters/slack/cards/trace/slow-spans-card.ts';
import type { CallEdge, ServiceCalls, SlowSpans, Unanswered } from '#capabilities/traces/index.ts';
import { checkMessage } from '../../../../support/strict-slack/check-message.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';
import { outline } from '../outline.ts';
import { NOW, TRACE_ID } from './trace-sample.ts';

const range = { from: at('01:18'), to: NOW };

const edge = (caller: string, callee: string, changes: Partial<CallEdge> = {}): CallEdge => ({
  caller,
  callee,
  isSampled: true,
  calls: 512,
  failed: 0,
  p50Ms: 42.4,
  p95Ms: 181,
  p99Ms: 911,
  ...changes,
});

const calls = (changes: Partial<ServiceCalls> = {}): ServiceCalls => ({
  kind: 'calls',
  service: 'order-service',
  callers: [edge('gateway', 'order-service', { failed: 61 })],
  callees: [
    edge('order-service', 'payment-service', { calls: 611, failed: 190, p95Ms: 3_501, p99Ms: 12_400 }),
    edge('order-service', 'inventory-service', { calls: 60, p50Ms: 4.24 }),
    edge('order-service', 'an-ordinary-service-with-a-very-long-name', { calls: 12, failed: 12 }),
  ],
  totalTraces: 3_412,
  sampledTraces: 512,
  spansRead: 7_166,
  isCut: false,
  queries: ['FROM spans | WHERE service.name == "order-service" | STATS n = COUNT(*) BY trace.id | LIMIT 600'],
  range,
  searchedSpans: 81_204,
  tookMs: 43,
  ...changes,
});

const example = (name: string, durationMs: number, isError: boolean) => ({
  traceId: TRACE_ID,
  name,
  at: at('02:16:12'),
  durationMs,
  isError,
});

const slow = (changes: Partial<SlowSpans> = {}): SlowSpans => ({
  kind: 'slow-spans',
  service: 'payment-service',
  operations: [
    { name: 'POST /charges', kind: 'server', count: 1_204, failed: 409, p50Ms: 131, p95Ms: 2_040, p99Ms: 2_094 },
    { name: 'call bank', kind: 'client', count: 1_204, failed: 0, p50Ms: 88, p95Ms: 150, p99Ms: 196 },
    { name: 'POST /renewals', kind: 'server', count: 19, failed: 1, p50Ms: 130, p95Ms: 300, p99Ms: 400 },
  ],
  isCut: false,
  slowest: [example('POST /charges', 2_094, true)],
  failing: [{ ...example('POST /charges', 61_000, true), traceId: `a${TRACE_ID.slice(1)}` }],
  queries: ['FROM spans | WHERE service.name == "payment-service" | STATS n = COUNT(*) BY span.name'],
  range,
  searchedSpans: 81_204,
  tookMs: 12,
  ...changes,
});

const unknown = (changes: Partial<Extract<Unanswered, { kind: 'unknown-service' }>> = {}): Unanswered => ({
  kind: 'unknown-service',
  service: 'paymnt',
  isInLogs: false,
  nearest: ['payment-service'],
  more: 0,
  range,
  ...changes,
});

const TO_ASKER = { id: 'Q-17', sharedBy: null };

const COUNTED = {
  callers: [edge('gateway', 'order-service', { isSampled: false, calls: 8_033, failed: 155 })],
  callees: [edge('order-service', 'orders-db', { isSampled: false, calls: 7_911, failed: 4 })],
  queries: [
    'FROM spans | WHERE peer.service == "order-service" | STATS calls = COUNT(*) BY service.name | LIMIT 100',
    'FROM spans | WHERE service.name == "order-service" | STATS calls = COUNT(*) BY peer.service | LIMIT 100',
  ],
};

const CARDS: Readonly<Record<string, CardMessage>> = {
  'calls of a sample': serviceCallsCard(calls(), NOW, TO_ASKER),
  'calls that are all counted': serviceCallsCard(calls(COUNTED), NOW, TO_ASKER),
  'calls counted and of a sample': serviceCallsCard(
    calls({ ...COUNTED, callees: [...COUNTED.callees, edge('order-service', 'mail', { calls: 289 })] }),
    NOW,
    TO_ASKER,
  ),
  'calls shared with all': serviceCallsCard(calls(), NOW, { id: null, sharedBy: '<@U01YOU>' }),
  'all calls of a service that nobody calls': serviceCallsCard(
    calls({ callers: [], callees: COUNTED.callees, sampledTraces: 3_412, isCut: true }),
    NOW,
  ),
  'many callees': serviceCallsCard(
    calls({ callees: Array.from({ length: 30 }, (_, n) => edge('order-service', `service-${n}`)) }),
    NOW,
  ),
  'a service alone': serviceCallsCard(calls({ callers: [], callees: [] }), NOW, TO_ASKER),
  'slow and failing': slowSpansCard(slow(), NOW, TO_ASKER),
  'slow, shared with all': slowSpansCard(slow(), NOW, { id: null, sharedBy: '<@U01YOU>' }),
  'nothing fails': slowSpansCard(slow({ failing: [], isCut: true }), NOW),
  'an unknown service': serviceCallsCard(unknown(), NOW),
  'an unknown service of many': serviceCallsCard(unknown({ more: 12 }), NOW),
  'a service without spans': slowSpansCard(unknown({ service: 'mail', isInLogs: true }), NOW),
  'no spans at all': slowSpansCard(unknown({ nearest: [] }), NOW),
  'store away': slowSpansCard({ kind: 'failed', userMessage: 'The telemetry store did not answer within 10 s.' }, NOW),
};

describe('the answer about a service', () => {
  it.each(Object.entries(CARDS))('%s reads well', (_what, message) => {
    expect(checkMessage(message)).toEqual([]);
    expect(outline(message)).toMatchSnapshot();
  });

  it('keeps within a phone’s line', () => {
    for (const message of [CARDS['calls of a sample'], CARDS['slow and failing'], CARDS['many callees']]) {
      const fences = JSON.stringify(message).matchAll(/```\\n(.*?)\\n```/gu);
      const lines = [...fences].flatMap(([, body = '']) => body.split('\\n'));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect([...line.replaceAll('&lt;', '<')].length).toBeLessThanOrEqual(36);
    }
  });

  it('names no edge as the worst by fewer than five failures', () => {
    const few = [edge('gateway', 'order-service', { calls: 9, failed: 4 })];
    expect(serviceCallsCard(calls({ callers: few, callees: [] }), NOW).text).not.toContain('fail');
    const enough = [edge('gateway', 'order-service', { calls: 60, failed: 5 })];
    expect(serviceCallsCard(calls({ callers: enough, callees: [] }), NOW).text).toContain('5 of 60 sampled fail');
  });

  it('never mentions or links because something is called so', () => {
    const hostile = '<!channel> <https://x.example|y>`';
    for (const message of [
      serviceCallsCard(calls({ service: hostile, callers: [edge(hostile, hostile, { failed: 3 })] }), NOW),
      slowSpansCard(slow({ service: hostile, slowest: [{ ...example(hostile, 1, false), traceId: hostile }] }), NOW),
      slowSpansCard(unknown({ service: hostile, nearest: [hostile] }), NOW),
    ]) {
      const texts = JSON.stringify(message.blocks.filter(({ type }) => type !== 'actions'));
      expect(texts).not.toMatch(/<!channel>|<https/u);
      expect(message.text).not.toContain('<');
    }
  });
});
