import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { systemClock } from '#kernel/clock.ts';

// A child process of a test: appends batches to the file until it is killed, and says after
// each how many rows it was told are stored.
const [file = '', rowsPerBatch = '1'] = process.argv.slice(2);
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const store = await openDuckdbTelemetryStore(
  { clock: systemClock, logger: silent, metrics: { increment: () => {}, observe: () => {}, set: () => {} } },
  { file, dataDirectorySetting: 'dataDirectory' },
);
for (let accepted = 0; ;) {
  const logs = Array.from({ length: Number(rowsPerBatch) }, (_, index) => ({
    timestampMs: Date.now() - 1_000,
    service: 'checkout',
    level: 'info',
    message: `row ${accepted + index} ${'x'.repeat(200)}`,
    durationMs: 1,
    traceId: null,
    spanId: null,
    statusCode: 200,
    host: null,
    attributes: { [`generation${accepted % 7}`]: 'yes' },
  }));
  accepted += (await store.append({ logs })).accepted;
  process.stdout.write(`${accepted}\n`);
}
