import { gzipSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { describe, expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import { NOW, TOKEN, serverOf } from '../http-under-test.ts';
import { fixedClock, useIngest } from './ingest-under-test.ts';

const ingest = useIngest({ clock: fixedClock });

const AT = new Date(NOW.getTime() - 60_000).toISOString();
const BASIC = `Basic ${Buffer.from(`anyone:${TOKEN}`).toString('base64')}`;

const lines = (...objects: readonly unknown[]): string =>
  objects.map((each) => `${typeof each === 'string' ? each : JSON.stringify(each)}\n`).join('');

const post = (payload: string, url = '/_bulk', headers: Record<string, string> = {}) =>
  ingest().app.inject({
    method: 'POST',
    url,
    headers: { authorization: BASIC, 'content-type': 'application/x-ndjson', ...headers },
    payload,
  });

const document = (fields: Readonly<Record<string, unknown>> = {}) => ({
  '@timestamp': AT,
  service: { name: 'checkout' },
  message: 'hello',
  ...fields,
});

describe("Elasticsearch's own client", () => {
  const clientOf = async (): Promise<Client> =>
    new Client({ node: await ingest().listen(), auth: { username: 'anyone', password: TOKEN }, compression: true });

  test('is told a version, and stores a thousand documents with its bulk helper', async () => {
    const client = await clientOf();
    expect((await client.info()).version.number).toMatch(/^9\./);
    expect(await client.ping()).toBe(true);
    const documents = Array.from({ length: 1000 }, (_, n) => document({ n, log: { level: 'WARN' } }));
    const result = await client.helpers.bulk({
      datasource: documents,
      flushBytes: 20_000,
      onDocument: () => ({ create: { _index: 'logs-shop-default' } }),
    });
    expect(result).toMatchObject({ total: 1000, successful: 1000, failed: 0 });
    expect(await ingest().rows('FROM logs | STATS n = COUNT(*) BY level, service.name')).toEqual([
      [1000, 'warn', 'checkout'],
    ]);
    await client.close();
  });

  test('is given back the documents that are refused, and only those', async () => {
    const client = await clientOf();
    const dropped: unknown[] = [];
    const result = await client.helpers.bulk({
      datasource: [document(), document({ duration_ms: 'fast' }), document({ '@timestamp': 'yesterday' }), document()],
      onDocument: () => ({ index: { _index: 'filebeat' } }),
      onDrop: ({ status, error }) => dropped.push([status, error?.reason]),
    });
    expect(result).toMatchObject({ successful: 2, failed: 2 });
    expect(dropped).toEqual([
      [400, 'duration_ms is not a number'],
      [400, '@timestamp is neither ISO 8601 nor a time since 1970'],
    ]);
    await client.close();
  });
});

describe('documents as forwarders write them', () => {
  test.each([
    ['Filebeat', { host: { name: 'h' }, log: { level: 'error' }, container: { name: 'pay' } }, 'pay', 'error', 'hello'],
    ['Vector', { '@timestamp': undefined, timestamp: AT, host: 'h', severity: 'ERROR' }, 'shop', 'error', 'hello'],
    [
      'Fluent Bit',
      { message: undefined, log: 'from stdout', hostname: 'h', kubernetes: { container_name: 'cart' } },
      'cart',
      null,
      'from stdout',
    ],
  ])('%s', async (_name, fields, service, level, message) => {
    const answer = await post(
      lines({ create: {} }, { ...document({ service: undefined }), ...fields }),
      '/logs-x/_bulk',
    );
    expect(answer.json()).toMatchObject({ errors: false, items: [{ create: { _index: 'logs-x', status: 201 } }] });
    expect(await ingest().rows('FROM logs | KEEP @timestamp, service.name, host.name, level, message')).toEqual([
      [AT, service, 'h', level, message],
    ]);
  });

  test('a document without a time is of when it arrived, a guessed time that is none stays an attribute', async () => {
    await post(lines({ index: { _index: 'x' } }, { message: 'a', time: 'noon' }));
    expect(await ingest().rows('FROM logs | KEEP @timestamp, service.name, attributes.time')).toEqual([
      [NOW.toISOString(), 'shop', 'noon'],
    ]);
  });

  test('an index says by its name whether it holds logs, spans or metrics', async () => {
    const metric = { '@timestamp': AT, metric: { name: 'orders' }, value: 3 };
    const span = {
      '@timestamp': AT,
      trace: { id: 't' },
      span: { id: 's', name: 'n' },
      'service.name': 'a',
      duration_ms: 1,
    };
    const answer = await post(
      lines({ create: { _index: 'metrics-shop-default' } }, metric, { create: { _index: 'traces-apm' } }, span),
    );
    expect(answer.json().errors).toBe(false);
    expect(await ingest().rows('FROM metrics | KEEP value')).toEqual([[3]]);
    expect(await ingest().rows('FROM spans | KEEP span.name')).toEqual([['n']]);
  });
});

describe('what is not stored', () => {
  test('each action gets its own answer, in order', async () => {
    const answer = await post(
      lines(
        { create: { _index: 'a', _id: '1' } },
        document(),
        { update: { _index: 'a', _id: '2' } },
        { doc: {} },
        { delete: { _index: 'a', _id: '3' } },
        { index: { _index: 'a' } },
        'not json',
        { index: { _index: 'a' } },
        document(),
      ),
    );
    const { items } = answer.json();
    expect(
      items.map((item: object) => Object.entries(item).map(([action, { status }]) => [action, status])[0]),
    ).toEqual([
      ['create', 201],
      ['update', 400],
      ['delete', 400],
      ['index', 400],
      ['index', 201],
    ]);
  });

  test.each([
    ['a line that is no action', 'hello\n'],
    ['an action without an index', lines({ create: {} }, document())],
  ])('%s refuses the request', async (_title, body) => {
    const answer = await post(body);
    expect([answer.statusCode, answer.json().error.type]).toEqual([400, 'illegal_argument_exception']);
  });

  test('a request without a token, in the way of Elasticsearch', async () => {
    const answers = [await post('', '/_bulk', { authorization: '' }), await ingest().app.inject('/')];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401]);
    expect(answers[1]?.headers['x-elastic-product']).toBe('Elasticsearch');
  });

  test.each([
    ['is to be sent again', 429, new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Down.' })],
    ['is told to have failed', 500, new Error('a bug')],
  ])('where the store fails half-way, what it did not take %s', async (_title, status, fault) => {
    let calls = 0;
    const app = serverOf({
      telemetryStore: {
        append: async (batch) => {
          calls += 1;
          if (calls > 1) throw fault;
          return { accepted: batch.logs?.length ?? 0, rejected: [] };
        },
      },
    });
    const action = { create: { _index: 'a' } };
    const payload = lines(...Array.from({ length: 8_200 }, () => [action, document()]).flat());
    const headers = { authorization: BASIC, 'content-type': 'application/x-ndjson' };
    const answer = await app.inject({ method: 'POST', url: '/_bulk', headers, payload });
    const statuses = Map.groupBy(answer.json().items, (item: { create: { status: number } }) => item.create.status);
    expect([statuses.get(201)?.length, statuses.get(status)?.length]).toEqual([8_192, 8]);
    const nothing = await app.inject({ method: 'POST', url: '/_bulk', headers, payload: lines(action, document()) });
    expect(nothing.statusCode).toBe(status === 429 ? 503 : 500);
  });
});

describe('a request of several batches', () => {
  const DOCUMENTS = 20_000;
  const roomy = useIngest({ clock: fixedClock, ingest: { maxBodyBytes: 10_485_760 } });
  const good = lines(
    ...Array.from({ length: DOCUMENTS }, (_, n) => [{ create: { _index: 'a' } }, document({ n })]).flat(),
  );
  const send = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const response = await fetch(`${await roomy().listen()}/_bulk`, {
      method: 'POST',
      headers: { authorization: BASIC, 'content-type': 'application/x-ndjson', ...headers },
      body,
    });
    return { status: response.status, answer: (await response.json()) as { errors?: boolean; items?: unknown[] } };
  };
  const stored = () => roomy().rows('FROM logs | STATS n = COUNT(*)');

  test('is stored as a whole, with an item for each document', async () => {
    const { status, answer } = await send(gzipSync(good), { 'content-encoding': 'x-gzip, identity' });
    expect([status, answer.errors, answer.items?.length]).toEqual([200, false, DOCUMENTS]);
    expect(await stored()).toEqual([[DOCUMENTS]]);
  });

  test.each([
    ['a last line that is no action', 400, Buffer.from(`${good}hello\n`), {}],
    ['an end that is cut off', 400, gzipSync(good).subarray(0, -2_000), { 'content-encoding': 'gzip' }],
    ['too much at its end', 413, gzipSync(good.repeat(5)), { 'content-encoding': 'gzip' }],
  ])(
    'with %s stores nothing, and sent again as it should be stores nothing twice',
    async (_title, status, body, headers) => {
      expect((await send(body, headers)).status).toBe(status);
      expect(await stored()).toEqual([[0]]);
      expect((await send(good)).status).toBe(200);
      expect(await stored()).toEqual([[DOCUMENTS]]);
    },
  );
});

