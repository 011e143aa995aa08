import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { systemClock } from '#kernel/clock.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { ask, logOf, NOW } from '../../contracts/telemetry-store-questions.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const open = (file: string, clock = systemClock): Promise<TelemetryStore> =>
  openDuckdbTelemetryStore(
    { clock, logger: recordingLogger(), metrics: recordingMetrics() },
    { file, dataDirectorySetting: 'dataDirectory' },
  );

const countLogs = async (store: TelemetryStore): Promise<number> =>
  Number((await ask(store, 'FROM logs | STATS n = COUNT(*)')).rows[0]?.[0]);

/** Kills a writer the hard way once it said so often that rows are stored; returns how many it last claimed. */
const killWriter = async (file: string, rowsPerBatch: number, afterBatches: number): Promise<number> => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'append-forever-child.ts'), file, String(rowsPerBatch)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let claimed = 0;
  let batches = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    claimed = Number(line);
    batches += 1;
    if (batches === afterBatches) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return claimed;
};

test.each([
  ['many small batches', 10, 150],
  ['a few large ones', 20_000, 4],
])('a killed writer loses no row whose append returned, and keeps no part of a batch: %s', async (_, size, batches) => {
  const file = join(temporaryDirectory(), 'telemetry.duckdb');
  let claimed = 0;
  for (let round = 0; round < 2; round += 1) claimed += await killWriter(file, size, batches);
  const store = await open(file);
  const stored = await countLogs(store);
  await store.close();
  expect(stored).toBeGreaterThanOrEqual(claimed);
  expect(stored % size).toBe(0);
});

test('rows, attribute names and lookup tables are there again after a restart', async () => {
  const file = join(temporaryDirectory(), 'telemetry.duckdb');
  const clock = { now: () => NOW };
  const before = await open(file, clock);
  await before.append({ logs: [logOf({ attributes: { region: 'eu' } })] });
  await before.replaceLookup({
    name: 'sentinel-thresholds',
    columns: [
      { name: 'service.name', type: 'keyword' },
      { name: 'tail', type: 'double' },
    ],
    rows: [['checkout', 7]],
  });
  const schema = before.schema();
  await before.close();

  const after = await open(file, clock);
  expect(after.schema()).toEqual(schema);
  const answer = await ask(
    after,
    'FROM logs | LOOKUP JOIN sentinel-thresholds ON service.name | KEEP attributes.region, tail',
  );
  await after.close();
  expect(answer.rows).toEqual([['eu', 7]]);
});
