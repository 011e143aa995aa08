import { expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import { createHttpServer } from '#adapters/http/create-http-server.ts';
import { createReadiness } from '#adapters/http/readiness.ts';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { recordingLogger } from '../../support/recording.ts';
import { depsOf, ingestOptions, serverOf } from './http-under-test.ts';

const ready = { name: 'telemetry store', check: () => Promise.resolve() };

test('says that the process is alive, whatever its checks say', async () => {
  const app = serverOf({ checks: [{ name: 'state store', check: () => Promise.reject(new Error('down')) }] });
  const answer = await app.inject('/healthz');
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'alive' }]);
});

test('is ready when every check is, and tells what was seen', async () => {
  const app = serverOf({ checks: [ready, { name: 'detection', check: () => Promise.resolve('last tick 12 s ago') }] });
  const answer = await app.inject('/readyz');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    status: 'ready',
    checks: [
      { name: 'telemetry store', isReady: true, detail: null, tookMs: expect.any(Number) },
      { name: 'detection', isReady: true, detail: 'last tick 12 s ago', tookMs: expect.any(Number) },
    ],
  });
});

test('is not ready when one check fails, and says so in its own words only', async () => {
  const fault = new AppError({
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'PostgreSQL does not answer.',
    cause: new Error('password=hunter2'),
  });
  const app = serverOf({
    checks: [
      ready,
      { name: 'state store', check: () => Promise.reject(fault) },
      { name: 'queue', check: () => Promise.reject(new Error('ECONNREFUSED 10.0.0.7:6379')) },
    ],
  });
  const answer = await app.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({
    status: 'not ready',
    checks: [
      { name: 'telemetry store', isReady: true },
      { name: 'state store', isReady: false, detail: 'PostgreSQL does not answer.' },
      { name: 'queue', isReady: false, detail: 'The check failed. The log says why.' },
    ],
  });
  expect(answer.body).not.toMatch(/hunter2|ECONNREFUSED/);
});

test('takes a check that does not answer for a failed one', async () => {
  const readiness = createReadiness([ready, { name: 'queue', check: () => new Promise(() => undefined) }], 20);
  const { isReady, checks } = await readiness();
  expect(isReady).toBe(false);
  expect(checks.map((check) => [check.name, check.isReady, check.detail])).toEqual([
    ['telemetry store', true, null],
    ['queue', false, 'No answer within 0.02 s.'],
  ]);
});

test('takes a check that throws at once for a failed one', async () => {
  const check = (): never => {
    throw new Error('bug');
  };
  expect((await createReadiness([{ name: 'chat', check }])()).isReady).toBe(false);
});

test('runs the checks once for callers at the same moment', async () => {
  let runs = 0;
  const readiness = createReadiness([{ name: 'chat', check: () => Promise.resolve(String((runs += 1))) }]);
  await Promise.all([readiness(), readiness(), readiness()]);
  expect(runs).toBe(1);
  await readiness();
  expect(runs).toBe(2);
});

test('serves metrics as Prometheus text', async () => {
  const metrics = createPrometheusMetrics();
  metrics.set('sentinel_services_watched', 5);
  const answer = await serverOf({ metrics }).inject('/metrics');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(answer.body).toContain('sentinel_services_watched 5');
});

test('answers an unknown address with a problem document', async () => {
  const answer = await serverOf().inject('/nowhere?token=secret');
  expect(answer.statusCode).toBe(404);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toEqual({ title: 'Not Found', status: 404, detail: 'There is nothing at this address.' });
});

test.each(['/_alias/x', '/logs-x/_doc?refresh=true'])(
  'answers %s in a form that clients of Elasticsearch can read',
  async (url) => {
    const answer = await serverOf().inject({ method: 'POST', url });
    expect([answer.statusCode, answer.headers['x-elastic-product']]).toEqual([404, 'Elasticsearch']);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json()).toMatchObject({
      status: 404,
      error: { type: 'resource_not_found_exception', reason: 'There is nothing at this address.' },
    });
  },
);

test('waits 30 s for a request, headers and body together', () => {
  // Node takes the longer of the two limits for the whole.
  const { headersTimeout, requestTimeout } = serverOf().server;
  expect(headersTimeout).toBeLessThan(requestTimeout);
  expect(requestTimeout).toBe(30_000);
});

test.each([
  ['GET', '/v1/logs', 'POST'],
  ['HEAD', '/v1/traces', 'POST'],
  ['PUT', '/ingest/ndjson', 'POST'],
  ['DELETE', '/ingest/cloudwatch/firehose', 'POST'],
  ['GET', '/ingest/cloudwatch/awslogs', 'POST'],
  ['GET', '/_bulk', 'POST, PUT'],
  ['PATCH', '/logs/_bulk', 'POST, PUT'],
] as const)('answers %s %s with what it takes', async (method, url, allow) => {
  const answer = await serverOf().inject({ method, url });
  expect([answer.statusCode, answer.headers['allow']]).toEqual([405, allow]);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
});

test('logs requests without query strings and headers', async () => {
  const logger = recordingLogger();
  const app = serverOf({ logger });
  await app.inject({
    url: '/ingest/ndjson?key=secret-1',
    method: 'POST',
    headers: { authorization: 'Bearer secret-2' },
  });
  await app.inject('/healthz');
  expect(logger.lines.map(({ level, fields }) => [level, fields['method'], fields['path'], fields['status']])).toEqual([
    ['info', 'POST', '/ingest/ndjson', 401],
    ['debug', 'GET', '/healthz', 200],
  ]);
  expect(JSON.stringify(logger.lines)).not.toContain('secret');
});

test('logs what was answered well for those who look closely, refusals at info and faults at warn', async () => {
  const logger = recordingLogger();
  const endpoint = { path: '/slack/events', maxBodyBytes: 1_000 };
  const statuses = [200, 302, 404, 503];
  for (const statusCode of statuses) {
    const answer = () => Promise.resolve({ status: statusCode, contentType: null, body: '' });
    const app = createHttpServer(depsOf({ logger }), { ...ingestOptions(), endpoints: [{ ...endpoint, answer }] });
    await app.inject({
      method: 'POST',
      url: '/slack/events',
      headers: { 'content-type': 'application/json' },
      payload: '{}',
    });
  }
  expect(logger.lines.map(({ level, fields }) => [level, fields['status']])).toEqual([
    ['debug', 200],
    ['debug', 302],
    ['info', 404],
    ['warn', 503],
  ]);
});
