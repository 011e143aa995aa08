import { expect, it } from 'vitest';
import { operationsTable, traceTable } from '#capabilities/traces/index.ts';
import { CHECKOUT, foundTrace } from '../../adapters/slack/cards/trace/trace-sample.ts';

const text = ({ columns, rows }: ReturnType<typeof traceTable>): readonly string[] =>
  [columns.map(({ name }) => name), ...rows].map((row) => row.map((value) => String(value ?? '')).join(' | '));

it('a trace without spans is a table of its log lines', () => {
  const found = foundTrace([]);
  const table = traceTable(found);
  expect(text(table)[0]).toBe('@timestamp | service.name | level | message | span.id');
  expect(table.rows).toHaveLength(found.logs?.lines.length ?? -1);
  expect(table.isCut).toBe(false);
  expect(traceTable({ ...found, logs: null }).rows).toEqual([]);
});

it('a trace of more spans than were read says that its table is cut', () => {
  expect(traceTable(foundTrace(CHECKOUT)).isCut).toBe(false);
  expect(traceTable(foundTrace(CHECKOUT, { totalSpans: 9_000 })).isCut).toBe(true);
});

it('operations keep their order, and tell where there are more', () => {
  const operation = { name: 'POST /charges', kind: 'server', count: 7, failed: 1, p50Ms: 1.5, p95Ms: 2, p99Ms: 3 };
  const table = operationsTable({
    kind: 'slow-spans',
    service: 'payment-service',
    operations: [operation, { ...operation, name: 'call bank' }],
    isCut: true,
    slowest: [],
    failing: [],
    queries: [],
    range: { from: new Date(0), to: new Date(1) },
    searchedSpans: 14,
    tookMs: 1,
  });
  expect(text(table)).toEqual([
    'span.name | span.kind | spans | failed | p50_ms | p95_ms | p99_ms',
    'POST /charges | server | 7 | 1 | 1.5 | 2 | 3',
    'call bank | server | 7 | 1 | 1.5 | 2 | 3',
  ]);
  expect(table.isCut).toBe(true);
});
