import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { LogRecord, TelemetryBatch } from '#ports/telemetry-store.ts';
import { NOW, serverOf, TOKEN } from '../http-under-test.ts';

/** A store that keeps rows by their ids and has no room for some of them at first, as Elasticsearch may. */
const busyStore = (isRefused: (attempt: number, index: number) => boolean) => {
  const kept = new Map<string, LogRecord>();
  let attempt = 0;
  const append = async ({ logs = [] }: TelemetryBatch) => {
    attempt += 1;
    const rejected = logs.flatMap((row, index) => {
      if (isRefused(attempt, index)) {
        return [{ kind: 'logs' as const, index, field: null, reason: 'busy', isRetryable: true as const }];
      }
      kept.set(row.deliveryId ?? `${kept.size} without an id`, row);
      return [];
    });
    return { accepted: logs.length - rejected.length, rejected };
  };
  return { kept, append };
};

const AT_MS = NOW.getTime() - 1_000;
const otlp = (...records: readonly { readonly text: string; readonly atMs?: number }[]): string => {
  const logRecords = records.map(({ text, atMs }) => ({
    ...(atMs === undefined ? {} : { timeUnixNano: `${atMs}000000` }),
    body: { stringValue: text },
  }));
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
};

const packed = gzipSync(
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '1',
    logGroup: 'shop',
    logStream: 's',
    logEvents: ['a', 'b', 'b', 'c'].map((message) => ({ timestamp: AT_MS, message })),
  }),
).toString('base64');

const REQUESTS = [
  { path: '/v1/logs', body: otlp(...['a', 'b', 'b', 'c'].map((text) => ({ text, atMs: AT_MS }))) },
  { path: '/ingest/cloudwatch/awslogs', body: JSON.stringify({ awslogs: { data: packed } }) },
  {
    path: '/ingest/cloudwatch/firehose',
    body: JSON.stringify({ requestId: 'r', timestamp: 1, records: [{ data: packed }] }),
  },
];

const sender = (append: ReturnType<typeof busyStore>['append']) => {
  const app = serverOf({ telemetryStore: { append, knowsDeliveries: true } });
  return (path: string, payload: string) =>
    app.inject({
      method: 'POST',
      url: path,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'x-amz-firehose-access-key': TOKEN,
        'content-type': 'application/json',
      },
      payload,
    });
};

test.each(REQUESTS)(
  'a request to $path of which some rows found no room is sent again, and nothing is stored twice',
  async ({ path, body }) => {
    const { kept, append } = busyStore((attempt, index) => index < 3 - attempt);
    const send = sender(append);
    const first = await send(path, body);
    expect([first.statusCode, first.headers['retry-after'], kept.size]).toEqual([429, '1', 2]);
    expect(first.body).toContain('Send all of this again');
    expect([(await send(path, body)).statusCode, kept.size]).toEqual([429, 3]);
    expect([(await send(path, body)).statusCode, kept.size]).toEqual([200, 4]);
    expect([(await send(path, body)).statusCode, kept.size]).toEqual([200, 4]);
    expect([...kept.values()].map(({ message }) => String(message)).toSorted()).toEqual(['a', 'b', 'b', 'c']);
  },
);

test.each(['timeUnixNano', 'observedTimeUnixNano'])(
  'a record whose %s is the moment of its receipt is known again',
  async (name) => {
    const { kept, append } = busyStore(() => false);
    const send = sender(append);
    const record = { [name]: `${NOW.getTime()}000000`, body: { stringValue: 'ready' } };
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    expect([(await send('/v1/logs', body)).statusCode, (await send('/v1/logs', body)).statusCode]).toEqual([200, 200]);
    expect(kept.size).toBe(1);
  },
);

test('two records without a time of their own are two, however alike', async () => {
  const { kept, append } = busyStore(() => false);
  const send = sender(append);
  const body = otlp({ text: 'ready' });
  expect([(await send('/v1/logs', body)).statusCode, (await send('/v1/logs', body)).statusCode]).toEqual([200, 200]);
  expect(kept.size).toBe(2);
});
