import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { DEFAULT_QUERY_LIMITS, type QueryLimits, runQuery } from '#capabilities/log-query/index.ts';
import type { Actor } from '#kernel/actor.ts';
import { addMs, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { LogRecord, QueryRequest, TelemetryStore } from '#ports/telemetry-store.ts';

const NOW = new Date('2026-11-21T02:30:00.000Z');
const ANN: Actor = { kind: 'person', id: 'U01ANN', surface: 'slack' };
const clock = { now: () => NOW };
const keptMs = { logs: 24 * HOUR_MS, spans: 6 * HOUR_MS };
const nothing = () => undefined;

let telemetryStore: TelemetryStore;

beforeEach(async () => {
  const metrics = { increment: nothing, observe: nothing, set: nothing };
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  telemetryStore = await openDuckdbTelemetryStore(
    { clock, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
  await telemetryStore.append({
    logs: [line('payment', 10), line('payment', 20), line('order', 50), line('order', 70), line('order', 200)],
  });
  await telemetryStore.replaceLookup({
    name: 'sentinel-thresholds',
    columns: [
      { name: 'service.name', type: 'keyword' },
      { name: 'tm', type: 'double' },
    ],
    rows: [['payment', 5]],
  });
});
afterEach(() => telemetryStore.close());

const line = (service: string, minutesAgo: number): LogRecord => ({
  timestampMs: NOW.getTime() - minutesAgo * MINUTE_MS,
  service,
  level: 'error',
  message: 'pool exhausted',
  durationMs: 5,
  traceId: null,
  spanId: null,
  statusCode: 500,
  host: null,
});

const run = (text: string, range?: TimeWindow, limits: QueryLimits = DEFAULT_QUERY_LIMITS) =>
  runQuery({ telemetryStore, clock, limits, keptMs }, { text, ...(range ? { range } : {}) }, ANN);

const rowsOf = (outcome: Awaited<ReturnType<typeof run>>) =>
  outcome.kind === 'answer' ? outcome.answer.rows : outcome;

describe('running a query', () => {
  it('gives groups by time in the order of time, unless it was asked for another one', async () => {
    const times = async (query: string): Promise<readonly string[]> => {
      const outcome = await run(query);
      return outcome.kind === 'answer' ? outcome.answer.rows.map((row) => String(row[1])) : [];
    };
    const buckets =
      'FROM logs | WHERE @timestamp >= NOW() - 6 hours | STATS n = COUNT(*) BY t = BUCKET(@timestamp, 10 minutes)';
    const found = await times(buckets);
    expect(found).toHaveLength(5);
    expect(found).toEqual(found.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(await times(`${buckets} | SORT t DESC`)).toEqual(found.toReversed());
    expect(await times(`${buckets} | EVAL x = 1 | DROP x`)).toEqual(found);
  });

  it('knows which columns grow with the rows of a group', async () => {
    const growing = async (rest: string) => {
      const outcome = await run(`FROM logs | STATS ${rest}`);
      return outcome.kind === 'answer' ? outcome.roles.growing : outcome;
    };
    expect(await growing('n = COUNT(*), s = SUM(duration_ms), d = COUNT_DISTINCT(host.name)')).toEqual(['n', 's', 'd']);
    expect(await growing('p95 = PERCENTILE(duration_ms, 95), most = MAX(duration_ms) BY service.name')).toEqual([]);
    expect(
      await growing(
        'failed = COUNT(*) WHERE level == "error", n = COUNT(*) | EVAL percent = ROUND(100.0 * failed / n, 2), a_second = n / 60 | RENAME failed AS errors',
      ),
    ).toEqual(['errors', 'n', 'a_second']);
  });

  it('knows that nothing was found because a pattern has the wildcards of SQL', async () => {
    const found = async (condition: string) => run(`FROM logs | WHERE ${condition}`);
    for (const condition of [
      'message LIKE "%pool%"',
      'level == "error" AND message LIKE ("x*", "pool_exhausted")',
      'message LIKE "%pool%" | STATS n = COUNT(*)',
    ])
      expect(await found(condition), condition).toMatchObject({ kind: 'answer', hasSqlWildcards: true });
    for (const condition of [
      'message LIKE "*pool*" OR message LIKE "%pool%"',
      'message LIKE "*pool_size*"',
      'message == "%pool%"',
      'level == "info" AND NOT message LIKE "%pool%"',
    ])
      expect(await found(condition), condition).toMatchObject({ kind: 'answer', hasSqlWildcards: false });
  });

  it('knows what is computed of aggregates and what the rows are sorted by', async () => {
    const outcome = await run(
      'FROM logs | EVAL x = 1 | STATS failed = COUNT(*), n = COUNT(*) BY service.name | EVAL percent = 100 * failed / n | SORT percent DESC, service.name',
    );
    expect(outcome).toMatchObject({ roles: { computed: ['percent'], sortedBy: ['service.name', 'percent'] } });
  });

  it('knows the columns of a change point, where they are left', async () => {
    const series = 'FROM logs | STATS n = COUNT(*) BY t = BUCKET(@timestamp, 1 minute)';
    const changes = [{ type: 'what', pvalue: 'p' }];
    expect(await run(`${series} | CHANGE_POINT n ON t AS what, p`)).toMatchObject({ roles: { changes } });
    expect(await run(`${series} | CHANGE_POINT n ON t | DROP pvalue`)).toMatchObject({ roles: { changes: [] } });
  });

  it('searches no time where nothing stored is read', async () => {
    const alone = { range: null, named: null, isDefaultRange: false, readsTelemetry: false, searched: null };
    expect(await run('ROW a = 1')).toMatchObject({ ...alone, answer: { rows: [[1]] } });
    expect(await run('ROW a = 1', { from: addMs(NOW, -HOUR_MS), to: NOW })).toMatchObject(alone);
  });

  it('answers for the last hour where nobody names a time, and says so', async () => {
    const outcome = await run('from logs | stats n = count(*) by service.name | sort service.name');
    expect(outcome).toMatchObject({
      kind: 'answer',
      query: 'FROM logs | STATS n = COUNT(*) BY service.name | SORT service.name',
      range: { from: addMs(NOW, -HOUR_MS), to: NOW },
      isDefaultRange: true,
    });
    expect(rowsOf(outcome)).toEqual([
      [1, 'order'],
      [2, 'payment'],
    ]);
  });

  it('takes the range of the incident whose thread it was asked in', async () => {
    const range = { from: addMs(NOW, -90 * MINUTE_MS), to: addMs(NOW, -60 * MINUTE_MS) };
    const outcome = await run('FROM logs | STATS n = COUNT(*)', range);
    expect(outcome).toMatchObject({ range, isDefaultRange: false });
    expect(rowsOf(outcome)).toEqual([[1]]);
  });

  it('leaves the time to a query that names one', async () => {
    for (const range of [undefined, { from: addMs(NOW, -MINUTE_MS), to: NOW }]) {
      const outcome = await run('FROM logs | WHERE @timestamp >= NOW() - 4 hours | STATS n = COUNT(*)', range);
      expect(outcome).toMatchObject({ range: null, isDefaultRange: false });
      expect(rowsOf(outcome)).toEqual([[5]]);
    }
    expect(await run('FROM logs | SORT @timestamp | LIMIT 1')).toMatchObject({ isDefaultRange: true });
  });

  it.each([
    ['WHERE KQL("@timestamp >= now-24h")', { from: addMs(NOW, -24 * HOUR_MS), to: null }],
    ['WHERE KQL("level: error and @timestamp >= now-1d/d")', { from: new Date('2026-11-20T00:00:00Z'), to: null }],
    ['WHERE QSTR("@timestamp:[now-24h TO now]")', { from: addMs(NOW, -24 * HOUR_MS), to: NOW }],
    ['WHERE @timestamp : "2026-11-20"', { from: new Date('2026-11-20'), to: new Date('2026-11-21') }],
    ['WHERE KQL("@timestamp: 2026-11-20 OR level: fatal")', { from: null, to: null }],
    ['WHERE KQL("@timestamp: 2026-11-20 and 2026")', { from: new Date('2026-11-20'), to: new Date('2026-11-21') }],
    ['EVAL t = @timestamp | WHERE t > NOW() - 1 day', { from: addMs(NOW, -24 * HOUR_MS), to: null }],
    ['RENAME @timestamp AS t | WHERE t > NOW() - 1 day', { from: addMs(NOW, -24 * HOUR_MS), to: null }],
    ['WHERE @timestamp >= DATE_TRUNC(1 day, NOW() - 1 day)', { from: new Date('2026-11-20T00:00:00Z'), to: null }],
    ['EVAL age = DATE_DIFF("hours", @timestamp, NOW()) | WHERE age < 24', { from: null, to: null }],
    ['EVAL h = DATE_TRUNC(1 hour, @timestamp) | WHERE h < NOW()', { from: null, to: null }],
    ['EVAL h = DATE_TRUNC(1 hour, @timestamp) | WHERE h >= "2026-11-20"', { from: new Date('2026-11-20'), to: null }],
  ])('leaves the time to one that names it so: %s', async (commands, named) => {
    const outcome = await run(`FROM logs | ${commands} | STATS n = COUNT(*)`);
    expect(outcome).toMatchObject({ range: null, isDefaultRange: false, named });
  });

  it('counts what the time holds that a search, a filter of an aggregate or a BUCKET names', async () => {
    const counted = async (text: string) => rowsOf(await run(`FROM logs | ${text}`));
    expect(await counted('WHERE KQL("@timestamp >= now-24h") | STATS n = COUNT(*)')).toEqual([[5]]);
    expect(
      await counted('STATS n = COUNT(*) WHERE @timestamp > NOW() - 2 hours, m = COUNT(*) WHERE level == "none"'),
    ).toEqual([[4, 0]]);
    const buckets = 'STATS n = COUNT(*) BY b = BUCKET(@timestamp, 1, NOW() - 2 hours, NOW()) | STATS SUM(n)';
    expect(await counted(buckets)).toEqual([[4]]);
    expect(await run(`FROM logs | ${buckets}`)).toMatchObject({
      range: null,
      isDefaultRange: false,
      named: { from: addMs(NOW, -2 * HOUR_MS), to: NOW },
    });
    // A BUCKET leaves no row out where a condition says which are meant.
    expect(await counted(`WHERE @timestamp > NOW() - 1 day | ${buckets}`)).toEqual([[5]]);
  });

  it.each([
    'SORT @timestamp',
    'KEEP @timestamp',
    'EVAL t = @timestamp | KEEP t',
    'STATS n = COUNT(*) BY BUCKET(@timestamp, 5 minutes)',
    'STATS n = COUNT(*) BY b = TBUCKET(5 minutes) | WHERE n > 5',
    'STATS seen = MAX(@timestamp)',
    'WHERE @timestamp IS NOT NULL',
    'WHERE KQL("2026")',
    'WHERE KQL("2026 or level: error")',
    'WHERE QSTR("2026-11-20")',
    'WHERE QSTR("pool 1234567")',
    'WHERE KQL("level: error")',
  ])('means the last hour where a query names no time: %s', async (commands) => {
    expect(await run(`FROM logs | ${commands}`)).toMatchObject({ isDefaultRange: true, named: null });
  });

  it('cuts a huge LIMIT to the rows that people may ask for', async () => {
    const outcome = await run('FROM logs | LIMIT 1000000', undefined, { maxRows: 2, timeoutMs: 1000 });
    expect(rowsOf(outcome)).toHaveLength(2);
    expect(outcome).toMatchObject({ answer: { isCut: true } });
    expect(rowsOf(await run('FROM logs', undefined, { maxRows: 2, timeoutMs: 1000 }))).toHaveLength(2);
  });

  it.each([
    ['FROM logs | WHERE service.name == "payment" | SORT @timestamp DESC | KEEP message | LIMIT 1', 2],
    ['FROM logs | LIMIT 2', 3],
    ['FROM logs | LIMIT 3', 3],
    ['FROM logs | LIMIT 4', null],
    ['FROM logs | LIMIT 1 | WHERE service.name == "payment"', null],
    ['FROM logs | STATS n = COUNT(*) BY service.name | LIMIT 1', null],
  ])('tells of “%s” how many rows there would be without its LIMIT: %s', async (text, matched) => {
    expect(await run(text)).toMatchObject({ kind: 'answer', matched });
  });

  it('counts them beside the query, and waits for nobody who counts too long', async () => {
    const asked: QueryRequest[] = [];
    const counting = Promise.withResolvers<never>();
    const slow = {
      schema: () => telemetryStore.schema(),
      query: (request: QueryRequest) => {
        asked.push(request);
        return request.purpose === 'matched' ? counting.promise : telemetryStore.query(request);
      },
    };
    const ask = (text: string) =>
      runQuery({ telemetryStore: slow, clock, limits: DEFAULT_QUERY_LIMITS, keptMs }, { text }, ANN);
    const stopped = () => asked.filter(({ purpose }) => purpose === 'matched').map(({ signal }) => signal?.aborted);
    const cut = { kind: 'answer', answer: { isCut: true, rows: [[expect.anything()]] }, matched: null };
    expect(await ask('FROM logs | KEEP message | LIMIT 1')).toMatchObject(cut);
    expect(stopped()).toEqual([true]);
    expect(await ask('FROM logs | LIMIT 4')).toMatchObject({ kind: 'answer', matched: null });
    expect(stopped()).toEqual([true, true]);
    counting.reject(new AppError({ code: 'timeout', isRetryable: true, userMessage: 'Late.' }));
    expect(await ask('FROM logs | KEEP message | LIMIT 1')).toMatchObject(cut);
  });

  it('says which time the query names, and what of it is not kept', async () => {
    const answerOf = async (text: string, range?: TimeWindow) => {
      const outcome = await run(text, range);
      if (outcome.kind !== 'answer') throw new Error(JSON.stringify(outcome));
      return outcome;
    };
    const named = async (condition: string) => (await answerOf(`FROM logs | WHERE ${condition}`)).named;
    const ago = (ms: number) => addMs(NOW, -ms);

    expect(await named('@timestamp >= NOW() - 4 hours')).toEqual({ from: ago(4 * HOUR_MS), to: null });
    expect(await named('NOW() - 2 hours < @timestamp AND level == "error" AND @timestamp < NOW() - 1 hour')).toEqual({
      from: ago(2 * HOUR_MS),
      to: ago(HOUR_MS),
    });
    expect(await named('@timestamp > "2026-11-21T01:00:00Z" OR @timestamp > "2026-11-20T01:00:00Z"')).toEqual({
      from: new Date('2026-11-20T01:00:00Z'),
      to: null,
    });
    expect(await named('@timestamp > NOW() - 1 hour OR level == "error"')).toEqual({ from: null, to: null });
    expect(await named('NOT (@timestamp > NOW() - 1 hour)')).toEqual({ from: null, to: null });
    expect(await named('level == "error"')).toBeNull();

    const kept = async (text: string, range?: TimeWindow) => (await answerOf(text, range)).kept;
    const LOGS = { index: 'logs', forMs: 24 * HOUR_MS };
    expect(await kept('FROM logs | WHERE @timestamp > NOW() - 30 days')).toEqual([LOGS]);
    expect(await kept('FROM logs | WHERE @timestamp < NOW() - 30 minutes')).toEqual([LOGS]);
    expect(await kept('FROM logs | WHERE @timestamp > NOW() - 24 hours')).toEqual([]);
    expect(await kept('FROM logs, spans | WHERE @timestamp > NOW() - 7 hours')).toEqual([
      { index: 'spans', forMs: 6 * HOUR_MS },
    ]);
    expect(await kept('FROM metrics | WHERE @timestamp > NOW() - 300 days')).toEqual([]);
    expect(await kept('FROM logs', { from: ago(25 * HOUR_MS), to: NOW })).toEqual([LOGS]);
    expect(await kept('FROM logs')).toEqual([]);
    expect(await kept('ROW x = 1')).toEqual([]);
  });

  it('says what tells the rows of a STATS apart', async () => {
    const keys = async (text: string) => {
      const outcome = await run(text);
      return outcome.kind === 'answer' ? outcome.keys : outcome;
    };
    expect(await keys('FROM logs | STATS n = COUNT(*) BY service.name, code = status_code')).toEqual([
      'service.name',
      'code',
    ]);
    expect(
      await keys('FROM logs | STATS n = COUNT(*) BY level, service.name | RENAME service.name AS s | DROP level'),
    ).toEqual(['s']);
    expect(await keys('FROM logs | STATS COUNT(*)')).toEqual([]);
    expect(await keys('FROM logs | KEEP level')).toEqual([]);
  });

  it('says how fresh what it searched is where nothing matched', async () => {
    const newest = async (text: string) => {
      const outcome = await run(text);
      return outcome.kind === 'answer' ? outcome.newest : outcome;
    };
    expect(await newest('FROM logs | WHERE service.name == "nobody"')).toEqual([
      { index: 'logs', at: addMs(NOW, -10 * MINUTE_MS), oldestAt: expect.any(Date) },
    ]);
    expect(await newest('FROM logs, spans | WHERE service.name == "nobody"')).toEqual([
      { index: 'logs', at: addMs(NOW, -10 * MINUTE_MS), oldestAt: expect.any(Date) },
      { index: 'spans', at: null, oldestAt: null },
    ]);
    expect(await newest('FROM logs')).toEqual([]);
    expect(await newest('ROW x = 1 | WHERE x > 1')).toEqual([]);
    // A count of what is not there is no finding.
    expect(await newest('FROM logs | WHERE @timestamp < "2026-11-01T00:00:00Z" | STATS n = COUNT(*)')).toMatchObject([
      { index: 'logs' },
    ]);
  });

  it('tells which columns count rows, as long as no group is left out', async () => {
    const counts = async (text: string) => {
      const outcome = await run(text);
      return outcome.kind === 'answer' ? outcome.counts : outcome;
    };
    const stats = 'FROM logs | STATS n = COUNT(*), p = MAX(duration_ms) BY service.name';
    expect(await counts(`${stats} | SORT n DESC`)).toEqual(['n']);
    expect(await counts(`${stats} | SORT n DESC | LIMIT 1`)).toEqual([]);
    expect(await counts('FROM logs')).toEqual([]);
  });

  it('answers without it where that cannot be looked at', async () => {
    const store = {
      schema: () => telemetryStore.schema(),
      query: (request: QueryRequest) =>
        request.purpose === 'freshness'
          ? Promise.reject(new AppError({ code: 'timeout', isRetryable: true, userMessage: 'too slow' }))
          : telemetryStore.query(request),
    };
    const deps = { telemetryStore: store, clock, limits: DEFAULT_QUERY_LIMITS, keptMs };
    expect(await runQuery(deps, { text: 'FROM spans' }, ANN)).toMatchObject({ kind: 'answer', newest: [] });
  });

  it('points at what is wrong with a query, and runs nothing', async () => {
    const outcome = await run('FROM logs | WHERE levle == "error"');
    expect(outcome).toMatchObject({ kind: 'invalid', problems: [{ line: 1, column: 19 }] });
    expect(outcome.kind === 'invalid' && outcome.report).toContain('^');
    expect(await run('FROM logs | WHERE')).toMatchObject({ kind: 'invalid' });
    expect(await run('')).toMatchObject({ kind: 'invalid' });
  });

  it('refuses forbidden commands and tables that only lookups may read', async () => {
    for (const text of ['FROM logs | ENRICH owners', 'SHOW INFO', 'DROP TABLE logs', 'FROM sentinel-thresholds']) {
      expect(await run(text), text).toMatchObject({ kind: 'invalid' });
    }
    const joined = await run('FROM logs | LOOKUP JOIN sentinel-thresholds ON service.name | STATS n = COUNT(tm)');
    expect(rowsOf(joined)).toEqual([[2]]);
  });

  it('says in safe words that it could not look, and lets a bug through', async () => {
    const failing = (error: Error) => ({ schema: () => telemetryStore.schema(), query: () => Promise.reject(error) });
    const fault = new AppError({
      code: 'timeout',
      isRetryable: true,
      userMessage: 'Telemetry did not answer in 10 s.',
    });
    const ask = (error: Error) =>
      runQuery(
        { telemetryStore: failing(error), clock, limits: DEFAULT_QUERY_LIMITS, keptMs },
        { text: 'FROM logs' },
        ANN,
      );
    expect(await ask(fault)).toEqual({ kind: 'failed', userMessage: 'Telemetry did not answer in 10 s.' });
    await expect(ask(new TypeError('bug'))).rejects.toThrow('bug');
  });

  it('hands its time limit to the store', async () => {
    const asked: QueryRequest[] = [];
    const store = {
      schema: () => telemetryStore.schema(),
      query: (request: QueryRequest) => {
        asked.push(request);
        return telemetryStore.query(request);
      },
    };
    const limits = { maxRows: 5, timeoutMs: 1234 };
    await runQuery({ telemetryStore: store, clock, limits, keptMs }, { text: 'ROW x = 1' }, ANN);
    expect(asked).toMatchObject([{ timeoutMs: 1234, purpose: 'responder' }]);
  });
});
