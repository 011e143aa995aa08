import { expect, it } from 'vitest';
import { readServiceCalls, readSlowSpans } from '#capabilities/traces/index.ts';
import { HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { SpanRecord } from '#ports/telemetry-store.ts';
import { clock, describeOnBothEngines, logRow, NOW, spanRow } from './stores.ts';

const idOf = (n: number): string => `${'0'.repeat(24)}${((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}`;

/** gateway calls orders, which asks its database; every tenth fails. */
const traceOf = (n: number): readonly SpanRecord[] => {
  const traceId = idOf(n);
  const status = n % 10 === 0 ? 'error' : 'ok';
  return [
    spanRow({ traceId, spanId: 'a', durationMs: 100 + n, status }),
    spanRow({ traceId, spanId: 'b', parentId: 'a', name: 'call orders', kind: 'client', durationMs: 90 + n, status }),
    spanRow({
      traceId,
      spanId: 'c',
      parentId: 'b',
      service: 'orders',
      name: 'POST /orders',
      durationMs: 80 + n,
      status,
    }),
    spanRow({
      traceId,
      spanId: 'd',
      parentId: 'c',
      service: 'orders',
      name: 'insert',
      kind: 'client',
      peerService: 'orders-db',
      durationMs: 5,
    }),
  ];
};

const traces = (count: number): SpanRecord[] => Array.from({ length: count }, (_, n) => traceOf(n)).flat();

describeOnBothEngines('a service that is asked about', (store) => {
  const deps = () => ({ clock, telemetryStore: store() });

  it('has its callers and callees with calls, failures and percentiles', async () => {
    await store().append({ spans: traces(100) });
    expect(await readServiceCalls(deps(), { service: 'ORDERS' })).toMatchObject({
      kind: 'calls',
      service: 'orders',
      callers: [{ caller: 'gateway', isSampled: false, calls: 100, failed: 10, p50Ms: 139.5, p99Ms: 188.01 }],
      callees: [{ callee: 'orders-db', isSampled: false, calls: 100, failed: 0, p95Ms: 5 }],
      totalTraces: 100,
      sampledTraces: 100,
      spansRead: 400,
      searchedSpans: 400,
      isCut: false,
    });
  });

  it('is told by a sample of its own traces where there are many', async () => {
    await store().append({ spans: traces(1_500) });
    await store().append({ spans: [spanRow({ traceId: idOf(3), spanId: 'r', parentId: 'a', service: 'rare' })] });
    const calls = await readServiceCalls(deps(), { service: 'orders' });
    if (calls.kind !== 'calls') throw new Error(calls.kind);
    expect(calls.sampledTraces).toBeGreaterThan(300);
    expect(calls.sampledTraces).toBeLessThanOrEqual(600);
    expect(calls.callers).toMatchObject([{ isSampled: true, calls: calls.sampledTraces }]);
    expect(calls.totalTraces).toBeGreaterThan(1_300);
    expect(calls.queries.join('\n')).toContain('RIGHT(trace.id, ');
    // Of the calls that name whom they call, none is left to chance.
    expect(calls.callees).toMatchObject([{ callee: 'orders-db', isSampled: false, calls: 1_500 }]);
    expect(await readServiceCalls(deps(), { service: 'rare' })).toMatchObject({
      callers: [{ caller: 'gateway', calls: 1 }],
      sampledTraces: 1,
    });
  });

  it('is told whole by a sample, also of more traces than one query chooses', async () => {
    // Ids that all end alike leave nothing to choose a sample by.
    const alike = Array.from({ length: 700 }, (_, n) =>
      traceOf(n).map((span) => ({ ...span, traceId: `${String(n).padStart(16, '0')}${'0'.repeat(16)}` })),
    );
    await store().append({ spans: alike.flat() });
    expect(await readServiceCalls(deps(), { service: 'orders' })).toMatchObject({
      callers: [{ isSampled: true, calls: 600 }],
      isCut: false,
    });
  });

  it('has every failure on an edge that the caller names, however rare', async () => {
    // Of ids that end alike, as the failing ones of a fault may.
    const spans = Array.from({ length: 4_000 }, (_, n) => [
      spanRow({
        traceId: idOf(n),
        spanId: 'b',
        kind: 'client',
        peerService: 'orders',
        durationMs: 10,
        status: n % 1_000 === 0 ? 'error' : 'ok',
      }),
      spanRow({ traceId: idOf(n), spanId: 'c', parentId: 'b', service: 'orders', durationMs: 5 }),
    ]).flat();
    await store().append({ spans });
    const counted = { caller: 'gateway', callee: 'orders', isSampled: false, calls: 4_000, failed: 4, p50Ms: 10 };
    const ofOrders = await readServiceCalls(deps(), { service: 'orders' });
    expect(ofOrders).toMatchObject({ callers: [counted], callees: [] });
    expect(await readServiceCalls(deps(), { service: 'gateway' })).toMatchObject({ callers: [], callees: [counted] });
    // No number of the sample is shown, so neither are its queries.
    expect(ofOrders.kind === 'calls' && ofOrders.queries).toEqual([
      expect.stringContaining('WHERE peer.service == "orders" AND span.kind == "client"'),
      expect.stringContaining('BY peer.service'),
    ]);
  });

  it('is the same one however its callers write its name', async () => {
    const names = ['orders', 'ORDERS', 'orders:8080', 'http://orders:8080/v1', 'orders.default.svc.cluster.local'];
    await store().append({
      spans: [
        ...names.map((peerService, at) =>
          spanRow({ traceId: `t${at}`, spanId: 'b', kind: 'client', peerService, durationMs: 10 * (1 + at) }),
        ),
        spanRow({ traceId: 't0', spanId: 'c', parentId: 'b', service: 'orders', durationMs: 5 }),
        spanRow({ traceId: 't9', spanId: 'd', kind: 'client', peerService: 'orders.example.com', durationMs: 7 }),
        // It calls itself.
        spanRow({ traceId: 't8', spanId: 'e', service: 'orders', kind: 'client', peerService: 'orders:8080' }),
      ],
    });
    const edge = { caller: 'gateway', callee: 'orders', isSampled: false, calls: 5, p50Ms: 30 };
    for (const service of ['orders', 'ORDERS', 'orders:8080'])
      expect(await readServiceCalls(deps(), { service })).toMatchObject({
        service: 'orders',
        callers: [edge],
        callees: [],
      });
    expect(await readServiceCalls(deps(), { service: 'gateway' })).toMatchObject({
      callers: [],
      callees: [edge, { callee: 'orders.example.com', calls: 1 }],
    });
  });

  it('is counted in part, and said to be, where its callers write too many names', async () => {
    const spans = Array.from({ length: 120 }, (_, at) =>
      spanRow({ traceId: `t${at}`, spanId: 'b', kind: 'client', peerService: `orders:${8000 + at}` }),
    );
    await store().append({ spans: [...spans, spanRow({ traceId: 't0', spanId: 'c', service: 'orders' })] });
    expect(await readServiceCalls(deps(), { service: 'orders' })).toMatchObject({
      isCut: true,
      callers: [{ caller: 'gateway', calls: 99 }],
    });
    expect(await readServiceCalls(deps(), { service: 'gateway' })).toMatchObject({ isCut: true });
  });

  it('has the names that its callers write where they may mean several', async () => {
    await store().append({
      spans: [
        spanRow({ traceId: 't1', spanId: 'b', kind: 'client', peerService: 'Orders:8080', durationMs: 10 }),
        spanRow({ traceId: 't1', spanId: 'c', parentId: 'b', service: 'orders', durationMs: 5 }),
        spanRow({ traceId: 't2', spanId: 'c', service: 'ORDERS', durationMs: 5 }),
      ],
    });
    expect(await readServiceCalls(deps(), { service: 'gateway' })).toMatchObject({
      callees: [{ callee: 'Orders:8080', isSampled: false, calls: 1 }],
    });
    expect(await readServiceCalls(deps(), { service: 'orders' })).toMatchObject({
      callers: [{ caller: 'gateway', calls: 1 }],
    });
  });

  it('has its slow and failing operations, with traces to look at', async () => {
    await store().append({ spans: traces(40) });
    const slow = await readSlowSpans(deps(), { service: 'orders' });
    expect(slow).toMatchObject({
      kind: 'slow-spans',
      operations: [
        { name: 'POST /orders', kind: 'server', count: 40, failed: 4, p50Ms: 99.5 },
        { name: 'insert', kind: 'client', count: 40, failed: 0, p99Ms: 5 },
      ],
      slowest: [
        { traceId: idOf(39), durationMs: 119, isError: false },
        { traceId: idOf(38), durationMs: 118 },
        { traceId: idOf(37), durationMs: 117 },
      ],
      searchedSpans: 160,
    });
    expect(slow.kind === 'slow-spans' && slow.failing.every(({ isError }) => isError)).toBe(true);
    expect(slow.kind === 'slow-spans' && slow.queries[0]).toContain('service.name == "orders"');
  });

  it('is looked for only in the time that is asked for', async () => {
    await store().append({ spans: traces(3).map((span) => ({ ...span, timestampMs: NOW.getTime() - 2 * HOUR_MS })) });
    expect(await readSlowSpans(deps(), { service: 'orders' })).toMatchObject({ kind: 'unknown-service', nearest: [] });
    const range = { from: new Date(NOW.getTime() - 3 * HOUR_MS), to: new Date(NOW.getTime() - 90 * MINUTE_MS) };
    expect(await readSlowSpans(deps(), { service: 'orders', range })).toMatchObject({ kind: 'slow-spans', range });
  });

  it('is named as it might have been meant where it is unknown', async () => {
    await store().append({ spans: traces(1), logs: [logRow({ service: 'mail' })] });
    const ask = (service: string) => readServiceCalls(deps(), { service });
    expect(await ask('ordres')).toMatchObject({ kind: 'unknown-service', isInLogs: false, nearest: ['orders'] });
    expect(await ask('order')).toMatchObject({ kind: 'calls', service: 'orders' });
    expect(await ask('mail')).toMatchObject({ isInLogs: true });
    expect(await ask('" | DROP x')).toMatchObject({ kind: 'unknown-service' });
  });

  it('is not said to be unknown where telemetry cannot be read', async () => {
    const away = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'The store is away.' });
    const telemetryStore = { schema: () => store().schema(), query: () => Promise.reject(away) };
    expect(await readSlowSpans({ clock, telemetryStore }, { service: 'orders' })).toEqual({
      kind: 'failed',
      userMessage: 'The store is away.',
    });
  });
});
