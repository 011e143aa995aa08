import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { duckdbFault, duckdbWriteFault } from '#adapters/duckdb/duckdb-fault.ts';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { MAX_ATTRIBUTE_NAMES, MAX_WAITING_QUERIES } from '#adapters/duckdb/telemetry-limits.ts';
import { AppError } from '#kernel/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { ask, logOf, metricOf, NOW, spanOf } from '../../contracts/telemetry-store-questions.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

let store: TelemetryStore;
let metrics: ReturnType<typeof recordingMetrics>;

const open = (memoryLimit = '1GB'): Promise<TelemetryStore> =>
  openDuckdbTelemetryStore(
    { clock: { now: () => NOW }, logger: recordingLogger(), metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory', memoryLimit, readers: 2 },
  );

beforeEach(async () => {
  metrics = recordingMetrics();
  store = await open();
});
afterEach(() => store.close());

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AppError);
  return (error as AppError).code;
};

const TOTAL = 'FROM logs | STATS n = COUNT(*)';

describe('a query that would run for minutes', () => {
  // 4,000 rows that each match 4,000: the join has 16 million, and every one sorts.
  const HEAVY =
    'FROM logs | LOOKUP JOIN everything ON service.name | EVAL x = CONCAT(message, other, message) | STATS d = COUNT_DISTINCT(x)';

  beforeEach(async () => {
    await store.append({
      logs: Array.from({ length: 4_000 }, (_, index) => logOf({ message: `${index} ${'x'.repeat(50)}` })),
    });
    await store.replaceLookup({
      name: 'everything',
      columns: [
        { name: 'service.name', type: 'keyword' },
        { name: 'other', type: 'keyword' },
      ],
      rows: Array.from({ length: 4_000 }, (_, index) => ['checkout', `${index} ${'y'.repeat(50)}`]),
    });
  });

  test('is stopped at its time limit, and the next one runs at once', async () => {
    expect(await codeOf(ask(store, HEAVY, { timeoutMs: 50 }))).toBe('timeout');
    expect((await ask(store, TOTAL)).rows).toEqual([[4_000]]);
    expect(metrics.values.get('sentinel_telemetry_query_seconds purpose=test outcome=timeout')).toBe(1);
  });

  test('is stopped by its signal', async () => {
    const controller = new AbortController();
    const asked = codeOf(ask(store, HEAVY, { signal: controller.signal }));
    await ask(store, TOTAL);
    controller.abort();
    expect(await asked).toBe('timeout');
  });

  test('is stopped when the store closes', async () => {
    const asked = codeOf(ask(store, HEAVY));
    await ask(store, TOTAL);
    await store.close();
    expect(await asked).toBe('unavailable');
  });

  test('lets only so many others wait', async () => {
    const controller = new AbortController();
    const heavy = [1, 2].map(() => codeOf(ask(store, HEAVY, { signal: controller.signal })));
    const waiting = Array.from({ length: MAX_WAITING_QUERIES }, () => ask(store, TOTAL));
    expect(await codeOf(ask(store, TOTAL))).toBe('limit-exceeded');
    controller.abort();
    await Promise.all(heavy);
    expect(await Promise.all(waiting)).toHaveLength(MAX_WAITING_QUERIES);
  });

  test('does not hold up what is urgent, and lets others go on behind it', async () => {
    const controller = new AbortController();
    const heavy = [1, 2, 3].map(() => codeOf(ask(store, HEAVY, { signal: controller.signal })));
    const ended: string[] = [];
    const waiting = ask(store, TOTAL).then(() => ended.push('ordinary'));
    const urgent = [1, 2, 3].map(() => ask(store, TOTAL, { isUrgent: true }).then(() => ended.push('urgent')));
    await Promise.all(urgent);
    expect(ended).toEqual(['urgent', 'urgent', 'urgent']);
    controller.abort();
    await Promise.all(heavy);
    await waiting;
    expect((await ask(store, TOTAL)).rows).toEqual([[4_000]]);
  });

  test('holds up others no longer than their own limit, nor appends, nor pings', async () => {
    const controller = new AbortController();
    const heavy = [1, 2].map(() => codeOf(ask(store, HEAVY, { signal: controller.signal })));
    expect(await codeOf(ask(store, TOTAL, { timeoutMs: 50 }))).toBe('timeout');
    expect(await store.append({ logs: [logOf()] })).toMatchObject({ accepted: 1 });
    await store.ping(5_000);
    controller.abort();
    expect(await Promise.all(heavy)).toEqual(['timeout', 'timeout']);
    expect((await ask(store, TOTAL)).rows).toEqual([[4_001]]);
  });
});

