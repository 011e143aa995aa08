import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { otlpStatus } from '#capabilities/ingest/index.ts';
import { AppError } from '#kernel/errors.ts';
import { NOW, TOKEN, serverOf } from '../http-under-test.ts';
import { fixedClock, useIngest } from './ingest-under-test.ts';

const ingest = useIngest({ clock: fixedClock });

const HEADERS = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const PROTOBUF = { ...HEADERS, 'content-type': 'application/x-protobuf' };
const atNs = (ms: number): string => `${ms}000000`;
const AT_NS = atNs(NOW.getTime() - 1000);

const log = (fields: Readonly<Record<string, unknown>> = {}) => ({
  timeUnixNano: AT_NS,
  body: { stringValue: 'hello' },
  ...fields,
});
const logsOf = (...logRecords: readonly unknown[]): string =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeLogs: [{ logRecords }],
      },
    ],
  });

const post = (body: string | Buffer, options: { path?: string; headers?: Record<string, string> } = {}) =>
  ingest().app.inject({
    method: 'POST',
    url: options.path ?? '/v1/logs',
    headers: { ...HEADERS, ...options.headers },
    payload: body,
  });

test('a request with more records than the limit is told to come in several, and is not to be repeated', async () => {
  const answer = await post(logsOf(...Array<object>(100_001).fill({})));
  expect([answer.statusCode, answer.headers['retry-after'], answer.json()]).toEqual([
    413,
    undefined,
    { code: 8, message: 'The request has more than 100000 records. Send it in several requests.' },
  ]);
  expect(await ingest().rows('FROM logs | STATS n = COUNT(*)')).toEqual([[0]]);
});

describe('what is stored', () => {
  test('everything good is answered with an empty response', async () => {
    const answer = await post(logsOf(log()));
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([200, 'application/json', '{}']);
    expect(await ingest().rows('FROM logs | KEEP service.name, message')).toEqual([['shop', 'hello']]);
  });

  test('an empty protobuf body is an empty request', async () => {
    const answer = await post(Buffer.alloc(0), { headers: PROTOBUF });
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
      200,
      'application/x-protobuf',
      '',
    ]);
  });

  test('the good records are kept, the others are told in a partial success and counted', async () => {
    const answer = await post(
      logsOf(
        log(),
        log({ timeUnixNano: atNs(NOW.getTime() + 3_600_000) }),
        log({ timeUnixNano: atNs(NOW.getTime() - 30 * 86_400_000) }),
        log({ traceId: 'not hex' }),
        log({ attributes: [{ key: 'duration_ms', value: { doubleValue: -1 } }] }),
      ),
    );
    expect(answer.statusCode).toBe(200);
    const { partialSuccess } = answer.json();
    expect(partialSuccess.rejectedLogRecords).toBe('4');
    expect(partialSuccess.errorMessage).toBe(
      '4 of 5 records were refused, counted from 0: @timestamp is more than 30 s in the future (record 1); ' +
        '@timestamp is older than the 24 h that logs are kept (record 2); traceId is not hexadecimal (record 3); ' +
        'duration_ms is negative (record 4)',
    );
    const metrics = await ingest().metrics();
    expect(metrics).toContain('sentinel_telemetry_rows_total{kind="logs",outcome="expired"} 1');
    expect(metrics).toContain('sentinel_telemetry_rows_total{kind="logs",outcome="future"} 1');
    expect(metrics).toContain('sentinel_ingest_requests_total{format="otlp",outcome="partial"} 1');
  });

  test('a reason that many records share is told once, with the first of them', async () => {
    const bad = log({ traceId: 'not hex' });
    const negative = log({ attributes: [{ key: 'duration_ms', value: { doubleValue: -1 } }] });
    const tell = async (...records: readonly unknown[]) =>
      (await post(logsOf(...records))).json().partialSuccess.errorMessage;
    expect(await tell(bad)).toBe('the only record was refused: traceId is not hexadecimal');
    expect(await tell(log(), bad)).toBe(
      '1 of 2 records was refused, counted from 0: traceId is not hexadecimal (record 1)',
    );
    expect(await tell(negative, ...Array.from({ length: 11 }, () => bad), negative)).toBe(
      '13 of 13 records were refused, counted from 0: duration_ms is negative (records 0, 12); ' +
        'traceId is not hexadecimal (records 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, and 1 more)',
    );
  });

  test('a record without any time happened when it arrived, one that was observed when it was', async () => {
    const observed = NOW.getTime() - 5000;
    await post(logsOf(log({ timeUnixNano: '0' }), log({ timeUnixNano: 0, observedTimeUnixNano: atNs(observed) })));
    expect(await ingest().rows('FROM logs | SORT @timestamp DESC | KEEP @timestamp')).toEqual([
      [NOW.toISOString()],
      [new Date(observed).toISOString()],
    ]);
  });

  test.each([
    [1, '', 'trace'],
    [8, '', 'debug'],
    [9, 'notice', 'info'],
    [13, '', 'warn'],
    [20, '', 'error'],
    [21, '', 'fatal'],
    [0, 'CRITICAL', 'critical'],
    [0, '', null],
    ['SEVERITY_NUMBER_WARN2', '', 'warn'],
  ])('severity %s %s is the level %s', async (severityNumber, severityText, level) => {
    await post(logsOf(log({ severityNumber, severityText })));
    expect(await ingest().rows('FROM logs | KEEP level')).toEqual([[level]]);
  });

  test('a resource without a name is the unknown service of OpenTelemetry', async () => {
    await post(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [log()] }] }] }));
    expect(await ingest().rows('FROM logs | KEEP service.name')).toEqual([['unknown_service']]);
  });

  test('summaries keep their quantiles, and a point without a value is left out', async () => {
    const summary = {
      name: 'latency',
      summary: {
        dataPoints: [
          { timeUnixNano: AT_NS, count: '4', sum: 10, quantileValues: [{ quantile: 0.99, value: 7 }] },
          { timeUnixNano: AT_NS, flags: 1 },
        ],
      },
    };
    const exponential = {
      name: 'size',
      exponentialHistogram: { aggregationTemporality: 1, dataPoints: [{ timeUnixNano: AT_NS, count: 2, max: 9 }] },
    };
    const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [summary, exponential] }] }] });
    expect((await post(body, { path: '/v1/metrics' })).body).toBe('{}');
    expect(
      await ingest().rows('FROM metrics | SORT metric.name | KEEP metric.name, value, attributes.quantile'),
    ).toEqual([
      ['latency.count', 4, null],
      ['latency.quantile', 7, '0.99'],
      ['latency.sum', 10, null],
      ['size.count', 2, null],
      ['size.max', 9, null],
    ]);
  });
});

