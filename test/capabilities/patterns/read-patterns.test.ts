import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { readPatterns } from '#capabilities/patterns/index.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import { seededRandom } from '#kernel/random.ts';
import { windowBefore } from '#kernel/time-window.ts';
import type { LogRecord, TelemetryStore } from '#ports/telemetry-store.ts';
import { createShop } from '../../../simulator/shop.ts';

const NOW = new Date('2026-11-21T04:10:00.000Z');
const clock = { now: () => NOW };
const nothing = () => undefined;

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

const deps = (store: Pick<TelemetryStore, 'schema' | 'query'> = telemetryStore) => ({
  telemetryStore: store,
  clock,
  random: seededRandom(1),
  logsKeptMs: DAY_MS,
});

const line = (minutesAgo: number, message: string, level: string | null = 'info'): LogRecord => ({
  timestampMs: Math.round(NOW.getTime() - minutesAgo * MINUTE_MS),
  service: 'press',
  level,
  message,
  durationMs: null,
  traceId: null,
  spanId: null,
  statusCode: null,
  host: null,
});

const read = async (windowMs: number, level?: string, store?: Pick<TelemetryStore, 'schema' | 'query'>) => {
  const outcome = await readPatterns(deps(store), {
    service: 'press',
    window: windowBefore(NOW, windowMs),
    ...(level === undefined ? {} : { level }),
  });
  if (outcome.kind !== 'patterns') throw new Error(outcome.kind);
  return outcome;
};