test('a document that the store may take another time is to be sent again, and only that one', async () => {
  const rejected = [
    { kind: 'logs' as const, index: 0, field: null, reason: 'busy', isRetryable: true as const },
    { kind: 'logs' as const, index: 2, field: null, reason: 'bad' },
  ];
  const app = serverOf({ telemetryStore: { append: async () => ({ accepted: 1, rejected }) } });
  const action = { create: { _index: 'a' } };
  const answer = await app.inject({
    method: 'POST',
    url: '/_bulk',
    headers: { authorization: BASIC, 'content-type': 'application/x-ndjson' },
    payload: lines(action, document(), action, document(), action, document()),
  });
  expect(answer.json().items.map((item: { create: { status: number } }) => item.create.status)).toEqual([
    429, 201, 400,
  ]);
});

test('what clients would set up before they send is said to be there', async () => {
  const headers = { authorization: BASIC };
  for (const path of ['/_license', '/_cluster/health', '/_ilm/policy/filebeat', '/_index_template/filebeat-9.2.0']) {
    expect((await ingest().app.inject({ url: path, headers })).statusCode).toBe(200);
  }
  const put = await ingest().app.inject({ method: 'PUT', url: '/_index_template/x', headers, payload: {} });
  expect(put.json()).toEqual({ acknowledged: true });
  expect((await ingest().app.inject({ method: 'HEAD', url: '/', headers })).statusCode).toBe(200);
});
