import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach } from 'vitest';
import type { HttpDeps, HttpOptions } from '#adapters/http/create-http-server.ts';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { type Clock, systemClock } from '#kernel/clock.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { ask } from '../../../contracts/telemetry-store-questions.ts';
import { recordingLogger } from '../../../support/recording.ts';
import { NOW, serverOf } from '../http-under-test.ts';

export interface IngestUnderTest {
  readonly app: FastifyInstance;
  readonly store: TelemetryStore;
  /** Where it listens; it begins to on the first call. */
  listen(): Promise<string>;
  rows(query: string): Promise<readonly (readonly unknown[])[]>;
  metrics(): Promise<string>;
}

export const fixedClock: Clock = { now: () => NOW };

/** A server with a real store for each test of the file. By default its clock is the system's, as clients have it. */
export const useIngest = (
  options: {
    readonly clock?: Clock;
    readonly ingest?: Partial<HttpOptions['ingest']>;
    readonly deps?: Partial<HttpDeps>;
  } = {},
): (() => IngestUnderTest) => {
  let current: IngestUnderTest | undefined;
  beforeEach(async () => {
    const clock = options.clock ?? systemClock;
    const metrics = createPrometheusMetrics();
    const store = await openDuckdbTelemetryStore(
      { clock, logger: recordingLogger(), metrics },
      { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
    );
    const app = serverOf({ clock, metrics, telemetryStore: store, ...options.deps }, options.ingest);
    let address: Promise<string> | undefined;
    current = {
      app,
      store,
      listen: () => (address ??= app.listen({ host: '127.0.0.1', port: 0 })),
      rows: async (query) => (await ask(store, query)).rows,
      metrics: () => metrics.render(),
    };
  });
  afterEach(async () => {
    await current?.app.close();
    await current?.store.close();
  });
  return () => {
    if (!current) throw new Error('No server runs outside a test');
    return current;
  };
};
