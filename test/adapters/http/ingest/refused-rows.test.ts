import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { AppError } from '#kernel/errors.ts';
import { NOW, serverOf, TOKEN } from '../http-under-test.ts';
import { fixedClock, useIngest } from './ingest-under-test.ts';

const ingest = useIngest({ clock: fixedClock });

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';
const AT = NOW.toISOString();
const AT_NS = `${NOW.getTime()}000000`;

const lines = (...each: readonly unknown[]): string =>
  each.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

const log = { '@timestamp': AT, 'service.name': 'shop' };
const packed = gzipSync(
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '1',
    logGroup: 'shop',
    logStream: 's',
    logEvents: [
      { timestamp: NOW.getTime(), message: 'fine' },
      { timestamp: NOW.getTime(), message: 7 },
      { timestamp: -1, message: 'before 1970' },
    ],
  }),
).toString('base64');
const span = { traceId: '0'.repeat(31).concat('1'), spanId: '0'.repeat(15).concat('1'), name: 'n' };
const spans = [
  { ...span, startTimeUnixNano: AT_NS, endTimeUnixNano: AT_NS },
  { ...span, traceId: 'not hex' },
];

const FORMATS = [
  {
    path: '/ingest/ndjson?index=logs',
    type: NDJSON,
    body: lines(
      log,
      'not json',
      { ...log, duration_ms: 'fast' },
      { _index: 'spans', '@timestamp': 7 },
      { ...log, duration_ms: -1 },
    ),
    counted: { 'logs accepted': 1, 'logs rejected': 3, 'spans rejected': 1 },
  },
  {
    path: '/_bulk',
    type: NDJSON,
    body: lines(
      { create: { _index: 'a' } },
      log,
      { update: { _index: 'a' } },
      {},
      { delete: { _index: 'metrics-x' } },
      { create: { _index: 'a' } },
      'not json',
      { create: { _index: 'a' } },
      { ...log, duration_ms: -1 },
      { create: { _index: 'a' } },
      { ...log, '@timestamp': '2020-01-01T00:00:00Z' },
      { create: { _index: 'a' } },
    ),
    counted: { 'logs accepted': 1, 'logs rejected': 4, 'metrics rejected': 1, 'logs expired': 1 },
  },
  {
    path: '/v1/traces',
    type: JSON_TYPE,
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
    counted: { 'spans accepted': 1, 'spans rejected': 1 },
  },
  {
    path: '/v1/logs',
    type: JSON_TYPE,
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ spanId: 'not hex' }] }] }] }),
    counted: { 'logs rejected': 1 },
  },
  {
    path: '/ingest/cloudwatch/awslogs',
    type: JSON_TYPE,
    body: JSON.stringify({ awslogs: { data: packed } }),
    counted: { 'logs accepted': 1, 'logs rejected': 2 },
  },
];

const SERIES = /^sentinel_telemetry_rows_total\{kind="(\w+)",outcome="(\w+)"\} (\d+)$/gm;

test.each(FORMATS)('every row sent to $path is counted once by its outcome', async ({ path, type, body, counted }) => {
  const response = await fetch(`${await ingest().listen()}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': type },
    body,
  });
  expect(response.status).toBe(200);
  const series = (await ingest().metrics()).matchAll(SERIES);
  expect(Object.fromEntries([...series].map(([, kind, outcome, n]) => [`${kind} ${outcome}`, Number(n)]))).toEqual(
    counted,
  );
});

test.each(FORMATS)(
  'of a request to $path that is to be sent again, no row is counted yet',
  async ({ path, type, body, counted }) => {
    const metrics = createPrometheusMetrics();
    const fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Down.' });
    const append = async () => {
      throw fault;
    };
    const app = serverOf({ metrics, telemetryStore: { append } });
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': type };
    const answer = await app.inject({ method: 'POST', url: path, headers, payload: body });
    const series = [...(await metrics.render()).matchAll(SERIES)];
    // A request without a good row needs no store.
    const isSettled = Object.keys(counted).every((name) => name.endsWith('rejected'));
    expect([answer.statusCode, series.length]).toEqual(isSettled ? [200, 1] : [503, 0]);
  },
);
