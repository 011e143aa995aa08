import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { understandQuestion } from '#capabilities/log-query/index.ts';
import { AppError } from '#kernel/errors.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

const NOW = new Date('2026-11-21T14:20:00Z');
const clock = { now: () => NOW };
const nothing = () => undefined;

let telemetryStore: TelemetryStore;

beforeEach(async () => {
  const metrics = { increment: nothing, observe: nothing, set: nothing };
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  telemetryStore = await openDuckdbTelemetryStore(
    { clock, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
  const timestampMs = NOW.getTime() - MINUTE_MS;
  await telemetryStore.append({
    logs: [
      {
        timestampMs,
        service: 'payment-service',
        level: 'error',
        message: 'pool exhausted',
        durationMs: null,
        traceId: null,
        spanId: null,
        statusCode: null,
        host: null,
      },
    ],
    metrics: [{ timestampMs, name: 'orders.completed', value: 3, unit: null, service: null }],
  });
});
afterEach(() => telemetryStore.close());

const understand = (text: string, store: Pick<TelemetryStore, 'schema' | 'query'> = telemetryStore) =>
  understandQuestion(
    { telemetryStore: store, clock, failedExpression: 'status_code >= 500' },
    { text, timeZone: 'Europe/Berlin' },
  );

describe('understanding a question', () => {
  it('knows the services and metrics that telemetry has', async () => {
    expect(await understand('errors from payments')).toMatchObject({
      kind: 'understood',
      understanding: { isWhole: true, query: expect.stringContaining('service.name == "payment-service"') },
    });
    expect(await understand('orders per hour')).toMatchObject({
      kind: 'understood',
      understanding: { isWhole: true, query: expect.stringContaining('metric.name == "orders.completed"') },
    });
  });

  it('leaves ES|QL as it is', async () => {
    expect(await understand('FROM logs | LIMIT 5')).toEqual({ kind: 'esql' });
  });

  it('says that it understood nothing', async () => {
    expect(await understand('please?')).toEqual({ kind: 'not-understood' });
  });

  it('understands what needs no names while telemetry cannot be read', async () => {
    const away = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Away.' });
    const query = () => Promise.reject(away);
    const store = { schema: () => telemetryStore.schema(), query };
    expect(await understand('critical logs since 14:00', store)).toMatchObject({
      understanding: { isWhole: true },
    });
  });
});
