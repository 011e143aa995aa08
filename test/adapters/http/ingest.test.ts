import { request as httpRequest } from 'node:http';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_CONCURRENT_REQUESTS, MAX_CONCURRENT_REQUESTS_OF_SOURCE } from '#adapters/http/ingest/serve-ingest.ts';
import { MAX_LINE_BYTES } from '#capabilities/ingest/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { ask } from '../../contracts/telemetry-store-questions.ts';
import { recordingLogger } from '../../support/recording.ts';
import { NOW, TOKEN, openStore, serverOf } from './http-under-test.ts';

const AT = new Date(NOW.getTime() - 60_000).toISOString();
const HEADERS = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson' };

const lineOf = (fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ '@timestamp': AT, service: { name: 'checkout' }, message: 'hello', ...fields });

let store: TelemetryStore;
let app: FastifyInstance;

beforeEach(async () => {
  store = await openStore();
  app = serverOf({ telemetryStore: store });
});
afterEach(async () => {
  await app.close();
  await store.close();
});

const post = (body: string | Buffer, options: { query?: string; headers?: Record<string, string> } = {}) =>
  app.inject({
    method: 'POST',
    url: `/ingest/ndjson${options.query ?? ''}`,
    headers: { ...HEADERS, ...options.headers },
    payload: body,
  });

const countOf = async (index: string): Promise<unknown> =>
  (await ask(store, `FROM ${index} | STATS n = COUNT(*)`)).rows[0]?.[0];

describe('who may send', () => {
  test('a source with its token may', async () => {
    const answer = await post(`${lineOf()}\n`);
    expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 1, rejectedCount: 0, rejected: [] }]);
  });

  test.each([
    ['without a token', {}],
    ['with another token', { authorization: 'Bearer not-the-token-0123' }],
    ['with a token that begins alike', { authorization: `Bearer ${TOKEN}x` }],
    ['with an empty token', { authorization: 'Bearer ' }],
    ['with another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('nobody %s', async (_title, headers) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/ingest/ndjson',
      headers: { 'content-type': 'application/x-ndjson', ...headers },
      payload: lineOf(),
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(answer.json()).toMatchObject({ status: 401, title: 'Unauthorized' });
    expect(await countOf('logs')).toBe(0);
  });

  test('nobody where no token is configured, and the answer says how to set one', async () => {
    const closed = serverOf({ telemetryStore: store }, { sources: [] });
    const answer = await closed.inject({ method: 'POST', url: '/ingest/ndjson', headers: HEADERS, payload: lineOf() });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().detail).toBe('Ingest is off: no source has a token. Set one with SENTINEL_INGEST_TOKENS.');
  });
});

