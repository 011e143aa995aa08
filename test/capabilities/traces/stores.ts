import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { openElasticsearchTelemetryStore } from '#adapters/elasticsearch/elasticsearch-telemetry-store.ts';
import { seededRandom } from '#kernel/random.ts';
import type { LogRecord, SpanRecord, TelemetryStore } from '#ports/telemetry-store.ts';
import {
  optionsFor,
  type ProxiedServer,
  startProxiedServer,
} from '../../support/elasticsearch/elasticsearch-under-test.ts';
import { removePrefix } from '../../support/elasticsearch/remove-prefix.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

export const NOW = new Date('2026-11-21T02:30:00.000Z');
export const clock = { now: () => NOW };

/** The same questions to both engines. */
export const describeOnBothEngines = (title: string, suite: (store: () => TelemetryStore) => void): void => {
  const deps = () => ({ clock, logger: recordingLogger(), metrics: recordingMetrics() });

  describe(`${title}, on DuckDB`, () => {
    let store: TelemetryStore;
    beforeEach(async () => {
      store = await openDuckdbTelemetryStore(deps(), { file: ':memory:', dataDirectorySetting: 'dataDirectory' });
    });
    afterEach(() => store.close());
    suite(() => store);
  });

  describe(`${title}, on Elasticsearch`, () => {
    let server: ProxiedServer;
    let store: TelemetryStore;
    let options: ReturnType<typeof optionsFor>;
    beforeAll(async () => {
      server = await startProxiedServer({ now: () => NOW });
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      options = optionsFor(server.proxy.url);
      store = await openElasticsearchTelemetryStore({ ...deps(), random: seededRandom(1) }, options);
    });
    afterEach(async () => {
      await store.close();
      await removePrefix(options);
    });
    suite(() => store);
  });
};

export const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Of a minute ago, unless it says otherwise. */
export const spanRow = (changes: Partial<SpanRecord>): SpanRecord => ({
  timestampMs: NOW.getTime() - 60_000,
  traceId: TRACE,
  spanId: 'a',
  parentId: null,
  service: 'gateway',
  name: 'POST /checkout',
  kind: 'server',
  peerService: null,
  durationMs: 100,
  status: 'ok',
  ...changes,
});

export const logRow = (changes: Partial<LogRecord>): LogRecord => ({
  timestampMs: NOW.getTime() - 60_000,
  service: 'gateway',
  level: 'info',
  message: 'done',
  durationMs: null,
  traceId: TRACE,
  spanId: 'a',
  statusCode: null,
  host: null,
  ...changes,
});
