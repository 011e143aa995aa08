import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import type { MatchedDelivery } from '#kernel/matched-delivery.ts';
import { recordingLogger } from '../../../support/recording.ts';
import { NOW, TOKEN, serverOf } from '../http-under-test.ts';
import { fixedClock, useIngest } from './ingest-under-test.ts';

const ingest = useIngest({ clock: fixedClock });

const AT_MS = NOW.getTime() - 60_000;

const pack = (message: unknown): string => gzipSync(JSON.stringify(message)).toString('base64');
const dataMessage = (...messages: readonly unknown[]) => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/aws/lambda/payment',
  logStream: '2026/11/20/[$LATEST]ab',
  subscriptionFilters: ['all'],
  logEvents: messages.map((message, index) => ({ id: String(index), timestamp: AT_MS + index, message })),
});
const CONTROL = {
  messageType: 'CONTROL_MESSAGE',
  owner: 'CloudwatchLogs',
  logGroup: '',
  logEvents: [{ message: 'x' }],
};

const DELIVERY = { requestId: 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f', timestamp: 1_578_090_901_599 };
const firehose = (records: readonly unknown[], headers: Record<string, string> = {}) =>
  ingest().app.inject({
    method: 'POST',
    url: '/ingest/cloudwatch/firehose',
    headers: {
      'content-type': 'application/json',
      'x-amz-firehose-protocol-version': '1.0',
      'x-amz-firehose-request-id': DELIVERY.requestId,
      'x-amz-firehose-access-key': TOKEN,
      ...headers,
    },
    payload: JSON.stringify({ ...DELIVERY, records: records.map((data) => ({ data })) }),
  });

const awslogs = (data: unknown, headers: Record<string, string> = {}) =>
  ingest().app.inject({
    method: 'POST',
    url: '/ingest/cloudwatch/awslogs',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
    payload: JSON.stringify({ awslogs: { data } }),
  });

describe('Firehose', () => {
  test('gets its request id and timestamp back, and the events are logs of the group', async () => {
    const answer = await firehose([
      pack(CONTROL),
      pack(dataMessage('START\n', 'ERROR no funds')),
      pack(dataMessage('c')),
    ]);
    expect([answer.statusCode, answer.json()]).toEqual([200, DELIVERY]);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(
      await ingest().rows(
        'FROM logs | SORT @timestamp, message | KEEP @timestamp, service.name, level, message, attributes.aws.log.group.names, attributes.cloud.account.id',
      ),
    ).toEqual([
      [new Date(AT_MS).toISOString(), 'payment', null, 'START', '/aws/lambda/payment', '123456789012'],
      [new Date(AT_MS).toISOString(), 'payment', null, 'c', '/aws/lambda/payment', '123456789012'],
      [new Date(AT_MS + 1).toISOString(), 'payment', 'error', 'ERROR no funds', '/aws/lambda/payment', '123456789012'],
    ]);
  });

  test('is answered with its request id where the key is wrong', async () => {
    const answer = await firehose([], { 'x-amz-firehose-access-key': 'not-the-token-0123' });
    expect([answer.statusCode, answer.json()]).toEqual([
      401,
      {
        requestId: DELIVERY.requestId,
        timestamp: NOW.getTime(),
        errorMessage: 'Set the token of a configured source as the access key of the delivery stream.',
      },
    ]);
  });

  test.each([
    ['a record that is not gzip', Buffer.from('hello').toString('base64'), 400, 'records[1].data is not gzip'],
    [
      'gzip that is cut off',
      gzipSync('x'.repeat(1000)).subarray(0, 20).toString('base64'),
      400,
      'records[1].data is damaged or cut off',
    ],
    ['a record without data', undefined, 400, 'records[1].data is not a string'],
    ['JSON of another kind', pack({ hello: 1 }), 400, 'records[1].data holds no message of CloudWatch Logs'],
    ['what unpacks to too much', gzipSync(Buffer.alloc(30_000_000)).toString('base64'), 400, 'larger than'],
  ])('is told of %s, and nothing of the request is stored', async (_title, data, status, what) => {
    const answer = await firehose([pack(dataMessage('good')), data]);
    expect([answer.statusCode, answer.json().requestId]).toEqual([status, DELIVERY.requestId]);
    expect(answer.json().errorMessage).toContain(what);
    expect(await ingest().rows('FROM logs')).toEqual([]);
  });

  test('has records stored in parts that unpack to more than the limit together', async () => {
    const record = pack(dataMessage('€'.repeat(100_000)));
    expect((await firehose([record, record, record, record, pack(CONTROL), record])).statusCode).toBe(200);
    expect(await ingest().rows('FROM logs | STATS n = COUNT(*)')).toEqual([[5]]);
  });

  test('may have unpacked the records itself', async () => {
    const plain = Buffer.from(JSON.stringify(dataMessage('plain'))).toString('base64');
    expect((await firehose([plain])).statusCode).toBe(200);
    expect(await ingest().rows('FROM logs | KEEP message')).toEqual([['plain']]);
  });

  test('is told to come back while the store is down', async () => {
    const fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Down.' });
    const app = serverOf({ telemetryStore: { append: () => Promise.reject(fault) } });
    const answer = await app.inject({
      method: 'POST',
      url: '/ingest/cloudwatch/firehose',
      headers: { 'content-type': 'application/json', 'x-amz-firehose-access-key': TOKEN },
      payload: JSON.stringify({ ...DELIVERY, records: [{ data: pack(dataMessage('a')) }] }),
    });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
  });
});

describe('events that do not fit a row', () => {
  const logger = recordingLogger();
  const kept: MatchedDelivery[] = [];
  const strict = useIngest({
    clock: fixedClock,
    deps: { logger, keepMatches: async (deliveries) => void kept.push(...deliveries) },
  });
  const deliver = (message: unknown) =>
    strict().app.inject({
      method: 'POST',
      url: '/ingest/cloudwatch/firehose',
      headers: { 'content-type': 'application/json', 'x-amz-firehose-access-key': TOKEN },
      payload: JSON.stringify({ ...DELIVERY, records: [{ data: pack(message) }] }),
    });
  beforeEach(() => void kept.splice(0));

  test('are logged with their reasons, and what is long is cut, marked and kept for its incident', async () => {
    const long = `ERROR ${'x'.repeat(40_000)}`;
    const message = dataMessage('fine', 7, long, 'ERROR of long ago');
    const logEvents = message.logEvents.map((event, index) =>
      index === 3 ? { ...event, timestamp: NOW.getTime() - 30 * 86_400_000 } : event,
    );
    const answer = await deliver({ ...message, logEvents });
    expect([answer.statusCode, answer.json()]).toEqual([200, DELIVERY]);
    expect(
      await strict().rows('FROM logs | SORT @timestamp | KEEP message, level, attributes.sentinel.cut_characters'),
    ).toEqual([
      ['fine', null, null],
      [long.slice(0, 32_000), 'error', '8006'],
    ]);
    const warnings = logger.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
    expect(warnings).toEqual([
      {
        source: 'shop',
        format: 'firehose',
        accepted: 2,
        rejectedCount: 2,
        rejected: [
          { event: 1, field: 'message', reason: 'message is not a string' },
          { event: 3, field: '@timestamp', reason: '@timestamp is older than the 24 h that logs are kept' },
        ],
      },
    ]);
  });

  test('and could not be stored are not kept for an incident either', async () => {
    const message = { ...dataMessage('ERROR a'), logGroup: 'g'.repeat(2_000) };
    expect((await deliver(message)).statusCode).toBe(200);
    expect([await strict().rows('FROM logs'), kept]).toEqual([[], []]);
  });

  test('as a document are stored as a line', async () => {
    const line = JSON.stringify({ level: 'error', stack: 'x'.repeat(9_000), duration_ms: -1 });
    await deliver(dataMessage(line));
    expect(await strict().rows('FROM logs | KEEP message, duration_ms')).toEqual([[line, null]]);
    expect(kept.flatMap(({ lines }) => lines)).toMatchObject([{ word: 'ERROR', text: line }]);
  });
});

describe('lines that open incidents', () => {
  const kept: MatchedDelivery[] = [];
  let fault: AppError | null = null;
  const opening = useIngest({
    clock: fixedClock,
    deps: {
      keepMatches: async (deliveries) => {
        if (fault) throw fault;
        kept.push(...deliveries);
      },
    },
  });
  const deliver = (...data: readonly string[]) =>
    opening().app.inject({
      method: 'POST',
      url: '/ingest/cloudwatch/firehose',
      headers: { 'content-type': 'application/json', 'x-amz-firehose-access-key': TOKEN },
      payload: JSON.stringify({ ...DELIVERY, records: data.map((each) => ({ data: each })) }),
    });
  beforeEach(() => {
    kept.length = 0;
    fault = null;
  });

  test('are handed over by delivery, under the word as it is configured, and their rows are marked', async () => {
    const quiet = JSON.stringify({ level: 'info', error: null, message: 'all is well' });
    const loud = JSON.stringify({ service: 'billing', message: 'out of money', kind: 'IOException' });
    const answer = await deliver(
      pack(dataMessage('fine', 'a critical fault\n', quiet)),
      pack(dataMessage('nothing here')),
      pack(dataMessage(loud)),
    );
    expect(answer.statusCode).toBe(200);
    expect(kept.map(({ lines }) => lines)).toEqual([
      [{ service: 'payment', word: 'Critical', text: 'a critical fault', atMs: AT_MS + 1 }],
      [{ service: 'billing', word: 'Exception', text: 'out of money', atMs: AT_MS }],
    ]);
    expect(
      await opening().rows(
        'FROM logs | WHERE attributes.sentinel.match IS NOT NULL | SORT message | KEEP message, attributes.sentinel.match',
      ),
    ).toEqual([
      ['a critical fault', 'Critical'],
      ['out of money', 'Exception'],
    ]);
  });

  test('have the same key when their delivery comes again, and another one in another delivery', async () => {
    const [first, second] = [pack(dataMessage('ERROR a')), pack(dataMessage('ERROR b'))];
    await deliver(first, second);
    await deliver(first);
    const [a, b, again] = kept.map(({ key }) => key);
    expect(again).toBe(a);
    expect(b).not.toBe(a);
  });

  test('are stored in no part while they cannot be kept, so that the next attempt doubles no row', async () => {
    fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'The database is away.' });
    const answer = await deliver(pack(dataMessage('fine', 'ERROR a')));
    expect([answer.statusCode, answer.json().errorMessage]).toEqual([503, 'The database is away.']);
    expect(await opening().rows('FROM logs')).toEqual([]);
    expect((await deliver(pack(dataMessage('fine')))).statusCode).toBe(200);
    fault = null;
    expect((await deliver(pack(dataMessage('fine', 'ERROR a')))).statusCode).toBe(200);
    expect(await opening().rows('FROM logs')).toHaveLength(3);
  });

  test('are kept while the telemetry store is away', async () => {
    const away = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Away.' });
    const keepMatches = async (deliveries: readonly MatchedDelivery[]) => void kept.push(...deliveries);
    const app = serverOf({ keepMatches, telemetryStore: { append: () => Promise.reject(away) } });
    const answer = await app.inject({
      method: 'POST',
      url: '/ingest/cloudwatch/awslogs',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      payload: JSON.stringify({ awslogs: { data: pack(dataMessage('ERROR a')) } }),
    });
    expect([answer.statusCode, kept.length]).toEqual([503, 1]);
  });
});