describe('attribute names', () => {
  const many = (count: number, prefix: string): Record<string, string>[] =>
    Array.from({ length: count }, (_, index) => ({ [`${prefix}${index}`]: 'v' }));

  test('become columns up to the limit; beyond it rows are stored all the same', async () => {
    const logs = many(MAX_ATTRIBUTE_NAMES + 50, 'name').map((attributes) => logOf({ attributes }));
    expect(await store.append({ logs })).toMatchObject({ accepted: MAX_ATTRIBUTE_NAMES + 50 });
    await store.append({ logs: many(10, 'later').map((attributes) => logOf({ attributes })) });
    const names = [...(store.schema().get('logs')?.fields.keys() ?? [])].filter((field) =>
      field.startsWith('attributes.'),
    );
    expect(names).toHaveLength(MAX_ATTRIBUTE_NAMES);
    expect((await ask(store, TOTAL)).rows).toEqual([[MAX_ATTRIBUTE_NAMES + 60]]);
  });

  test('of one index leave room in the others', async () => {
    await store.append({ logs: many(MAX_ATTRIBUTE_NAMES, 'name').map((attributes) => logOf({ attributes })) });
    await store.append({ spans: [spanOf({ attributes: { region: 'eu' } })] });
    expect(store.schema().get('spans')?.fields.has('attributes.region')).toBe(true);
  });

  test('that no query can spell are stored, but are no columns', async () => {
    const attributes = { 'tick`s': 'a', 'quo"te': 'b', 'star*': 'c', '': 'd', 'line\nbreak': 'e', fine: 'f' };
    expect(await store.append({ logs: [logOf({ attributes })] })).toMatchObject({ accepted: 1 });
    const names = [...(store.schema().get('logs')?.fields.keys() ?? [])].filter((field) =>
      field.startsWith('attributes.'),
    );
    expect(names).toEqual(['attributes.fine']);
    expect((await ask(store, 'FROM logs | KEEP attributes.fine')).rows).toEqual([['f']]);
  });

  test('of the prototype are names like any other', async () => {
    const attributes = JSON.parse('{"__proto__":"p","constructor":"c","toString":"t"}') as Record<string, string>;
    await store.append({ logs: [logOf({ attributes })] });
    const answer = await ask(
      store,
      'FROM logs | KEEP `attributes.__proto__`, attributes.constructor, attributes.toString',
    );
    expect(answer.rows).toEqual([['p', 'c', 't']]);
  });

  test('and values have limits that name them', async () => {
    const outcome = await store.append({
      logs: [
        logOf({ attributes: { big: 'x'.repeat(10_000) } }),
        logOf({ attributes: { ['n'.repeat(300)]: 'v' } }),
        logOf({ attributes: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`a${index}`, 'v'])) }),
        logOf({ attributes: { count: 3 as unknown as string } }),
      ],
    });
    expect(outcome.rejected.map(({ field }) => field)).toEqual(['attributes.big', null, null, 'attributes.count']);
  });
});