describe('what is stored', () => {
  test('rows can be queried when the answer arrives, attributes included', async () => {
    await post([lineOf({ status_code: '503', region: 'eu' }), '', lineOf({ level: 'ERROR' })].join('\r\n'));
    const answer = await ask(
      store,
      'FROM logs | SORT status_code NULLS LAST | KEEP @timestamp, service.name, level, status_code, attributes.region',
    );
    expect(answer.rows).toEqual([
      [AT, 'checkout', null, 503, 'eu'],
      [AT, 'checkout', 'error', null, null],
    ]);
  });

  test('rows go to the index of the query, or to the one that they name', async () => {
    const metric = JSON.stringify({ '@timestamp': AT, 'metric.name': 'orders', value: 1 });
    const answer = await post([metric, lineOf({ _index: 'logs' })].join('\n'), { query: '?index=metrics' });
    expect(answer.json()).toMatchObject({ accepted: 2 });
    expect([await countOf('metrics'), await countOf('logs')]).toEqual([1, 1]);
  });

  test('the good part of a body is kept and each bad line is named', async () => {
    const body = [
      lineOf(),
      'not json',
      lineOf({ duration_ms: 'fast' }),
      JSON.stringify({ service: { name: 'checkout' } }),
      JSON.stringify({ '@timestamp': AT }),
      lineOf({ '@timestamp': new Date(NOW.getTime() + 60_000).toISOString() }),
      lineOf({ status_code: 1.5 }),
      `{"message":"${'x'.repeat(MAX_LINE_BYTES)}"}`,
      lineOf(),
    ].join('\n');
    const answer = await post(body);
    expect(answer.statusCode).toBe(200);
    const { accepted, rejectedCount, rejected } = answer.json();
    expect([accepted, rejectedCount]).toEqual([2, 7]);
    expect(rejected.map(({ line, field }: { line: number; field: string | null }) => [line, field]).toSorted()).toEqual(
      [
        [2, null],
        [3, 'duration_ms'],
        [4, '@timestamp'],
        [5, 'service.name'],
        [6, '@timestamp'],
        [7, 'status_code'],
        [8, null],
      ],
    );
    expect(await countOf('logs')).toBe(2);
  });

  test('a body larger than one batch is stored whole, with the right line numbers', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => (index === 4_321 ? '{}' : lineOf({ n: index })));
    const answer = await post(lines.join('\n'));
    expect(answer.json()).toEqual({
      accepted: 4_999,
      rejectedCount: 1,
      rejected: [{ line: 4_322, field: '@timestamp', reason: '@timestamp is missing' }],
    });
    expect(await countOf('logs')).toBe(4_999);
  });

  test('the list of bad lines is bounded, their count is not', async () => {
    const body = [lineOf(), ...Array.from({ length: 250 }, () => '{}')].join('\n');
    const { rejectedCount, rejected } = (await post(body)).json();
    expect([rejectedCount, rejected.length]).toEqual([250, 100]);
  });

  test('a body without one good line is a problem document that names the fields', async () => {
    const answer = await post('{}\n');
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status: 422, accepted: 0, rejected: [{ line: 1, field: '@timestamp' }] });
  });

  test.each(['application/x-ndjson; charset=utf-8', 'application/ndjson', 'application/jsonl'])(
    'a body of type %s is NDJSON',
    async (type) => {
      expect((await post(lineOf(), { headers: { 'content-type': type } })).json()).toMatchObject({ accepted: 1 });
    },
  );

  test('an empty body is no fault', async () => {
    expect((await post('')).json()).toEqual({ accepted: 0, rejectedCount: 0, rejected: [] });
  });

  test('a gzip body is unpacked', async () => {
    const answer = await post(gzipSync(`${lineOf()}\n${lineOf()}\n`), { headers: { 'content-encoding': 'gzip' } });
    expect(answer.json()).toMatchObject({ accepted: 2 });
  });
});

describe('what is refused', () => {
  test.each([
    ['an unknown index', {}, '?index=traces', 400],
    ['another content type', { 'content-type': 'application/json' }, '', 415],
    ['another encoding', { 'content-encoding': 'br' }, '', 415],
  ])('%s', async (_title, headers, query, status) => {
    const answer = await post(lineOf(), { headers, query });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json().status).toBe(status);
  });

  test('broken gzip, and what came before the break is kept', async () => {
    const answer = await post(gzipSync(lineOf()).subarray(0, 20), { headers: { 'content-encoding': 'gzip' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ detail: 'The body is not complete gzip.', accepted: 0 });
  });

  test('raw deflate, and the answer names the format that is expected', async () => {
    const answer = await post(deflateRawSync(lineOf()), { headers: { 'content-encoding': 'deflate' } });
    expect([answer.statusCode, answer.json().detail]).toEqual([
      400,
      'The body is not complete deflate in the format of zlib (RFC 1950).',
    ]);
    const packed = await post(deflateSync(lineOf()), { headers: { 'content-encoding': 'deflate' } });
    expect(packed.statusCode).toBe(200);
  });

  test.each([
    ['that are no objects', '['],
    ['that are broken objects', '{'],
    ['that the store refuses', '{}'],
  ])('the rest of a body behind 100,000 lines %s, and what was good before is kept', async (_title, line) => {
    app = serverOf({ telemetryStore: store }, { maxBodyBytes: 10_000_000 });
    const answer = await post(`${lineOf()}\n${`${line}\n`.repeat(150_000)}${lineOf()}`);
    expect(answer.statusCode).toBe(422);
    const { detail, accepted, rejectedCount, settledThroughLine } = answer.json();
    expect([detail, accepted]).toEqual(['More than 100000 lines were rejected; the rest was not read.', 1]);
    expect(rejectedCount).toBeGreaterThan(100_000);
    expect(rejectedCount).toBe(settledThroughLine - 1);
    expect(await countOf('logs')).toBe(1);
  });

  test('a body that says it is too large, unread', async () => {
    app = serverOf({ telemetryStore: store }, { maxBodyBytes: 1_000 });
    const answer = await post(`${lineOf()}\n`.repeat(50));
    expect([answer.statusCode, answer.json().status]).toEqual([413, 413]);
    expect(await countOf('logs')).toBe(0);
  });

  test('a small gzip body that unpacks to a large one', async () => {
    app = serverOf({ telemetryStore: store }, { maxBodyBytes: 10_000 });
    const answer = await post(gzipSync(Buffer.alloc(5_000_000, 0x20)), { headers: { 'content-encoding': 'gzip' } });
    expect(answer.statusCode).toBe(413);
  });

  test('the rest of a stream that grows too large, with an answer that reaches the sender and the first part kept', async () => {
    await app.close();
    app = serverOf({ telemetryStore: store }, { maxBodyBytes: 1_000_000 });
    const address = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const lines = Buffer.from(`${lineOf()}\n`.repeat(2_100));
    const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const sent = httpRequest(
        { host: address.hostname, port: address.port, path: '/ingest/ndjson', method: 'POST', headers: HEADERS },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(parts).toString() }));
        },
      );
      sent.on('error', reject);
      for (let part = 0; part < 6; part += 1) sent.write(lines);
      sent.end();
    });
    expect(answer.status).toBe(413);
    const { accepted } = JSON.parse(answer.body);
    expect(accepted).toBeGreaterThan(0);
    expect(await countOf('logs')).toBe(accepted);
  });
});

