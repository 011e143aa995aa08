import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { ask, logOf, NOW } from '../../contracts/telemetry-store-questions.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

const NUL = '\u0000';

// What stands between and instead of values on the way into the store, and what could be taken for it.
const text = fc
  .array(fc.constantFrom(NUL, '\u0001', '0', '1', `${NUL}0\u0001`, 'a', '', '\n', 'é', '🙂'), { maxLength: 6 })
  .map((parts) => parts.join(''));
const name = text.map((value) => value.replaceAll(NUL, ''));
const nullable = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { nil: null });

const row = fc.record({
  message: nullable(text),
  level: nullable(name),
  host: nullable(name),
  durationMs: nullable(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
  statusCode: nullable(fc.integer({ min: -2_147_483_647, max: 2_147_483_647 })),
  note: nullable(text),
});

test('gives back every value as it was appended, whatever marks it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
      const store = await openDuckdbTelemetryStore(
        { clock: { now: () => NOW }, logger: recordingLogger(), metrics: recordingMetrics() },
        { file: ':memory:', dataDirectorySetting: 'dataDirectory', readers: 1 },
      );
      try {
        const logs = rows.map(({ note, ...values }, index) =>
          logOf({ ...values, service: `s${index}`, attributes: note === null ? {} : { note } }),
        );
        expect(await store.append({ logs })).toEqual({ accepted: rows.length, rejected: [] });
        const hasNote = rows.some(({ note }) => note !== null);
        const answer = await ask(
          store,
          `FROM logs | SORT service.name | KEEP message, level, host.name, duration_ms, status_code${hasNote ? ', attributes.note' : ''}`,
        );
        expect(answer.rows).toEqual(
          rows.map(({ message, level, host, durationMs, statusCode, note }) => [
            message,
            level,
            host,
            durationMs,
            statusCode,
            ...(hasNote ? [note] : []),
          ]),
        );
      } finally {
        await store.close();
      }
    }),
    { numRuns: 60 },
  );
});
