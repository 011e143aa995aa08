import { expect, it } from 'vitest';
import { type FoundTrace, readTrace, type ReadTraceOutcome } from '#capabilities/traces/index.ts';
import { AppError } from '#kernel/errors.ts';
import { HOUR_MS } from '#kernel/duration.ts';
import type { QueryRequest, TelemetryStore } from '#ports/telemetry-store.ts';
import { clock, describeOnBothEngines, logRow, NOW, spanRow, TRACE } from './stores.ts';

const settings = { keptMs: { spans: 6 * HOUR_MS, logs: 24 * HOUR_MS } };

const read = (telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>, id = TRACE): Promise<ReadTraceOutcome> =>
  readTrace({ clock, telemetryStore, settings }, id);

const found = (outcome: ReadTraceOutcome): FoundTrace => {
  if (outcome.kind !== 'found') throw new Error(outcome.kind);
  return outcome;
};

const unavailable = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'The store is away.' });

describeOnBothEngines('a trace that is asked for', (store) => {
  it('comes with its spans as a tree and its log lines, errors first', async () => {
    const start = NOW.getTime() - 60_000;
    await store().append({
      spans: [
        spanRow({
          spanId: 'b',
          parentId: 'a',
          service: 'orders',
          name: 'POST /orders',
          timestampMs: start + 10,
          durationMs: 62.5,
          status: 'error',
        }),
        spanRow({}),
        spanRow({ traceId: 'f'.repeat(32), spanId: 'z' }),
      ],
      logs: [
        logRow({ timestampMs: start + 20 }),
        logRow({ timestampMs: start + 30, service: 'orders', level: 'warn', message: 'slow' }),
        logRow({ timestampMs: start + 50, service: 'orders', level: 'error', message: 'failed' }),
        logRow({ traceId: null }),
      ],
    });
    const { trace, logs, totalSpans, query, spansKeptMs, searched } = found(await read(store()));
    expect(trace?.startedAt.getTime()).toBe(start);
    expect(
      trace?.spans.map(({ depth, service, fromMs, durationMs, isError }) => [
        depth,
        service,
        fromMs,
        durationMs,
        isError,
      ]),
    ).toEqual([
      [0, 'gateway', 0, 100, false],
      [1, 'orders', 10, 62.5, true],
    ]);
    expect(logs?.lines.map(({ level, message }) => `${level ?? ''} ${message}`)).toEqual([
      'error failed',
      'warn slow',
      'info done',
    ]);
    expect([totalSpans, logs?.total, logs?.errors, spansKeptMs]).toEqual([2, 3, 1, 6 * HOUR_MS]);
    expect(searched).toEqual({ spans: 3, logs: 4 });
    expect(query).toContain(`WHERE trace.id == "${TRACE}"`);
  });

  it('says how many there are where more exist than are read', async () => {
    await store().append({
      spans: Array.from({ length: 5_003 }, (_, at) =>
        spanRow({ spanId: `s${at}`, parentId: at === 0 ? null : 's0', timestampMs: NOW.getTime() - 60_000 + at }),
      ),
      logs: Array.from({ length: 60 }, (_, at) => logRow({ level: at < 55 ? 'error' : 'info' })),
    });
    const { trace, totalSpans, logs } = found(await read(store()));
    expect([trace?.spans.length, totalSpans]).toEqual([5_000, 5_003]);
    expect([logs?.lines.length, logs?.total, logs?.errors]).toEqual([50, 60, 55]);
  });

  it('is told by its log lines alone where it has no spans', async () => {
    await store().append({ logs: [logRow({})] });
    const { trace, logs, totalSpans, query, queries } = found(await read(store()));
    expect([trace, logs?.total, totalSpans]).toEqual([null, 1, 0]);
    expect(queries).toEqual([query, logs?.query]);
  });

  it('is found by the first digits of its id, and asked about where several begin so', async () => {
    await store().append({ spans: [spanRow({})] });
    expect(found(await read(store(), '4bf92f35')).traceId).toBe(TRACE);
    const other = `4bf92f35${'0'.repeat(24)}`;
    await store().append({ spans: [spanRow({ traceId: other })] });
    const outcome = await read(store(), '4bf92f35');
    expect(outcome.kind === 'not-found' && outcome.beginWithIt.toSorted()).toEqual([other, TRACE]);
    expect(await read(store(), '4bf92')).toEqual({ kind: 'malformed', why: 'too-short' });
  });

  it('is found by the first digits of its id in capitals, whether it is stored in small ones or not', async () => {
    const capitals = 'E716F8'.padEnd(32, 'A1');
    await store().append({ spans: [spanRow({}), spanRow({ traceId: capitals })] });
    expect(found(await read(store(), '4BF92F')).traceId).toBe(TRACE);
    expect(found(await read(store(), 'E716F8')).traceId).toBe(capitals);
    expect(found(await read(store(), capitals)).traceId).toBe(capitals);
    const outcome = await read(store(), 'E716F9');
    expect(outcome).toMatchObject({ kind: 'not-found', traceId: 'E716F9', beginWithIt: [] });
    for (const query of outcome.kind === 'not-found' ? outcome.queries : [])
      expect(query).toContain('(STARTS_WITH(trace.id, "e716f9") OR STARTS_WITH(trace.id, "E716F9")) AND');
    await store().append({ spans: [spanRow({ traceId: capitals.toLowerCase() })] });
    expect(await read(store(), 'E716F8')).toMatchObject({ kind: 'not-found', beginWithIt: { length: 2 } });
    expect(found(await read(store(), capitals)).traceId).toBe(capitals);
  });

  it('is found by the first digits of its id where only log lines carry it', async () => {
    await store().append({ logs: [logRow({})] });
    expect(found(await read(store(), '4bf92f3577b3'))).toMatchObject({ traceId: TRACE, trace: null });
    await store().append({ spans: [spanRow({})] });
    expect(found(await read(store(), '4bf92f3577b3')).totalSpans).toBe(1);
  });

  it('is not looked for by what is no id, unless one is called so', async () => {
    for (const word of ['zzz', 'payment-service']) {
      expect(await read(store(), word)).toEqual({ kind: 'malformed', why: 'characters' });
    }
    await store().append({ spans: [spanRow({ traceId: 'zzz' })] });
    expect(found(await read(store(), 'zzz')).traceId).toBe('zzz');
  });

  it('is not found where nothing carries its id, which tells how much was searched', async () => {
    await store().append({ spans: [spanRow({ traceId: 'f'.repeat(32) })] });
    const outcome = await read(store());
    expect(outcome).toMatchObject({
      kind: 'not-found',
      traceId: TRACE,
      keptMs: settings.keptMs,
      searched: { spans: 1, logs: 0 },
    });
    const queries = outcome.kind === 'not-found' ? outcome.queries : [];
    expect(queries.map((query) => query.slice(0, 10))).toEqual(['FROM spans', 'FROM logs ']);
    for (const query of queries) expect(query).toContain(`"${TRACE}") AND @timestamp >= NOW() - 7 days`);
    expect(await read(store(), 'two words')).toEqual({ kind: 'malformed', why: 'characters' });
  });

  it('is shown without log lines if those cannot be read, and not at all without its spans', async () => {
    await store().append({ spans: [spanRow({})] });
    const without = (index: string): Pick<TelemetryStore, 'schema' | 'query'> => ({
      schema: () => store().schema(),
      query: (request: QueryRequest) =>
        request.query.text.startsWith(`FROM ${index}`) ? Promise.reject(unavailable) : store().query(request),
    });
    expect(found(await read(without('logs'))).logs).toBeNull();
    expect(await read(without('spans'))).toEqual({ kind: 'failed', userMessage: 'The store is away.' });
  });
});