describe('what is refused', () => {
  test.each([
    ['without a token', { authorization: '' }, 401, 16],
    ['of another type', { 'content-type': 'text/plain' }, 415, 3],
    ['in another encoding', { 'content-encoding': 'br' }, 415, 3],
  ])('a request %s', async (_title, headers, status, code) => {
    const answer = await post(logsOf(log()), { headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, message: expect.stringMatching(/\S/) });
  });

  test.each([
    ['garbage', Buffer.from('ffffffffffff', 'hex'), PROTOBUF],
    ['a message that is cut off', Buffer.from('0a7f0a', 'hex'), PROTOBUF],
    ['text instead of JSON', 'hello', HEADERS],
    ['a JSON list', '[]', HEADERS],
    ['JSON of another shape', '{"resourceLogs":[{"scopeLogs":7}]}', HEADERS],
    ['truncated gzip', gzipSync(logsOf(log())).subarray(0, 30), { ...HEADERS, 'content-encoding': 'gzip' }],
  ])('%s, with a status in the encoding of the request', async (_title, body, headers) => {
    const answer = await post(body, { headers });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, headers['content-type']]);
    if (headers['content-type'] === 'application/json') expect(answer.json()).toMatchObject({ code: 3 });
    else expect(answer.rawPayload.subarray(0, 2).toString('hex')).toBe('0803');
    expect(await ingest().rows('FROM logs')).toEqual([]);
  });

  test('a small body that unpacks to a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const answer = await post(bomb, { headers: { ...PROTOBUF, 'content-encoding': 'gzip' } });
    expect([answer.statusCode, answer.rawPayload]).toEqual([
      413,
      otlpStatus('protobuf', 8, 'The body is larger than 1000000 bytes. Send it in several requests.'),
    ]);
  });

  test.each([
    ['unavailable', 503],
    ['timeout', 503],
    ['limit-exceeded', 429],
  ] as const)(
    'nothing is stored while the store says %s, and the sender is told when to come back',
    async (code, status) => {
      const fault = new AppError({ code, isRetryable: true, userMessage: 'Not now.', retryAfterMs: 2500 });
      const app = serverOf({ telemetryStore: { append: () => Promise.reject(fault) } });
      const answer = await app.inject({ method: 'POST', url: '/v1/logs', headers: HEADERS, payload: logsOf(log()) });
      expect([answer.statusCode, answer.headers['retry-after'], answer.json().message]).toEqual([
        status,
        '3',
        'Not now.',
      ]);
    },
  );
});