test('more requests at once than the limit are told to come back, and one source leaves room for the others', async () => {
  const gate = Promise.withResolvers<void>();
  app = serverOf({ telemetryStore: { append: (batch) => gate.promise.then(() => store.append(batch)) } });
  const sendMany = (count: number, headers = {}) => Array.from({ length: count }, () => post(lineOf(), { headers }));
  const flood = sendMany(MAX_CONCURRENT_REQUESTS);
  const refused = await Promise.race(flood);
  expect([refused.statusCode, refused.headers['retry-after'], refused.json().detail]).toEqual([
    429,
    '1',
    'More than 24 ingest requests of this source are running. Send this one again in a moment.',
  ]);
  const room = MAX_CONCURRENT_REQUESTS - MAX_CONCURRENT_REQUESTS_OF_SOURCE;
  const others = sendMany(room + 1, { authorization: 'Bearer other-token-0123456789' });
  expect((await Promise.race(others)).json().detail).toMatch('More than 32 ingest requests are running.');
  gate.resolve();
  const stored = async (answers: typeof flood) =>
    (await Promise.all(answers)).filter(({ statusCode }) => statusCode === 200).length;
  expect([await stored(flood), await stored(others)]).toEqual([MAX_CONCURRENT_REQUESTS_OF_SOURCE, room]);
  expect((await post(lineOf())).statusCode).toBe(200);
});

describe('when the store is down', () => {
  test('the sender is told when to come back, how much was kept, and nothing of the cause', async () => {
    let calls = 0;
    const fault = new AppError({
      code: 'unavailable',
      isRetryable: true,
      userMessage: 'The telemetry store cannot be written.',
      cause: new Error('IO Error: /var/lib/secret'),
    });
    const logger = recordingLogger();
    app = serverOf({
      logger,
      telemetryStore: {
        append: (batch) => {
          calls += 1;
          return calls === 1 ? store.append(batch) : Promise.reject(fault);
        },
      },
    });
    const answer = await post(Array.from({ length: 9_000 }, () => lineOf()).join('\n'));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({
      detail: 'The telemetry store cannot be written.',
      accepted: 8_192,
      settledThroughLine: 8_192,
    });
    expect(answer.body).not.toContain('secret');
    expect(logger.lines.some(({ level }) => level === 'error')).toBe(true);
  });

  test('a bug of ours is a 500 that tells nothing of itself', async () => {
    app = serverOf({ telemetryStore: { append: () => Promise.reject(new TypeError('x is undefined')) } });
    const answer = await post(lineOf());
    expect(answer.statusCode).toBe(500);
    expect(answer.json().detail).toBe('Sentinel failed to answer this request. Its log says why.');
  });
});
