import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MalformedBody } from '#capabilities/ingest/otlp/malformed-body.ts';
import { OTLP_SIGNALS, type OtlpSignal } from '#capabilities/ingest/otlp/read-otlp.ts';
import { readOtlpJson } from '#capabilities/ingest/otlp/read-json.ts';
import { readOtlpProtobuf } from '#capabilities/ingest/otlp/read-protobuf.ts';
import type { IngestRecord } from '#capabilities/ingest/read-record.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00.000Z');

const readAll = (read: typeof readOtlpJson, body: Buffer, signal: OtlpSignal): IngestRecord[] | 'malformed' => {
  const records: IngestRecord[] = [];
  const reading = read(body, signal, {
    receivedMs: NOW_MS,
    begin: () => undefined,
    take: (record) => records.push(record),
    refuse: () => undefined,
  });
  try {
    while (reading.next().done !== true);
    return records;
  } catch (error) {
    if (error instanceof MalformedBody) return 'malformed';
    throw error;
  }
};

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.boolean(),
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
      .filter((number) => !Object.is(number, -0)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString('hex'));

const record = fc.record({
  hrTime: fc.tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 })),
  hrTimeObserved: fc.constant([1_700_000_000, 5] as [number, number]),
  severityNumber: fc.integer({ min: 0, max: 24 }),
  severityText: text,
  body: value.value,
  attributes: fc.dictionary(text, value.value, { maxKeys: 5, noNullPrototype: true }),
  spanContext: fc.record({ traceId: hex(16), spanId: hex(8), traceFlags: fc.constant(1) }),
});

const complete = (part: object): ReadableLogRecord =>
  ({
    ...part,
    resource: resourceFromAttributes({ 'service.name': 'checkout', 'host.name': 'node-7', 'host.cpus': 8 }),
    instrumentationScope: { name: 'cart', version: '1.0' },
    droppedAttributesCount: 0,
  }) as unknown as ReadableLogRecord;

test('both encodings of the same records are the same rows', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (parts) => {
      const records = parts.map(complete);
      const json = readAll(readOtlpJson, Buffer.from(JsonLogsSerializer.serializeRequest(records) ?? []), 'logs');
      const bytes = Buffer.from(ProtobufLogsSerializer.serializeRequest(records) ?? []);
      expect(readAll(readOtlpProtobuf, bytes, 'logs')).toEqual(json);
      expect(json).toHaveLength(records.length);
    }),
    { numRuns: 200 },
  );
});

test('a request that is cut off anywhere is malformed, never a part of itself', () => {
  fc.assert(
    fc.property(record, fc.nat(), (part, at) => {
      const whole = Buffer.from(ProtobufLogsSerializer.serializeRequest([complete(part)]) ?? []);
      const cut = whole.subarray(0, 1 + (at % (whole.length - 1)));
      expect(readAll(readOtlpProtobuf, cut, 'logs')).toBe('malformed');
    }),
  );
});

test.each(OTLP_SIGNALS)('whatever bytes arrive as %s, the outcome is rows or a malformed body', (signal) => {
  const whole = Buffer.from(
    ProtobufLogsSerializer.serializeRequest([
      complete({ hrTime: [1, 2], hrTimeObserved: [1, 2], body: { a: [1, 'b'] }, attributes: { c: 1 } }),
    ]) ?? [],
  );
  const changed = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 }).map((changes) => {
    const copy = Buffer.from(whole);
    for (const [at, byte] of changes) copy[at] = byte;
    return copy;
  });
  const bytes = fc.oneof(
    changed,
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  );
  fc.assert(
    fc.property(bytes, (body) => {
      readAll(readOtlpProtobuf, body, signal);
    }),
    { numRuns: 2000 },
  );
});

test.each(OTLP_SIGNALS)('whatever JSON arrives as %s, the outcome is rows or a malformed body', (signal) => {
  fc.assert(
    fc.property(fc.json(), fc.json(), (anything, each) => {
      const name = { logs: 'Logs', traces: 'Spans', metrics: 'Metrics' }[signal];
      readAll(readOtlpJson, Buffer.from(anything), signal);
      const scope = `{"scope":{},"logRecords":[${each}],"spans":[${each}],"metrics":[${each}]}`;
      readAll(readOtlpJson, Buffer.from(`{"resource${name}":[{"scope${name}":[${scope}]}]}`), signal);
    }),
  );
});

const messagesOf = (read: typeof readOtlpJson, body: Buffer): readonly unknown[] => {
  const records = readAll(read, body, 'logs');
  return records === 'malformed' ? [] : records.map(({ row }) => ('message' in row ? row.message : null));
};

test('of a value that is nested without end the beginning is kept, and every other record', () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 200; depth += 1) deep = [deep];
  const records = [deep, 'good'].map((body) =>
    complete({ hrTime: [1, 2], hrTimeObserved: [1, 2], body, attributes: {} }),
  );
  const expected = [`${'['.repeat(32)}"…"${']'.repeat(32)}`, 'good'];
  expect(messagesOf(readOtlpJson, Buffer.from(JsonLogsSerializer.serializeRequest(records) ?? []))).toEqual(expected);
  const bytes = Buffer.from(ProtobufLogsSerializer.serializeRequest(records) ?? []);
  expect(messagesOf(readOtlpProtobuf, bytes)).toEqual(expected);
});

const rowsOfJson = (signal: OtlpSignal, body: object): readonly unknown[] => {
  const records = readAll(readOtlpJson, Buffer.from(JSON.stringify(body)), signal);
  return records === 'malformed' ? [] : records.map(({ row }) => row);
};

test('a null in JSON is as good as absent', () => {
  const body = { stringValue: null, intValue: '5' };
  expect(rowsOfJson('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] })).toMatchObject([
    { message: '5' },
  ]);
  const metric = { name: 'm', gauge: null, sum: { dataPoints: [{ asInt: '7' }] } };
  expect(rowsOfJson('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] })).toMatchObject([
    { name: 'm', value: 7, attributes: { 'metric.type': 'sum' } },
  ]);
});

test('a distribution without observations keeps what is a number of it', () => {
  const quantileValues = [
    { quantile: 0.5, value: 'NaN' },
    { quantile: 0.99, value: 3 },
  ];
  const summary = { dataPoints: [{ count: '2', sum: 'Infinity', quantileValues }] };
  const metrics = [{ name: 's', summary }];
  expect(rowsOfJson('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })).toMatchObject([
    { name: 's.count', value: 2 },
    { name: 's.quantile', value: 3, attributes: { quantile: '0.99' } },
  ]);
});

test('texts that are too long for a row are cut, and what is missing is counted', () => {
  const attributes = [{ key: 'exception.stacktrace', value: { stringValue: 'x'.repeat(9_000) } }];
  const logRecords = [{ body: { stringValue: 'y'.repeat(32_010) }, attributes }];
  expect(rowsOfJson('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })).toMatchObject([
    {
      message: 'y'.repeat(32_000),
      attributes: { 'exception.stacktrace': 'x'.repeat(8_192), 'sentinel.cut_characters': '818' },
    },
  ]);
});
