import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import {
  explainQuery,
  limitAskers,
  runQuery,
  widenQuery,
  widerThan,
  withoutTime,
  writeCsv,
} from '#capabilities/log-query/index.ts';
import type { Actor } from '#kernel/actor.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { QueryRequest, TelemetryStore } from '#ports/telemetry-store.ts';

const NOW = new Date('2026-11-21T02:30:00.000Z');
const ANN: Actor = { kind: 'person', id: 'U01ANN', surface: 'slack' };
const nothing = () => undefined;

let telemetryStore: TelemetryStore;
let now = NOW;
const clock = { now: () => now };

beforeEach(async () => {
  now = NOW;
  const metrics = { increment: nothing, observe: nothing, set: nothing };
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  telemetryStore = await openDuckdbTelemetryStore(
    { clock, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
  await append(5, 15, 70);
});
afterEach(() => telemetryStore.close());

const append = (...minutesAgo: readonly number[]) =>
  telemetryStore.append({
    logs: minutesAgo.map((minutes) => ({
      timestampMs: now.getTime() - minutes * MINUTE_MS,
      service: 'payment',
      level: 'error',
      message: 'pool exhausted',
      durationMs: 5,
      traceId: null,
      spanId: null,
      statusCode: 500,
      host: null,
    })),
  });

const run = (text: string, asOf?: Date, store: Pick<TelemetryStore, 'schema' | 'query'> = telemetryStore) =>
  runQuery(
    { telemetryStore: store, clock, limits: { maxRows: 100, timeoutMs: 5000 }, keptMs: {} },
    { text, ...(asOf === undefined ? {} : { asOf }) },
    ANN,
  );

describe('an answer that is asked for again', () => {
  it('is the same as of the moment when it was asked, and reads as it was typed', async () => {
    const text = 'FROM logs | WHERE @timestamp >= NOW() - 10 minutes | STATS n = COUNT(*)';
    const first = await run(text);
    now = addMs(NOW, 3 * MINUTE_MS);
    await append(1);
    const again = await run(text, NOW);
    expect(first).toMatchObject({ kind: 'answer', answer: { rows: [[1]] } });
    expect(again).toMatchObject({ kind: 'answer', answer: { rows: [[1]] }, query: text, searched: { rows: 1 } });
    expect(await run(text)).toMatchObject({ answer: { rows: [[2]] } });
    expect(await run('FROM logs | STATS n = COUNT(*)', NOW)).toMatchObject({ answer: { rows: [[2]] } });
  });

  it.each([
    'KQL("@timestamp >= now-10m and @timestamp <= now")',
    'QSTR("@timestamp:[now-10m TO now]")',
    'QSTR("@timestamp:(>=now-10m AND <now)")',
  ])('takes now in a search as that moment: %s', async (search) => {
    const text = `FROM logs | WHERE ${search} | STATS n = COUNT(*)`;
    now = addMs(NOW, 60 * MINUTE_MS);
    await append(1);
    const before = await run(text, NOW);
    const named = { from: addMs(NOW, -10 * MINUTE_MS), to: NOW };
    expect(before).toMatchObject({ kind: 'answer', query: text, named });
    expect(await run(text)).toMatchObject({ named: { from: addMs(now, -10 * MINUTE_MS), to: now } });
  });
});

describe('how much was searched', () => {
  it('is what the indices hold of the time that was looked at, whatever was found there', async () => {
    expect(await run('FROM logs | WHERE level == "none"')).toMatchObject({ searched: { indices: ['logs'], rows: 2 } });
    const named = 'FROM logs | WHERE @timestamp > NOW() - 2 hours AND level == "none"';
    expect(await run(named)).toMatchObject({ searched: { rows: 3 } });
    expect(await run('ROW a = 1')).toMatchObject({ searched: null });
  });

  it('is left out where it cannot be had, and the answer is not', async () => {
    const store = {
      schema: () => telemetryStore.schema(),
      query: (request: QueryRequest) =>
        request.purpose === 'searched'
          ? Promise.reject(new AppError({ code: 'timeout', isRetryable: true, userMessage: 'too late' }))
          : telemetryStore.query(request),
    };
    expect(await run('FROM logs', undefined, store)).toMatchObject({ kind: 'answer', searched: null });
  });
});

describe('a query that cannot run', () => {
  const fixedOf = async (text: string) => {
    const outcome = await run(text);
    return outcome.kind === 'invalid' ? outcome.fixed : outcome.kind;
  };

  it('is offered with what was probably meant, where it runs then', async () => {
    expect(await fixedOf('FROM logs\n| WHERE levl == "error"')).toEqual({
      text: 'FROM logs\n| WHERE level == "error"',
      words: ['level'],
    });
    expect(await fixedOf('FROM logs | WHERE levl == "x" AND mesage == "y"')).toMatchObject({
      text: 'FROM logs | WHERE level == "x" AND message == "y"',
    });
    expect(await fixedOf('FROM logs | WHERE nothing_like_it == 1')).toBeNull();
    expect(await fixedOf('FROM logs | WHERE levl == 5')).toBeNull();
  });
});

describe('a query without its time', () => {
  it('keeps everything else', () => {
    expect(withoutTime('FROM logs | WHERE level == "e" AND @timestamp >= NOW() - 1 hour | LIMIT 5')).toBe(
      'FROM logs | WHERE level == "e" | LIMIT 5',
    );
    expect(withoutTime('FROM logs | WHERE @timestamp > "2026-11-21" | LIMIT 5')).toBe('FROM logs | LIMIT 5');
    expect(withoutTime('FROM logs | WHERE NOT (@timestamp > "2026-11-21" OR level == "x")')).toBeNull();
    for (const text of [
      'FROM logs | WHERE KQL("@timestamp >= now-24h")',
      'FROM logs | EVAL t = @timestamp | WHERE t > NOW() - 1 day',
      'FROM logs | STATS COUNT(*) BY BUCKET(@timestamp, 24, NOW() - 24 hours, NOW())',
      'FROM logs | STATS COUNT(*) WHERE @timestamp > NOW() - 1 day',
    ])
      expect(withoutTime(text), text).toBeNull();
    const timeless = 'FROM logs | STATS COUNT(*), MAX(@timestamp) BY BUCKET(@timestamp, 5 minutes)';
    expect(withoutTime(timeless)).toBe(timeless);
    expect(withoutTime('no query')).toBeNull();
  });

  it('is asked again about the next longer time that has all of it', () => {
    const noon = new Date('2026-11-21T12:00:00Z');
    const ago = (hours: number) => new Date(noon.getTime() - hours * 3_600_000);
    const query = 'FROM logs | WHERE @timestamp > NOW() - 1 hour | LIMIT 5';
    expect([1, 6, 23, 24].map((hours) => widerThan(query, ago(hours), noon))).toEqual(['6h', '24h', '24h', null]);
    expect(widerThan(query, null, noon)).toBeNull();
    expect(widerThan('FROM logs | WHERE NOT (@timestamp > NOW() - 1 hour)', ago(1), noon)).toBeNull();
    expect(widenQuery(query, '6h', noon)).toEqual({ query: 'FROM logs | LIMIT 5', range: { from: ago(6), to: noon } });
  });
});

describe('the file of an answer', () => {
  const csv = (...values: readonly (string | number | bigint | null | readonly string[])[]) =>
    writeCsv({ columns: [{ name: 'a', type: 'keyword' }], rows: values.map((value) => [value]) }).text;

  it('has every digit of a whole number that a double cannot hold', () => {
    expect(csv(-9_223_372_036_854_775_807n, 12)).toBe('a\r\n-9223372036854775807\r\n12\r\n');
  });

  it('quotes what needs it and keeps numbers', () => {
    expect(csv('x', 'a,b', 'say "no"', 'two\nlines', -1.5, null, ['p', 'q'])).toBe(
      'a\r\nx\r\n"a,b"\r\n"say ""no"""\r\n"two\nlines"\r\n-1.5\r\n\r\np; q\r\n',
    );
  });

  it('holds no text that a spreadsheet runs', () => {
    expect(csv('=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\ufeff=1')).toBe(
      `a\r\n'=1+1\r\n'+1\r\n'-1\r\n'@SUM(A1)\r\n'\t=1\r\n' =1\r\n'\ufeff=1\r\n`,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(csv(text)).not.toMatch(/\r\n"?[\s\ufeff\u200b]*[=+\-@][^]*\r\n$/u);
      }),
    );
  });
});

describe('a query in plain words', () => {
  it('says what each command does', () => {
    expect(
      explainQuery(
        'FROM logs | WHERE level == "error" AND (status_code >= 500 OR message LIKE "*pool*") AND host.name IS NOT NULL | EVAL s = duration_ms / 1000 | STATS n = COUNT(*), p = PERCENTILE(s, 99) BY service.name, BUCKET(@timestamp, 5 minutes) | SORT n DESC | LIMIT 5 | KEEP n, service.*',
      ),
    ).toEqual([
      'Reads logs.',
      'Keeps the rows where level is "error" and (status_code is at least 500 or message looks like "*pool*") and host.name has a value.',
      'Computes s as duration_ms / 1000.',
      'Takes the number of rows (called n) and the p99 of s (called p), for each service.name and 5 minutes of @timestamp.',
      'Sorts by n, largest or latest first.',
      'Shows at most 5 rows.',
      'Shows of each row n and service.*.',
    ]);
  });
});

describe('the limits of one person', () => {
  it('are of that person alone, and end with the queries and the minute', async () => {
    const ask = limitAskers({ clock }, { atOnce: 1, perMinute: 2 });
    const slow = Promise.withResolvers<string>();
    const first = ask(ANN, () => slow.promise);
    expect(await ask(ANN, () => Promise.resolve('x'))).toEqual({ kind: 'too-many', why: 'at-once', most: 1 });
    expect(await ask({ ...ANN, id: 'U02BOB' }, () => Promise.resolve('x'))).toBe('x');
    slow.reject(new Error('failed'));
    await expect(first).rejects.toThrow('failed');
    expect(await ask(ANN, () => Promise.resolve('y'))).toBe('y');
    const until = addMs(NOW, MINUTE_MS);
    expect(await ask(ANN, () => Promise.resolve('z'))).toEqual({ kind: 'too-many', why: 'per-minute', most: 2, until });
    now = until;
    expect(await ask(ANN, () => Promise.resolve('z'))).toBe('z');
  });
});
