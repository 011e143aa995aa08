import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { readLines } from '#capabilities/patterns/read-lines.ts';
import { chooseSampling, createSampleKey, isSampled, isSampledMinute } from '#capabilities/patterns/sampling.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

const NOW = new Date('2026-11-21T01:20:00.000Z');
const clock = { now: () => NOW };
const nothing = () => undefined;
const key = createSampleKey(seededRandom(5));

let telemetryStore: TelemetryStore;

beforeEach(async () => {
  const metrics = { increment: nothing, observe: nothing, set: nothing };
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  telemetryStore = await openDuckdbTelemetryStore(
    { clock, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
});
afterEach(() => telemetryStore.close());

const secondsOf = (fromMs: number, toMs: number): readonly number[] =>
  Array.from({ length: (toMs - fromMs) / SECOND_MS }, (_, at) => fromMs + at * SECOND_MS);

describe('the sample of lines', () => {
  it('is the same as the store reads, over midnight too', async () => {
    const sampling = { secondsPerMinute: 5, everyMinutes: 2, key };
    const range = { from: new Date(NOW.getTime() - 2 * HOUR_MS), to: NOW };
    const times = secondsOf(range.from.getTime(), range.to.getTime());
    const shared = { service: 'press', message: 'printed', level: null, durationMs: null };
    const ids = { traceId: null, spanId: null, statusCode: null, host: null };
    await telemetryStore.append({ logs: times.map((timestampMs) => ({ ...shared, ...ids, timestampMs })) });
    const filter = { service: 'press', level: null };
    const { lines } = await readLines({ telemetryStore }, filter, range, 'others', sampling);
    expect(lines.map(({ atMs }) => atMs)).toEqual(times.filter((at) => isSampled(at, sampling)));
    expect(lines.length).toBeGreaterThan(200);
  });

  it('has as many seconds of each minute as it says, spread over it', () => {
    for (const secondsPerMinute of [1, 2, 5, 10, 20, 30, 60]) {
      for (let minute = 0; minute < 1_440; minute += 7) {
        const all = secondsOf(minute * MINUTE_MS, (minute + 1) * MINUTE_MS);
        const read = all.filter((at) => isSampled(at, { secondsPerMinute, everyMinutes: 1, key }));
        expect(read).toHaveLength(secondsPerMinute);
        const gaps = read.map((at, index) => at - (read[index - 1] ?? (read.at(-1) ?? 0) - MINUTE_MS));
        if (secondsPerMinute >= 5) expect(Math.max(...gaps)).toBeLessThanOrEqual((150 / secondsPerMinute) * SECOND_MS);
      }
    }
  });

  it('never misses a second that comes each minute, nor a minute that comes each hour', () => {
    const one = { secondsPerMinute: 1, everyMinutes: 1, key };
    for (let second = 0; second < 60; second += 1) {
      const each = Array.from({ length: 1_440 }, (_, minute) => minute * MINUTE_MS + second * SECOND_MS);
      const read = each.filter((at) => isSampled(at, one)).length;
      expect(read).toBeGreaterThan(5);
      expect(read).toBeLessThan(60);
    }
    for (let minute = 0; minute < 60; minute += 1) {
      const each = Array.from({ length: 24 }, (_, hour) => hour * HOUR_MS + minute * MINUTE_MS);
      expect(each.some((at) => isSampledMinute(at, { ...one, everyMinutes: 2 }))).toBe(true);
    }
  });

  it('is of the same minutes of each day, a sparser one among those of a denser one', () => {
    for (let at = 0; at < DAY_MS; at += MINUTE_MS) {
      const isIn = (everyMinutes: number, day = 0): boolean =>
        isSampledMinute(at + day * DAY_MS, { secondsPerMinute: 60, everyMinutes, key });
      expect(isIn(8)).toBe(isIn(8, 3));
      if (isIn(8)) expect(isIn(4)).toBe(true);
    }
  });

  it('is all where that is within the limits of each kind of lines, and of the others alone where not', () => {
    const minutes = Array.from({ length: 10 }, (_, at) => ({
      startMs: at * MINUTE_MS,
      lines: { errors: 2_000, others: 9_000 },
    }));
    expect(chooseSampling(minutes, minutes, 'errors', key)).toEqual({ secondsPerMinute: 60, everyMinutes: 1, key });
    expect(chooseSampling(minutes, minutes, 'others', key)).toEqual({ secondsPerMinute: 20, everyMinutes: 1, key });
    const day = Array.from({ length: 144 }, () => minutes).flat();
    expect(chooseSampling(minutes, day, 'errors', key).everyMinutes).toBe(128);
  });
});
