import { describe, expect, test } from 'vitest';
import { createIngestStore } from '#capabilities/ingest/ingest-store.ts';
import {
  MAX_BYTES_BEFORE_REQUEST,
  MAX_BYTES_IN_FLIGHT,
  MAX_ROWS_BEFORE_REQUEST,
  MAX_ROWS_IN_FLIGHT,
} from '#capabilities/ingest/rows-in-flight.ts';
import { AppError } from '#kernel/errors.ts';
import type { AppendOutcome, LogRecord, TelemetryBatch, TelemetryStore } from '#ports/telemetry-store.ts';
import { recordingMetrics } from '../../support/recording.ts';

const NOW = new Date('2026-11-20T12:00:00.000Z');
const HOUR = 3_600_000;

const log = (message: string, ageMs = 0): LogRecord => ({
  timestampMs: NOW.getTime() - ageMs,
  service: 'shop',
  level: null,
  message,
  durationMs: null,
  traceId: null,
  spanId: null,
  statusCode: null,
  host: null,
});

const storeOf = (append: TelemetryStore['append']) => {
  const metrics = recordingMetrics();
  const store = createIngestStore({ clock: { now: () => NOW }, metrics, telemetryStore: { append } }, { logs: HOUR });
  return { metrics, store };
};

/** A store that writes when it is told to, and refuses rows whose message is `bad`. */
const gated = () => {
  const batches: TelemetryBatch[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const append = async (batch: TelemetryBatch): Promise<AppendOutcome> => {
    batches.push(batch);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    const rejected = (batch.logs ?? []).flatMap((row, index) =>
      row.message === 'bad' ? [{ kind: 'logs' as const, index, field: 'message', reason: 'message is bad' }] : [],
    );
    return { accepted: (batch.logs?.length ?? 0) - rejected.length, rejected };
  };
  const release = (at: number): void => gates[at]?.resolve();
  return { append, batches, release, fail: (at: number, error: Error) => gates[at]?.reject(error) };
};

describe('what waits for the store', () => {
  test('is written together, and each sender gets the outcome of its own rows', async () => {
    const writer = gated();
    const { store } = storeOf(writer.append);
    const first = [store.append({ logs: [log('a')] }), store.append({ logs: [log('b')] })];
    const merged = [
      store.append({ logs: [log('c'), log('bad')] }),
      store.append({ logs: [log('d')] }),
      store.append({ logs: [log('bad'), log('e'), log('bad')] }),
    ];
    writer.release(0);
    writer.release(1);
    await Promise.all(first);
    expect(writer.batches.map((batch) => batch.logs?.map(({ message }) => message))).toEqual([
      ['a'],
      ['b'],
      ['c', 'bad', 'd', 'bad', 'e', 'bad'],
    ]);
    writer.release(2);
    const outcomes = await Promise.all(merged);
    expect(outcomes.map(({ accepted, rejected }) => [accepted, rejected.map(({ index }) => index)])).toEqual([
      [1, [1]],
      [1, []],
      [1, [0, 2]],
    ]);
  });

  test('fails together, and what comes after is written again', async () => {
    const writer = gated();
    const { store } = storeOf(writer.append);
    const fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Down.' });
    const failing = store.append({ logs: [log('a')] });
    writer.fail(0, fault);
    await expect(failing).rejects.toBe(fault);
    const next = store.append({ logs: [log('b')] });
    writer.release(1);
    expect((await next).accepted).toBe(1);
  });

  test('is bounded: beyond it senders are told to come back, and let in again once it is written', async () => {
    const writer = gated();
    const { store } = storeOf(writer.append);
    const many = Array.from({ length: MAX_ROWS_BEFORE_REQUEST + 1 }, () => log('a'));
    const waiting = store.append({ logs: many });
    expect(() => store.assertRoom()).toThrow('Telemetry arrives faster than it can be written.');
    const tooMany = Array.from({ length: MAX_ROWS_IN_FLIGHT - MAX_ROWS_BEFORE_REQUEST }, () => log('b'));
    await expect(store.append({ logs: tooMany })).rejects.toMatchObject({ code: 'limit-exceeded', isRetryable: true });
    writer.release(0);
    await waiting;
    expect(() => store.assertRoom()).not.toThrow();
  });
});

describe('what requests gather before they store it', () => {
  test('counts as what waits does, so that many at once are told to come back before memory is full', async () => {
    const writer = gated();
    const { store } = storeOf(writer.append);
    const [one, other] = [store.reserve(), store.reserve()];
    one.add(MAX_ROWS_BEFORE_REQUEST, 0);
    expect(() => store.assertRoom()).not.toThrow();
    other.add(1, 0);
    expect(() => store.assertRoom()).toThrow('Telemetry arrives faster than it can be written.');
    expect(() => other.add(MAX_ROWS_IN_FLIGHT - MAX_ROWS_BEFORE_REQUEST, 0)).toThrow('Send this again in a moment.');
    one.release();
    one.release();
    const appending = store.append({ logs: [log('a')] });
    writer.release(0);
    expect((await appending).accepted).toBe(1);
    other.release();
    const last = store.reserve();
    last.add(MAX_ROWS_IN_FLIGHT, 0);
    expect(() => last.add(1, 0)).toThrow('Telemetry arrives faster than it can be written.');
  });

  test('counts by its size, too, and what is written still does', async () => {
    const writer = gated();
    const { store } = storeOf(writer.append);
    const appending = store.append({ logs: [log('a')], bytes: MAX_BYTES_BEFORE_REQUEST + 1 });
    expect(() => store.assertRoom()).toThrow('Telemetry arrives faster than it can be written.');
    expect(() => store.reserve().add(1, MAX_BYTES_IN_FLIGHT - MAX_BYTES_BEFORE_REQUEST)).toThrow('faster');
    writer.release(0);
    await appending;
    expect(() => store.assertRoom()).not.toThrow();
  });

  test('and large batches are not written together', async () => {
    const writer = gated();
    const { store } = storeOf(writer.append);
    const all = ['a', 'b', 'c', 'd'].map((name) => store.append({ logs: [log(name)], bytes: 20_000_000 }));
    writer.release(0);
    writer.release(1);
    await Promise.all(all.slice(0, 2));
    expect(writer.batches.map((batch) => batch.logs?.length)).toEqual([1, 1, 1, 1]);
    writer.release(2);
    writer.release(3);
    await Promise.all(all);
  });
});

describe('what is older than it would be kept', () => {
  test('is refused and counted, and the others keep their places', async () => {
    const writer = gated();
    const { store, metrics } = storeOf(writer.append);
    const appending = store.append({ logs: [log('old', HOUR + 1), log('a', HOUR), log('bad'), log('old', 2 * HOUR)] });
    writer.release(0);
    expect(await appending).toEqual({
      accepted: 1,
      rejected: [
        { kind: 'logs', index: 0, field: '@timestamp', reason: '@timestamp is older than the 1 h that logs are kept' },
        { kind: 'logs', index: 3, field: '@timestamp', reason: '@timestamp is older than the 1 h that logs are kept' },
        { kind: 'logs', index: 2, field: 'message', reason: 'message is bad' },
      ],
    });
    expect(metrics.values.get('sentinel_telemetry_rows_total kind=logs outcome=expired')).toBe(2);
  });

  test('is no fault of a kind that somebody else keeps', async () => {
    const { store } = storeOf((batch) => Promise.resolve({ accepted: batch.metrics?.length ?? 0, rejected: [] }));
    const metric = { timestampMs: 1, name: 'orders', value: 1, unit: null, service: null };
    expect((await store.append({ metrics: [metric] })).accepted).toBe(1);
  });

  test('does not reach the store when nothing else is there', async () => {
    const { store } = storeOf(() => Promise.reject(new Error('not to be called')));
    expect((await store.append({ logs: [log('old', 2 * HOUR)] })).accepted).toBe(0);
  });
});
