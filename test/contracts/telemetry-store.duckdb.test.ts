import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { recordingLogger, recordingMetrics } from '../support/recording.ts';
import { describeTelemetryStore } from './telemetry-store.ts';

describeTelemetryStore('DuckDB', async ({ clock }) => {
  const store = await openDuckdbTelemetryStore(
    { clock, logger: recordingLogger(), metrics: recordingMetrics() },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
  return { store, close: () => store.close() };
});
