import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import type { LogRecord, MetricPoint, SpanRecord } from '#ports/telemetry-store.ts';
import { type FaultPlan, listFaults } from '../../simulator/faults.ts';
import { createShop } from '../../simulator/shop.ts';

// The trough of the day, so that the least traffic is what is looked at.
const START = Date.UTC(2026, 10, 21, 3);
const at = (minutes: number): Date => new Date(START + minutes * MINUTE_MS);

interface Said {
  readonly logs: LogRecord[];
  readonly spans: SpanRecord[];
  readonly metrics: MetricPoint[];
}

const run = (minutes: number, options: { seed?: number; faults?: FaultPlan[]; start?: Date } = {}): Said => {
  const startAt = options.start ?? at(0);
  const shop = createShop({ seed: options.seed ?? 7, startAt, faults: options.faults ?? [] });
  const said: Said = { logs: [], spans: [], metrics: [] };
  for (const batch of shop.advanceTo(new Date(startAt.getTime() + minutes * MINUTE_MS))) {
    said.logs.push(...(batch.logs ?? []));
    said.spans.push(...(batch.spans ?? []));
    said.metrics.push(...(batch.metrics ?? []));
  }
  return said;
};

const requestsOf = (said: Said, service: string, fromMin = 0, toMin = Infinity): readonly LogRecord[] =>
  said.logs.filter(
    (row) =>
      row.service === service &&
      row.durationMs !== null &&
      row.timestampMs >= START + fromMin * MINUTE_MS &&
      row.timestampMs < START + toMin * MINUTE_MS,
  );

const hasFailed = (row: LogRecord): boolean =>
  row.statusCode === null ? row.level === 'error' : row.statusCode >= 500;

const errorRate = (rows: readonly LogRecord[]): number => rows.filter(hasFailed).length / rows.length;

const quantile = (rows: readonly LogRecord[], share: number): number =>
  rows.map((row) => row.durationMs ?? 0).toSorted((a, b) => a - b)[Math.floor(rows.length * share)] ?? 0;

const hashOf = (said: Said): string => createHash('sha256').update(JSON.stringify(said)).digest('hex');

const SERVICES = [
  'gateway',
  'order-service',
  'payment-service',
  'auth-service',
  'inventory-service',
  'shipping-service',
];