describe('the patterns of a service', () => {
  it('have their lines, levels, times, values and an example, and say what is new, surging and gone', async () => {
    const logs: LogRecord[] = [];
    for (let ago = 300; ago > 0; ago -= 0.5) logs.push(line(ago, `sheet ${Math.round(ago * 2)} printed in tray A`));
    for (let ago = 299.9; ago > 0; ago -= 10) logs.push(line(ago, `ink low at ${ago.toFixed(0)} percent`, 'warn'));
    for (let ago = 299.7; ago > 30; ago -= 1) logs.push(line(ago, 'roller calm'));
    for (let ago = 9.8; ago > 0; ago -= 0.25) logs.push(line(ago, `paper jam at roller ${Math.round(ago)}`, 'error'));
    for (let ago = 9.6; ago > 0; ago -= 0.5) logs.push(line(ago, 'ink low at 3 percent', 'warn'));
    await telemetryStore.append({ logs });

    const { patterns, disappeared, lines, readLines, gaps } = await read(10 * MINUTE_MS);
    const byText = new Map(patterns.map((pattern) => [pattern.text, pattern]));
    expect(patterns[0]?.text).toBe('paper jam at roller <*>');
    expect(patterns[0]?.comparison?.change).toBe('new');
    expect(patterns[0]?.levels).toEqual([{ level: 'error', readLines: 40 }]);
    expect(patterns[0]?.example).toBe('paper jam at roller 0');
    expect(patterns[0]?.firstSeenAt).toEqual(new Date(NOW.getTime() - 9.8 * MINUTE_MS));
    expect(patterns[0]?.variables[0]?.length).toBeGreaterThan(5);
    const ink = byText.get('ink low at <*> percent');
    expect(ink?.comparison?.change).toBe('surging');
    expect(ink?.comparison?.ratio.low).toBeGreaterThan(5);
    const sheets = byText.get('sheet <*> printed in tray A');
    expect(sheets?.comparison?.change).toBe('steady');
    expect(sheets?.lines).toBe(20);
    expect(disappeared.map(({ text }) => text)).toEqual(['roller calm']);
    expect(lines).toBe(readLines);
    expect(patterns.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
    expect(gaps).toEqual([{ kind: 'short-baseline', baselineMs: 290 * MINUTE_MS, because: 'young' }]);
  });

  it('of one level are only those', async () => {
    await telemetryStore.append({ logs: [line(3, 'all well'), line(2, 'no paper', 'error')] });
    const { patterns } = await read(10 * MINUTE_MS, 'error');
    expect(patterns.map(({ text }) => text)).toEqual(['no paper']);
  });

  it('are not said to be new where there is too little to compare with', async () => {
    await telemetryStore.append({ logs: Array.from({ length: 60 }, (_, index) => line(39 - index / 2, 'no paper')) });
    const { patterns, gaps } = await read(10 * MINUTE_MS);
    expect(patterns[0]?.comparison).toBeNull();
    expect(gaps.map(({ kind }) => kind)).toEqual(['short-baseline', 'not-compared']);
  });

  it('begin with errors, the most lines first, where nothing is compared', async () => {
    const times = (count: number, message: string, level: string | null): LogRecord[] =>
      Array.from({ length: count }, (_, at) => line(1 + at / 10, message, level));
    await telemetryStore.append({
      logs: [
        ...times(40, 'sheet was printed', 'info'),
        ...times(20, 'ink is low', 'warn'),
        ...times(3, 'feeder stopped', 'fatal'),
        ...times(5, 'tray is jammed', 'ERROR'),
      ],
    });
    const { patterns } = await read(10 * MINUTE_MS);
    const texts = ['tray is jammed', 'feeder stopped', 'sheet was printed', 'ink is low'];
    expect(patterns.map(({ text }) => text)).toEqual(texts);
  });

  it('of hours are compared with the rest of a day', async () => {
    const logs: LogRecord[] = [];
    for (let ago = 23 * 60; ago > 0; ago -= 2) logs.push(line(ago, 'roller calm'));
    for (let ago = 170; ago > 0; ago -= 1) logs.push(line(ago, `paper jam at roller ${ago}`, 'error'));
    await telemetryStore.append({ logs });
    const { patterns, gaps } = await read(3 * HOUR_MS);
    expect(patterns[0]).toMatchObject({ text: 'paper jam at roller <*>', comparison: { change: 'new' } });
    expect(gaps.map(({ kind }) => kind)).toEqual(['short-baseline']);
  });

  it('have nothing to be compared with where nothing before is kept', async () => {
    await telemetryStore.append({ logs: [line(3, 'no paper')] });
    expect((await read(10 * MINUTE_MS)).gaps).toEqual([{ kind: 'no-baseline' }]);
  });

  it('are none where the service wrote nothing of that level', async () => {
    await telemetryStore.append({ logs: [line(3, 'no paper', 'error')] });
    expect(await read(10 * MINUTE_MS, 'info')).toMatchObject({ lines: 0, patterns: [], disappeared: [] });
  });

  it('are those of the service that a part of its name means, and of an unknown one none', async () => {
    await telemetryStore.append({ logs: [line(3, 'no paper'), { ...line(3, 'hung'), service: 'phone-line' }] });
    const window = windowBefore(NOW, 10 * MINUTE_MS);
    expect(await readPatterns(deps(), { service: 'PHONE', window })).toMatchObject({ service: 'phone-line', lines: 1 });
    const unknown = { kind: 'unknown-service', service: 'pres5', nearest: ['press'] };
    expect(await readPatterns(deps(), { service: 'pres5', window })).toMatchObject(unknown);
  });

  it('come with ES|QL of their lines, how many were searched, and how long it took', async () => {
    await telemetryStore.append({ logs: [line(3, 'no paper'), line(70, 'calm')] });
    expect(await read(10 * MINUTE_MS)).toMatchObject({
      query:
        'FROM logs | WHERE service.name == "press" AND message IS NOT NULL AND @timestamp >= "2026-11-21T04:00:00.000Z" AND @timestamp < "2026-11-21T04:10:00.000Z" | KEEP @timestamp, level, message | SORT @timestamp',
      searchedLines: 2,
      tookMs: 0,
    });
  });

  it('are those of a sample where there are more lines than are read, and say so', async () => {
    const logs = Array.from({ length: 120_000 }, (_, index) =>
      line((120_000 - index) / 2_000, `sheet ${index} printed in tray ${index % 2 === 0 ? 'A' : 'B'}`),
    );
    for (let at = 0; at < logs.length; at += 20_000) await telemetryStore.append({ logs: logs.slice(at, at + 20_000) });
    const { patterns, lines, readLines, gaps } = await read(30 * MINUTE_MS);
    expect(lines).toBe(60_000);
    expect(readLines).toBeGreaterThan(20_000);
    expect(readLines).toBeLessThanOrEqual(40_000);
    expect(gaps[0]).toEqual({ kind: 'sampled', side: 'window', read: readLines, of: 60_000 });
    expect(patterns.reduce((sum, pattern) => sum + pattern.lines, 0)).toBeGreaterThan(59_990);
    expect(patterns.reduce((sum, pattern) => sum + pattern.lines, 0)).toBeLessThan(60_010);
  }, 60_000);

  it('are shown without comparison where the day before cannot be read', async () => {
    await telemetryStore.append({ logs: [line(70, 'all well'), line(2, 'no paper', 'error')] });
    const from = addMs(NOW, -10 * MINUTE_MS);
    const { patterns, gaps } = await read(10 * MINUTE_MS, undefined, {
      schema: telemetryStore.schema,
      query: (request) => {
        if (request.range && request.range.from < from) {
          throw new AppError({ code: 'timeout', isRetryable: true, userMessage: 'It took too long.' });
        }
        return telemetryStore.query(request);
      },
    });
    expect(patterns.map(({ text }) => text)).toEqual(['no paper']);
    expect(gaps).toContainEqual({ kind: 'baseline-failed', userMessage: 'It took too long.' });
  });

  it('could not be read where the store does not answer', async () => {
    const query = () =>
      Promise.reject(new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Nothing answers.' }));
    const outcome = await readPatterns(deps({ schema: telemetryStore.schema, query }), {
      service: 'press',
      window: windowBefore(NOW, HOUR_MS),
    });
    expect(outcome).toEqual({ kind: 'failed', userMessage: 'Nothing answers.' });
  });

  it('of the simulated shop are few, and the fault brings a new or surging one first', async () => {
    const startAt = addMs(NOW, -70 * MINUTE_MS);
    const fault = {
      fault: 'connection-pool-exhaustion',
      startAt: addMs(NOW, -5 * MINUTE_MS),
      endAt: addMs(NOW, 10 * MINUTE_MS),
    };
    const shop = createShop({ seed: 7, startAt, faults: [fault] });
    for (const { logs } of shop.advanceTo(addMs(NOW, -1))) if (logs) await telemetryStore.append({ logs });
    const outcome = await readPatterns(deps(), {
      service: 'payment-service',
      window: windowBefore(NOW, 6 * MINUTE_MS),
    });
    if (outcome.kind !== 'patterns') throw new Error(outcome.kind);
    expect(outcome.lines).toBeGreaterThan(500);
    expect(outcome.patterns.length).toBeLessThan(25);
    expect(outcome.patterns[0]?.levels[0]?.level).toBe('error');
    expect(['new', 'surging']).toContain(outcome.patterns[0]?.comparison?.change);
    expect(outcome.patterns.filter(({ comparison }) => comparison?.change === 'steady').length).toBeGreaterThan(0);
  }, 60_000);
});
