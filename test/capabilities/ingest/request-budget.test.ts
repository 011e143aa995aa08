import { describe, expect, test } from 'vitest';
import { ingestBulk, ingestOtlp, type OtlpSignal } from '#capabilities/ingest/index.ts';
import { MAX_REQUEST_BYTES, MAX_REQUEST_ITEMS, RequestTooLarge } from '#capabilities/ingest/request-budget.ts';
import type { TelemetryBatch } from '#ports/telemetry-store.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);

/** A store that counts. */
const counting = () => {
  const state = { rows: 0, calls: 0 };
  const append = async ({ logs = [], spans = [], metrics = [] }: TelemetryBatch) => {
    const accepted = logs.length + spans.length + metrics.length;
    state.calls += 1;
    state.rows += accepted;
    return { accepted, rejected: [] };
  };
  return { state, append };
};

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
};
const message = (field: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
};
const text = (field: number, value: string): Buffer => message(field, Buffer.from(value));
const many = (part: Buffer, count: number): Buffer => Buffer.concat(Array<Buffer>(count).fill(part));
const attribute = (name: string, value: string): Buffer => message(1, text(1, name), message(2, text(1, value)));
const empty = (field: number): Buffer => message(field);

const TOO_MANY = MAX_REQUEST_ITEMS + 1;
// Whoever reads on would find that this is none.
const BROKEN = Buffer.from([0x0f]);

const send = (body: Buffer, signal: OtlpSignal, encoding: 'protobuf' | 'json' = 'protobuf') => {
  const { state, append } = counting();
  const request = { body, encoding, signal, receivedMs: NOW_MS, key: null };
  return { state, outcome: ingestOtlp({ telemetryStore: { append } }, request) };
};

const metricOf = (...data: readonly Buffer[]): Buffer => message(1, message(2, message(2, text(1, 'm'), ...data)));
const json = (part: string): Buffer =>
  Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${Array<string>(TOO_MANY).fill(part).join(',')}]}]}]}`);

describe('a request of OTLP with more than 100,000 records is refused as a whole, unread behind them', () => {
  test.each([
    ['log records', 'logs', message(1, message(2, many(empty(2), TOO_MANY)))],
    ['spans', 'traces', message(1, message(2, many(empty(2), TOO_MANY)))],
    ['metrics', 'metrics', message(1, message(2, many(empty(2), TOO_MANY)))],
    ['data points', 'metrics', metricOf(message(5, many(empty(1), TOO_MANY)))],
    ['quantiles', 'metrics', metricOf(message(11, message(1, many(empty(6), TOO_MANY))))],
    [
      'rows of histograms',
      'metrics',
      metricOf(message(9, many(message(1, Buffer.from([0x29, ...Array<number>(8).fill(0)])), Math.ceil(TOO_MANY / 2)))),
    ],
    ['resources', 'logs', many(empty(1), TOO_MANY)],
    ['scopes', 'logs', message(1, many(empty(2), TOO_MANY))],
  ] as const)('%s', async (_title, signal, part) => {
    const { state, outcome } = send(Buffer.concat([part, BROKEN]), signal);
    await expect(outcome).rejects.toThrow(
      new RequestTooLarge('The request has more than 100000 records. Send it in several requests.'),
    );
    expect(state.calls).toBe(0);
  });

  test.each([
    ['records in JSON', '{}'],
    ['records in JSON that cannot be read', '{"traceId":7}'],
  ])('%s', async (_title, part) => {
    const { state, outcome } = send(json(part), 'logs', 'json');
    await expect(outcome).rejects.toThrow(RequestTooLarge);
    expect(state.calls).toBe(0);
  });
});

describe('what a resource says counts once for each record', () => {
  const sized = (bytes: number, records: number): Buffer =>
    message(
      1,
      message(1, ...Array.from({ length: 16 }, (_, n) => attribute(`k${n}`, 'x'.repeat(bytes / 16)))),
      message(2, many(message(2, message(5, text(1, 'hello'))), records)),
    );

  test('2 KB and the 8,192 records of a collector are taken', async () => {
    const { state, outcome } = send(sized(2_048, 8_192), 'logs');
    expect((await outcome).accepted).toBe(8_192);
    expect(state.rows).toBe(8_192);
  });

  test('what takes more than the limit when it is stored is refused as a whole', async () => {
    const { state, outcome } = send(sized(65_536, MAX_REQUEST_BYTES / 65_536), 'logs');
    await expect(outcome).rejects.toThrow(/take more than 67108864 bytes. Send it in several requests./);
    expect(state.calls).toBe(0);
  });

  test('also where its scopes have no records', async () => {
    const scopes = many(empty(2), MAX_REQUEST_BYTES / 8_192);
    const { outcome } = send(message(1, message(1, attribute('k', 'x'.repeat(8_192))), scopes), 'logs');
    await expect(outcome).rejects.toThrow(RequestTooLarge);
  });

  test.each([
    ['service.name', 'x'.repeat(65_536)],
    ['host.name', 'x'.repeat(65_536)],
  ])('also where it is the %s', async (name, value) => {
    const records = message(2, many(message(2, message(5, text(1, 'hello'))), MAX_REQUEST_BYTES / 65_536));
    const { outcome } = send(message(1, message(1, attribute(name, value)), records), 'logs');
    await expect(outcome).rejects.toThrow(RequestTooLarge);
  });

  test.each([
    ['name', 1],
    ['unit', 3],
  ])('also where it is the %s of a metric', async (_title, field) => {
    const points = message(5, many(empty(1), MAX_REQUEST_BYTES / 65_536 + 1));
    const { outcome } = send(metricOf(text(field, 'x'.repeat(65_536)), points), 'metrics');
    await expect(outcome).rejects.toThrow(RequestTooLarge);
  });

  test('also where one data point is many rows', async () => {
    const point = message(1, message(7, text(1, 'k'), message(2, text(1, 'x'.repeat(8_192)))), many(empty(6), 8_193));
    const { outcome } = send(metricOf(message(11, point)), 'metrics');
    await expect(outcome).rejects.toThrow(RequestTooLarge);
  });
});

test('a bulk request with more actions than the limit has stored nothing', async () => {
  const { state, append } = counting();
  const body = (async function* () {
    yield Buffer.from('{"index":{}}\n{}\n'.repeat(TOO_MANY));
  })();
  const request = { body, index: 'logs', service: 'shop', receivedMs: NOW_MS };
  await expect(ingestBulk({ telemetryStore: { append } }, request)).rejects.toThrow(
    'The request has more than 100000 actions. Send it in several requests.',
  );
  expect(state.calls).toBe(0);
});
