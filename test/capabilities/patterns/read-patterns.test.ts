import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { type LevelFilter, queryOfPattern, readPatterns } from '#capabilities/patterns/index.ts';
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

const append = async (logs: readonly LogRecord[]): Promise<void> => {
  for (let at = 0; at < logs.length; at += 20_000) await telemetryStore.append({ logs: logs.slice(at, at + 20_000) });
};

const onlyOf = (level: string): LevelFilter => ({ esql: `level == "${level}"`, means: `level ${level}` });

const read = async (
  windowMs: number,
  level?: string | LevelFilter,
  store?: Pick<TelemetryStore, 'schema' | 'query'>,
) => {
  const outcome = await readPatterns(deps(store), {
    service: 'press',
    window: windowBefore(NOW, windowMs),
    ...(level === undefined ? {} : { level: typeof level === 'string' ? onlyOf(level) : level }),
  });
  if (outcome.kind !== 'patterns') throw new Error(outcome.kind);
  return outcome;
};

/** Lines that are not there yet when those of window and baseline are counted. */
const comingAfterTheCount = (late: readonly LogRecord[]): Pick<TelemetryStore, 'schema' | 'query'> => {
  let hasCome = false;
  return {
    schema: telemetryStore.schema,
    query: async (request) => {
      if (!hasCome && !request.query.text.includes('STATS')) {
        hasCome = true;
        await telemetryStore.append({ logs: late });
      }
      return telemetryStore.query(request);
    },
  };
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

  it('of several levels are only those, and so is their ES|QL', async () => {
    await telemetryStore.append({
      logs: [
        line(3, 'all well'),
        line(2, 'no paper', 'error'),
        line(2, 'no ink', 'fatal'),
        line(1, 'no paper', 'warn'),
      ],
    });
    const level = { esql: 'level IN ("error", "fatal")', means: 'level error, fatal' };
    const outcome = await read(10 * MINUTE_MS, level);
    expect(outcome.patterns.map(({ text, lines }) => `${text} ${lines}`).toSorted()).toEqual([
      'no ink 1',
      'no paper 1',
    ]);
    expect(outcome.level).toEqual(level);
    expect(outcome.query).toContain(`AND ${level.esql} AND @timestamp`);
    expect(outcome.categoriesQuery).toContain(`AND ${level.esql} | STATS`);
    expect(outcome.patterns.map((pattern) => queryOfPattern(outcome, pattern)?.includes(level.esql))).toEqual([
      true,
      true,
    ]);
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

  it('are none of a time of which nothing is kept, which is told with the time that was asked for', async () => {
    await telemetryStore.append({ logs: [line(3, 'no paper')] });
    const askedFor = (hoursAgo: number) => {
      const window = windowBefore(addMs(NOW, -hoursAgo * HOUR_MS), HOUR_MS);
      return { window, outcome: readPatterns(deps(), { service: 'press', window }) };
    };
    const [kept, old] = [askedFor(15), askedFor(30)];
    expect(await kept.outcome).toMatchObject({ kind: 'unknown-service', window: kept.window, keptMs: null });
    expect(await old.outcome).toMatchObject({ kind: 'unknown-service', window: old.window, keptMs: DAY_MS });
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

  it('have exact numbers where lines come between the count and the reading', async () => {
    await telemetryStore.append({
      logs: [line(70, 'calm'), ...Array.from({ length: 10 }, (_, at) => line(3 + at / 10, 'no paper'))],
    });
    const late = [line(50, 'calm'), line(2, 'no paper'), line(1, 'no paper')];
    const { patterns, lines, readLines, searchedLines, gaps } = await read(
      10 * MINUTE_MS,
      undefined,
      comingAfterTheCount(late),
    );
    expect(patterns).toMatchObject([{ text: 'no paper', lines: 12, readLines: 12, isEstimate: false, share: 1 }]);
    expect([lines, readLines, searchedLines]).toEqual([12, 12, 14]);
    expect(gaps.map(({ kind }) => kind)).not.toContain('sampled');
  });

  it('are estimated as before where lines come late to more than is read', async () => {
    await append(
      Array.from({ length: 60_000 }, (_, at) => line(9.9 - (at * 9) / 60_000, `sheet ${at} was printed`)).concat(
        line(70, 'calm'),
      ),
    );
    const late = Array.from({ length: 600 }, (_, at) => line(9.9 - (at * 9) / 600, `sheet ${at} was printed`));
    const jams = [line(2, 'tray is jammed', 'error'), line(1, 'tray is jammed', 'error')];
    const store = comingAfterTheCount([...late, ...jams]);
    await telemetryStore.append({ logs: [line(3, 'tray is jammed', 'error')] });
    const { patterns, lines, readLines, gaps } = await read(10 * MINUTE_MS, undefined, store);
    const byText = new Map(patterns.map((pattern) => [pattern.text, pattern]));
    expect(byText.get('tray is jammed')).toMatchObject({ lines: 3, isEstimate: false });
    expect(byText.get('sheet <*> was printed')).toMatchObject({ lines: 60_000, isEstimate: true });
    expect(lines).toBe(60_003);
    expect(gaps[0]).toMatchObject({ kind: 'sampled', read: readLines, of: 60_003, errors: { read: 3, of: 3 } });
  }, 60_000);

  it('are those of a sample where there are more lines than are read, and say so', async () => {
    const logs = Array.from({ length: 120_000 }, (_, index) =>
      line((120_000 - index) / 2_000, `sheet ${index} printed in tray ${index % 2 === 0 ? 'A' : 'B'}`),
    );
    await append(logs);
    const { patterns, lines, readLines, gaps } = await read(30 * MINUTE_MS);
    expect(lines).toBe(60_000);
    expect(readLines).toBeGreaterThan(20_000);
    expect(readLines).toBeLessThanOrEqual(40_000);
    const errors = { read: 0, of: 0 };
    expect(gaps[0]).toEqual({ kind: 'sampled', side: 'window', read: readLines, of: 60_000, errors });
    expect(patterns.every(({ isEstimate }) => isEstimate)).toBe(true);
    expect(patterns.reduce((sum, pattern) => sum + pattern.lines, 0)).toBeGreaterThan(59_990);
    expect(patterns.reduce((sum, pattern) => sum + pattern.lines, 0)).toBeLessThan(60_010);
  }, 60_000);

  it('have every error of a burst, wherever in a minute, however many other lines there are', async () => {
    const busy = Array.from({ length: 42_500 }, (_, at) => line(9.99 - (at * 9.9) / 42_500, `sheet ${at} printed`));
    const burst = Array.from({ length: 1_000 }, (_, at) => line(3.25 - at / 6_700, `tray ${at} jammed`, 'ERROR'));
    await append([...busy, ...burst]);
    const { patterns, readLines, gaps } = await read(10 * MINUTE_MS);
    expect(patterns[0]).toMatchObject({ text: 'tray <*> jammed', lines: 1_000, readLines: 1_000, isEstimate: false });
    expect(patterns[1]).toMatchObject({ text: 'sheet <*> printed', lines: 42_500, isEstimate: true });
    expect(patterns.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
    expect(gaps[0]).toMatchObject({ read: readLines, of: 43_500, errors: { read: 1_000, of: 1_000 } });
  }, 60_000);

  it('are estimated from a sample of the errors too, beyond a limit of their own', async () => {
    const burst = Array.from({ length: 30_000 }, (_, at) => line(3.25 - at / 200_000, `tray ${at} jammed`, 'fatal'));
    await append([...burst, line(2, 'all well')]);
    const { patterns } = await read(10 * MINUTE_MS);
    expect(patterns[0]).toMatchObject({ text: 'tray <*> jammed', lines: 30_000, isEstimate: true });
    expect(patterns[0]?.readLines).toBeGreaterThan(8_000);
    expect(patterns[0]?.readLines).toBeLessThan(20_001);
    expect(patterns[1]).toMatchObject({ text: 'all well', lines: 1, isEstimate: false });
  }, 60_000);

  it('are read page by page, but for more than a page of one millisecond, which is told', async () => {
    const logs = [
      ...Array.from({ length: 12_000 }, (_, at) => line(3, `tray ${at} jammed`, 'error')),
      ...Array.from({ length: 7_000 }, (_, at) => line(2 - at / 60_000, `ink ${at} is low`, 'error')),
    ];
    await append(logs);
    const { patterns, gaps } = await read(10 * MINUTE_MS);
    expect(patterns.map(({ readLines }) => readLines)).toEqual([10_000, 7_000]);
    expect(gaps[0]).toMatchObject({ kind: 'sampled', errors: { read: 17_000, of: 19_000 } });
  }, 60_000);

  it('do not change because errors are read in full and other lines are not', async () => {
    const logs: LogRecord[] = [];
    const [minutes, perMinute] = [70, 9_000];
    for (let at = 0; at < minutes * perMinute; at += 1)
      logs.push(line(minutes - at / perMinute, `sheet ${at} printed`));
    for (let ago = minutes; ago > 0; ago -= 0.5) {
      logs.push(line(ago - 0.1, `ink ${ago} is low`, (ago * 2) % 2 === 0 ? 'error' : 'info'));
      logs.push(line(ago - 0.2, `paper ${ago} is thin`, ago > 10 ? 'info' : 'error'));
      logs.push(line(ago - 0.3, `roller ${ago} is hot`, ago > 10 ? 'error' : 'info'));
      logs.push(line(ago - 0.4, `tray ${ago} jammed`, 'error'));
      logs.push(line(ago - 0.45, `belt ${ago} moved`, 'info'));
    }
    await append(logs);
    const { patterns, disappeared, gaps } = await read(10 * MINUTE_MS);
    expect(gaps.map(({ kind }) => kind)).toEqual(['sampled', 'sampled', 'short-baseline']);
    expect(patterns.map(({ text, comparison }) => `${text.split(' ')[0]}: ${comparison?.change}`).toSorted()).toEqual([
      'belt: steady',
      'ink: steady',
      'paper: steady',
      'roller: steady',
      'sheet: steady',
      'tray: steady',
    ]);
    expect(disappeared).toEqual([]);
    expect(patterns.find(({ text }) => text.startsWith('tray'))?.lines).toBe(20);
  }, 120_000);

  it('are not new where they were of another level before, though none of those lines was read, and else are', async () => {
    const logs: LogRecord[] = [];
    const [minutes, perMinute] = [70, 9_000];
    for (let at = 0; at < minutes * perMinute; at += 1)
      logs.push(line(minutes - at / perMinute, `sheet ${at} printed`));
    // So rare before that a sample may have none of them.
    for (let ago = 8; ago > 0; ago -= 0.7) logs.push(line(ago, 'feeder broke', 'error'));
    for (let ago = minutes - 1.3; ago > 0; ago -= 10 / 3)
      logs.push(line(ago, 'belt moved', ago > 10 ? 'info' : 'error'));
    await append(logs);
    const changes = new Set<string | undefined>();
    const unseen: boolean[] = [];
    for (let seed = 1; seed <= 4; seed += 1) {
      const outcome = await readPatterns(
        { ...deps(), random: seededRandom(seed) },
        { service: 'press', window: windowBefore(NOW, 10 * MINUTE_MS) },
      );
      if (outcome.kind !== 'patterns') throw new Error(outcome.kind);
      const belt = outcome.patterns.find(({ text }) => text === 'belt moved');
      changes.add(belt?.comparison?.change);
      const feeder = outcome.patterns.find(({ text }) => text === 'feeder broke');
      expect(feeder?.comparison?.change).toBe('new');
      unseen.push(belt?.baselineReadLines === 0);
    }
    expect(unseen).toContain(true);
    expect([...changes].filter((change) => change !== 'steady' && change !== 'first-seen')).toEqual([]);
  }, 120_000);

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
