import { addMs } from '#kernel/duration.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import type { ServiceCalls } from './read-service-calls.ts';
import type { SlowSpans } from './read-slow-spans.ts';
import type { FoundTrace } from './read-trace.ts';

/** What was found as columns and rows; times in ISO 8601, durations in milliseconds. */
export type Table = Pick<QueryAnswer, 'columns' | 'rows' | 'isCut'>;

/** A row for each caller and callee; `sampled`: counted in a sample of the traces only. */
export const callsTable = ({ callers, callees, isCut }: ServiceCalls): Table => ({
  columns: [
    { name: 'caller', type: 'keyword' },
    { name: 'callee', type: 'keyword' },
    { name: 'sampled', type: 'boolean' },
    { name: 'calls', type: 'long' },
    { name: 'failed', type: 'long' },
    { name: 'p50_ms', type: 'double' },
    { name: 'p95_ms', type: 'double' },
    { name: 'p99_ms', type: 'double' },
  ],
  rows: [...callers, ...callees].map(({ caller, callee, isSampled, calls, failed, p50Ms, p95Ms, p99Ms }) => [
    caller,
    callee,
    isSampled,
    calls,
    failed,
    p50Ms,
    p95Ms,
    p99Ms,
  ]),
  isCut,
});

/** A row for each operation that was read, the slowest first. */
export const operationsTable = ({ operations, isCut }: SlowSpans): Table => ({
  columns: [
    { name: 'span.name', type: 'keyword' },
    { name: 'span.kind', type: 'keyword' },
    { name: 'spans', type: 'long' },
    { name: 'failed', type: 'long' },
    { name: 'p50_ms', type: 'double' },
    { name: 'p95_ms', type: 'double' },
    { name: 'p99_ms', type: 'double' },
  ],
  rows: operations.map(({ name, kind, count, failed, p50Ms, p95Ms, p99Ms }) => [
    name,
    kind,
    count,
    failed,
    p50Ms,
    p95Ms,
    p99Ms,
  ]),
  isCut,
});

/** A row for each span in the order of the tree, clocks put right; of a trace without spans one for each log line that was read. */
export const traceTable = ({ trace, logs, totalSpans }: FoundTrace): Table => {
  if (trace === null) return linesTable(logs);
  return {
    columns: [
      { name: '@timestamp', type: 'date' },
      { name: 'depth', type: 'integer' },
      { name: 'span.id', type: 'keyword' },
      { name: 'parent.id', type: 'keyword' },
      { name: 'service.name', type: 'keyword' },
      { name: 'span.name', type: 'keyword' },
      { name: 'span.kind', type: 'keyword' },
      { name: 'status', type: 'keyword' },
      { name: 'duration_ms', type: 'double' },
      { name: 'own_ms', type: 'double' },
      { name: 'critical_ms', type: 'double' },
    ],
    rows: trace.spans.map((span) => [
      addMs(trace.startedAt, span.fromMs).toISOString(),
      span.depth,
      span.spanId,
      span.parentAt === null ? null : (trace.spans[span.parentAt]?.spanId ?? null),
      span.service,
      span.name,
      span.kind,
      span.isError ? 'error' : 'ok',
      span.durationMs,
      span.selfMs,
      span.criticalMs,
    ]),
    isCut: totalSpans > trace.spans.length + trace.duplicates,
  };
};

const linesTable = (logs: FoundTrace['logs']): Table => ({
  columns: [
    { name: '@timestamp', type: 'date' },
    { name: 'service.name', type: 'keyword' },
    { name: 'level', type: 'keyword' },
    { name: 'message', type: 'text' },
    { name: 'span.id', type: 'keyword' },
  ],
  rows: (logs?.lines ?? []).map(({ at, service, level, message, spanId }) => [
    at.toISOString(),
    service,
    level,
    message,
    spanId,
  ]),
  isCut: logs !== null && logs.total > logs.lines.length,
});
