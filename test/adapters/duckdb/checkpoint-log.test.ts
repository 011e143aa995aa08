import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { CHECKPOINT_AT_BYTES } from '#adapters/duckdb/telemetry-limits.ts';
import { ask, logOf, NOW } from '../../contracts/telemetry-store-questions.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';
import { temporaryDirectory } from './temporary-directory.ts';

test('a long log is written into the file once its rows were acknowledged', { timeout: 60_000 }, async () => {
  const file = join(temporaryDirectory(), 'telemetry.duckdb');
  const store = await openDuckdbTelemetryStore(
    { clock: { now: () => NOW }, logger: recordingLogger(), metrics: recordingMetrics() },
    { file, dataDirectorySetting: 'dataDirectory' },
  );
  const ROWS = 2_000;
  const logs = Array.from({ length: ROWS }, (_, at) => logOf({ message: `${at} ${'x'.repeat(4_000)}` }));
  // Two and a half times as much as the log may hold.
  const BATCHES = 20;
  for (let batch = 0; batch < BATCHES; batch += 1) await store.append({ logs });
  await store.append({ logs: [logOf()] });
  expect(statSync(`${file}.wal`, { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(CHECKPOINT_AT_BYTES);
  expect((await ask(store, 'FROM logs | STATS n = COUNT(*)')).rows).toEqual([[BATCHES * ROWS + 1]]);
  await store.close();
});