describe('appending', () => {
  test('encodes many slices in order, and gives each rejected row its index in the batch', async () => {
    const logs = Array.from({ length: 10_000 }, (_, index) =>
      logOf({ message: String(index), ...(index % 3_000 === 2_999 ? { durationMs: Number.NaN } : {}) }),
    );
    const outcome = await store.append({ logs });
    expect(outcome.accepted).toBe(9_997);
    expect(outcome.rejected.map(({ index }) => index)).toEqual([2_999, 5_999, 8_999]);
    expect((await ask(store, 'FROM logs | STATS n = COUNT(*), d = COUNT_DISTINCT(message)')).rows).toEqual([
      [9_997, 9_997],
    ]);
  });

  test('cuts fractions of a millisecond', async () => {
    await store.append({ logs: [logOf({ timestampMs: NOW.getTime() - 0.25 })] });
    expect((await ask(store, 'FROM logs | KEEP @timestamp')).rows).toEqual([['2026-11-20T11:59:59.999Z']]);
  });

  test('counts rows by kind and outcome', async () => {
    await store.append({
      logs: [logOf(), logOf(), logOf({ service: '' }), logOf({ timestampMs: NOW.getTime() + 60_000 })],
      metrics: [metricOf()],
    });
    const counted = [...metrics.values].filter(([name]) => name.startsWith('sentinel_telemetry_rows_total'));
    expect(Object.fromEntries(counted)).toEqual({
      'sentinel_telemetry_rows_total kind=logs outcome=accepted': 2,
      'sentinel_telemetry_rows_total kind=logs outcome=rejected': 1,
      'sentinel_telemetry_rows_total kind=logs outcome=future': 1,
      'sentinel_telemetry_rows_total kind=metrics outcome=accepted': 1,
    });
  });

  test('counts rows of the future of ever new services together beyond a limit', async () => {
    const logs = Array.from({ length: 1_100 }, (_, index) =>
      logOf({ service: `service-${index}`, timestampMs: NOW.getTime() + 60_000 }),
    );
    await store.append({ logs });
    const counts = store.futureRows();
    expect(counts).toHaveLength(1_001);
    expect(counts.at(-1)).toMatchObject({ service: 'other services', count: 100 });
  });

  test('refuses what it has no room to queue, and takes it once there is', async () => {
    const large = { logs: Array.from({ length: 600_000 }, () => logOf({ service: '' })) };
    const [first, second] = [store.append(large), codeOf(store.append(large))];
    expect(await second).toBe('limit-exceeded');
    expect((await first).accepted).toBe(0);
    expect(await store.append({ logs: [logOf()] })).toMatchObject({ accepted: 1 });
  });

  test('keeps nothing of a batch that does not fit in memory, and goes on', async () => {
    const small = await open('24MB');
    const logs = Array.from({ length: 3_000 }, (_, index) =>
      logOf({ message: `${index}`.repeat(6_000).slice(0, 30_000) }),
    );
    expect(await codeOf(small.append({ logs }))).toBe('limit-exceeded');
    expect(await small.append({ logs: [logOf()] })).toMatchObject({ accepted: 1 });
    expect((await ask(small, TOTAL)).rows).toEqual([[1]]);
    await small.close();
  });
});

test.each([
  ['IO Error: Could not write to /secret', 'unavailable', true],
  ['FATAL Error: database has been invalidated', 'unavailable', true],
  ['Out of Memory Error: could not allocate', 'limit-exceeded', false],
  ['INTERRUPT Error: Interrupted!', 'timeout', true],
  ['Conversion Error: Could not convert secret', 'rejected', false],
])('%s is a fault of its kind, told in our own words', (text, code, isRetryable) => {
  const cause = new Error(text);
  const fault = duckdbFault(cause);
  expect([fault.code, fault.isRetryable, fault.cause]).toEqual([code, isRetryable, cause]);
  expect(fault.userMessage).not.toMatch(/secret|Error/);
});

test.each([
  ['IO Error: No space left on /secret', 'unavailable', true],
  [
    'FATAL Error: Failed to create checkpoint because of error: failed to pin block of size 256 KiB',
    'unavailable',
    true,
  ],
  ['Out of Memory Error: could not allocate', 'limit-exceeded', true],
  ['TransactionContext Error: Failed to commit: failed to pin block of size 256 KiB', 'limit-exceeded', true],
  ['TransactionContext Error: Failed to commit: failed to allocate data', 'limit-exceeded', true],
  ['INTERRUPT Error: Interrupted!', 'timeout', true],
  ['Some Error: nobody knows', 'unavailable', true],
  ['Conversion Error: Could not convert secret', 'rejected', false],
])('%s at a write can be tried again unless its rows are to blame', (text, code, isRetryable) => {
  const fault = duckdbWriteFault(new Error(text));
  expect([fault.code, fault.isRetryable]).toEqual([code, isRetryable]);
  expect(fault.userMessage).toMatch(/write|written|rows/);
  expect(fault.userMessage).not.toMatch(/secret|Error/);
});