describe('what a Lambda function passes on', () => {
  test('is stored, bad events are listed and the good ones kept', async () => {
    const answer = await awslogs(pack(dataMessage('fine', 7, { a: 1 }, 'also fine')));
    expect(answer.json()).toEqual({
      accepted: 2,
      rejectedCount: 2,
      rejected: [
        { event: 1, field: 'message', reason: 'message is not a string' },
        { event: 2, field: 'message', reason: 'message is not a string' },
      ],
    });
  });

  test('a structured line is read as a document, one that cannot be is kept as a line', async () => {
    const structured = { level: 'WARN', service: 'billing', message: 'slow', duration_ms: 12, orderId: 7 };
    const odd = '{"duration_ms":"fast"}';
    await awslogs(pack(dataMessage(JSON.stringify(structured), odd)));
    expect(
      await ingest().rows(
        'FROM logs | SORT @timestamp | KEEP service.name, level, message, duration_ms, attributes.orderId',
      ),
    ).toEqual([
      ['billing', 'warn', 'slow', 12, '7'],
      ['payment', null, odd, null, null],
    ]);
  });

  test('needs the bearer token', async () => {
    expect((await awslogs(pack(CONTROL), { authorization: '' })).statusCode).toBe(401);
  });

  test('is refused without data', async () => {
    expect((await awslogs(undefined)).statusCode).toBe(400);
  });
});