describe('the simulated shop', () => {
  it('says the same for the same seed, and something else for another', () => {
    const first = hashOf(run(5));
    expect(hashOf(run(5))).toBe(first);
    expect(hashOf(run(5, { seed: 8 }))).not.toBe(first);
  });

  it('says the same however it is advanced', () => {
    const whole = run(4);
    const shop = createShop({ seed: 7, startAt: at(0), faults: [] });
    const logs: LogRecord[] = [];
    for (let second = 1; second <= 240; second += 1) {
      for (const batch of shop.advanceTo(new Date(START + second * 1000))) logs.push(...(batch.logs ?? []));
    }
    expect(logs).toEqual(whole.logs);
  });

  it('writes each line at the end of its request, in order', () => {
    const { logs } = run(3);
    expect(logs.every((row, index) => index === 0 || row.timestampMs >= (logs[index - 1]?.timestampMs ?? 0))).toBe(
      true,
    );
  });

  it('gives payment-service at least 1,000 requests per 5 minutes in the quietest hour', () => {
    expect(requestsOf(run(5, { start: new Date(START + HOUR_MS / 2) }), 'payment-service').length).toBeGreaterThan(
      1000,
    );
  });

  it('is busier in the evening than at night', () => {
    const evening = run(5, { start: new Date(START + 13 * HOUR_MS) });
    expect(requestsOf(evening, 'gateway').length).toBeGreaterThan(1.6 * requestsOf(run(5), 'gateway').length);
  });

  it('is healthy without a fault: every service below 1 % errors', () => {
    const said = run(30);
    for (const service of SERVICES) expect(errorRate(requestsOf(said, service)), service).toBeLessThan(0.01);
  });

  it('hands over traces whose every span has its parent, and lies within it unless the caller gave up', () => {
    const said = run(6);
    const ended = said.spans.filter((span) => span.timestampMs + span.durationMs < START + 5 * MINUTE_MS);
    const byId = new Map(said.spans.map((span) => [span.spanId, span]));
    // A message is worked on after it was sent.
    const children = ended.filter(
      (span) => span.kind !== 'consumer' && span.parentId !== null && byId.has(span.parentId),
    );
    expect(children.length).toBeGreaterThan(500);
    for (const span of children) {
      const parent = byId.get(span.parentId ?? '') as SpanRecord;
      expect(parent.traceId).toBe(span.traceId);
      expect(span.timestampMs).toBeGreaterThanOrEqual(parent.timestampMs - 0.001);
      expect(span.timestampMs + span.durationMs).toBeLessThanOrEqual(parent.timestampMs + parent.durationMs + 0.01);
    }
    // Spans are handed over when they end, children first: only the last seconds may lack a parent.
    const orphans = ended.filter(
      (span) => span.parentId !== null && !byId.has(span.parentId) && span.timestampMs < START + 4.5 * MINUTE_MS,
    );
    expect(orphans).toEqual([]);
  });

  it('counts each completed checkout as an order', () => {
    const said = run(20);
    const orders = said.metrics
      .filter((point) => point.name === 'orders.completed')
      .reduce((sum, point) => sum + point.value, 0);
    const lastReport = Math.max(...said.metrics.map((point) => point.timestampMs));
    const checkouts = said.logs.filter(
      (row) =>
        row.service === 'gateway' &&
        row.attributes?.['http.route'] === 'POST /checkout' &&
        row.statusCode === 201 &&
        row.timestampMs <= lastReport,
    );
    expect(orders).toBe(checkouts.length);
  });

  it('refuses a fault that it does not know, and names those that it does', () => {
    const faults = [{ fault: 'gremlins', startAt: at(0), endAt: at(1) }];
    expect(() => createShop({ seed: 1, startAt: at(0), faults })).toThrow(/gremlins.*connection-pool-exhaustion/);
  });
});

describe.each(listFaults().map((fault) => [fault.name, fault] as const))('the fault %s', (name, fault) => {
  const said = run(34, { faults: [{ fault: name, startAt: at(20), endAt: at(28) }] });
  const visibleFrom = 20.5 + fault.visibleAfterMs / MINUTE_MS;
  const before = (service: string) => requestsOf(said, service, 0, 20);
  const during = (service: string) => requestsOf(said, service, visibleFrom, 28);
  const isOutOfBand = (service: string): boolean =>
    errorRate(during(service)) > errorRate(before(service)) + 0.0125 ||
    quantile(during(service), 0.99) > 1.5 * quantile(before(service), 0.99);

  it('shows where its truth says, and nowhere else', () => {
    const affected: readonly string[] = fault.affectedServices;
    expect(SERVICES.filter(isOutOfBand).toSorted()).toEqual([...affected].toSorted());
  });

  it('silences nobody', () => {
    for (const service of SERVICES) {
      for (let minute = 20; minute < 34; minute += 1) {
        expect(requestsOf(said, service, minute, minute + 1).length, `${service}, minute ${minute}`).toBeGreaterThan(5);
      }
    }
  });

  it('leaves nothing behind once it is over', () => {
    for (const service of SERVICES) {
      expect(errorRate(requestsOf(said, service, 30, 34)), service).toBeLessThan(0.0125);
    }
  });

  it('is the same for the same seed', () => {
    const faults = [{ fault: name, startAt: at(1), endAt: at(3) }];
    expect(hashOf(run(4, { faults }))).toBe(hashOf(run(4, { faults })));
  });
});

describe('connection-pool exhaustion', () => {
  const said = run(23, {
    faults: [{ fault: 'connection-pool-exhaustion', startAt: at(20), endAt: at(28) }],
  });

  it('fails a large part of the payments within a minute', () => {
    expect(errorRate(requestsOf(said, 'payment-service', 20.5, 21.5))).toBeGreaterThan(0.2);
  });

  it('says in the log what ran out', () => {
    expect(
      said.logs.filter((row) => row.message?.startsWith('timed out waiting for a connection to payments-db') ?? false)
        .length,
    ).toBeGreaterThan(50);
  });
});
