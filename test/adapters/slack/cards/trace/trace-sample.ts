import { assembleTrace } from '#capabilities/traces/assemble-trace.ts';
import type { FoundTrace, TraceLine } from '#capabilities/traces/index.ts';
import type { StoredSpan } from '#capabilities/traces/span.ts';
import { HOUR_MS } from '#kernel/duration.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';

export const NOW = at('02:18');
export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const BEGAN_MS = at('02:16:12').getTime();

type Short = readonly [
  id: string,
  parent: string | null,
  service: string,
  name: string,
  kind: string,
  fromMs: number,
  durationMs: number,
  isError?: boolean,
];

export const storedSpan = ([
  spanId,
  parentId,
  service,
  name,
  kind,
  fromMs,
  durationMs,
  isError,
]: Short): StoredSpan => ({
  spanId,
  parentId,
  service,
  name,
  kind,
  peerService: null,
  startMs: BEGAN_MS + fromMs,
  durationMs,
  isError: isError === true,
});

/** A checkout that waits for a connection. */
export const CHECKOUT: readonly Short[] = [
  ['a', null, 'gateway', 'POST /checkout', 'server', 0, 4912, true],
  ['b', 'a', 'gateway', 'call auth-service', 'client', 5, 12],
  ['c', 'b', 'auth-service', 'GET /sessions/{id}', 'server', 8, 6],
  ['d', 'a', 'gateway', 'call order-service', 'client', 18, 4890, true],
  ['e', 'd', 'order-service', 'POST /orders', 'server', 20, 4884, true],
  ['f', 'e', 'order-service', 'call inventory-service', 'client', 27, 61],
  ['g', 'f', 'inventory-service', 'POST /reservations', 'server', 30, 52],
  ['h', 'e', 'order-service', 'call payment-service', 'client', 90, 4811, true],
  ['i', 'h', 'payment-service', 'POST /charges', 'server', 92, 4806, true],
  ['j', 'i', 'payment-service', 'wait for connection', 'internal', 97, 4795, true],
];

export const LINES: readonly TraceLine[] = [
  {
    at: at('02:16:16'),
    service: 'payment-service',
    level: 'error',
    message: 'timed out waiting for a connection to payments-db after 4800 ms (active=10, idle=0, waiting=41)',
    spanId: 'i',
  },
  { at: at('02:16:12'), service: 'auth-service', level: 'info', message: 'GET /sessions/{id} 200', spanId: 'c' },
];

export const SPANS_QUERY = `FROM spans | WHERE trace.id == "${TRACE_ID}" | SORT @timestamp | KEEP span.id, duration_ms | LIMIT 5000`;
export const LINES_QUERY = `FROM logs | WHERE trace.id == "${TRACE_ID}" | SORT rank, @timestamp | KEEP @timestamp, message | LIMIT 50`;

export const foundTrace = (spans: readonly Short[] = CHECKOUT, changes: Partial<FoundTrace> = {}): FoundTrace => ({
  kind: 'found',
  traceId: TRACE_ID,
  trace: assembleTrace(spans.map(storedSpan)),
  totalSpans: spans.length,
  logs: {
    lines: LINES,
    total: LINES.length,
    errors: 1,
    query: LINES_QUERY,
  },
  query: SPANS_QUERY,
  queries: [SPANS_QUERY, LINES_QUERY],
  range: { from: new Date(NOW.getTime() - 7 * 24 * HOUR_MS), to: NOW },
  spansKeptMs: 6 * HOUR_MS,
  searched: { spans: 81_204, logs: 1_204_331 },
  tookMs: 12,
  ...changes,
});

/** Wider than a message shows. */
export const WIDE: readonly Short[] = [
  ...CHECKOUT,
  ...Array.from({ length: 300 }, (_, n): Short => {
    const service = ['inventory-service', 'mail-service', 'pricing-service'][n % 3] ?? '';
    return [`w${n}`, 'e', service, `GET /item/${n}`, 'server', 100 + n, 3 + (n % 40), n % 60 === 7];
  }),
];