describe('more than one request may bring is refused as a whole', () => {
  // 413 would be final for Firehose.
  test('records of Firehose', async () => {
    const answer = await firehose(Array<string>(10_001).fill(''));
    expect([answer.statusCode, answer.json().errorMessage]).toEqual([
      400,
      'The request has more than 10000 records. Send it in several requests.',
    ]);
  });

  test('events of one record', async () => {
    const answer = await firehose([pack({ ...dataMessage(), logEvents: Array<object>(100_001).fill({}) })]);
    expect([answer.statusCode, answer.json().errorMessage]).toEqual([
      400,
      'The request has more than 100000 events. Send it in several requests.',
    ]);
    expect(await ingest().rows('FROM logs | STATS n = COUNT(*)')).toEqual([[0]]);
  });

  test('values of JSON, in the request and in what it packs', async () => {
    const values = Array<number>(500_000).fill(0);
    const large = serverOf({}, { maxBodyBytes: 2_000_000 });
    const outer = await large.inject({
      method: 'POST',
      url: '/ingest/cloudwatch/awslogs',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      payload: JSON.stringify({ awslogs: { data: values } }),
    });
    const inner = await large.inject({
      method: 'POST',
      url: '/ingest/cloudwatch/awslogs',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      payload: JSON.stringify({ awslogs: { data: pack({ ...dataMessage(), logEvents: values }) } }),
    });
    for (const answer of [outer, inner]) {
      expect([answer.statusCode, answer.json().detail]).toEqual([
        413,
        'The JSON has more than 500000 values. Send it in several requests.',
      ]);
    }
  });

  test('events that take too much with the name of their stream', async () => {
    const logEvents = Array<object>(10_000).fill({ timestamp: AT_MS, message: 'x' });
    const answer = await awslogs(pack({ ...dataMessage(), logStream: 's'.repeat(8_000), logEvents }));
    expect([answer.statusCode, answer.json().detail]).toEqual([
      413,
      expect.stringContaining('more than 67108864 bytes'),
    ]);
  });
});
