import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { createHttpServer, type HttpDeps, type HttpOptions } from '#adapters/http/create-http-server.ts';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { DAY_MS, HOUR_MS } from '#kernel/duration.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

export const NOW = new Date('2026-11-20T12:00:00.000Z');
export const TOKEN = 'shop-token-0123456789';

export const openStore = (): Promise<TelemetryStore> =>
  openDuckdbTelemetryStore(
    { clock: { now: () => NOW }, logger: recordingLogger(), metrics: recordingMetrics() },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );

export const ingestOptions = (overrides: Partial<HttpOptions['ingest']> = {}): HttpOptions => ({
  ingest: {
    sources: [
      { source: 'other', token: 'other-token-0123456789' },
      { source: 'shop', token: TOKEN },
    ],
    tokenSetting: 'SENTINEL_INGEST_TOKENS',
    maxBodyBytes: 1_000_000,
    cloudwatchFilter: ['ERROR', 'Exception', 'Critical'],
    keptMs: { logs: DAY_MS, spans: 6 * HOUR_MS, metrics: 30 * DAY_MS },
    ...overrides,
  },
});

/** Deps whose store refuses to be called, for routes that do not need one. */
export const depsOf = (overrides: Partial<HttpDeps> = {}): HttpDeps => ({
  clock: { now: () => NOW },
  logger: recordingLogger(),
  metrics: createPrometheusMetrics(),
  telemetryStore: { append: () => Promise.reject(new Error('No store here')) },
  keepMatches: null,
  checks: [],
  ...overrides,
});

export const serverOf = (
  overrides: Partial<HttpDeps> = {},
  ingest: Partial<HttpOptions['ingest']> = {},
): ReturnType<typeof createHttpServer> => createHttpServer(depsOf(overrides), ingestOptions(ingest));
