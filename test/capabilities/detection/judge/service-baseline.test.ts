import { describe, expect, it } from 'vitest';
import { advanceGuard } from '#capabilities/detection/advance-guard.ts';
import { refreshThresholds } from '#capabilities/detection/refresh-thresholds.ts';
import { EMPTY_STATE, NO_SERVICE_STATE } from '#capabilities/detection/detection-state.ts';
import { type BaselineGuard, isDirty, selectBaseline } from '#capabilities/detection/judge/service-baseline.ts';
import type { QueryEvidence } from '#kernel/anomaly.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { memoryTelemetryStore } from '../support/memory-telemetry-store.ts';
import { AT, BASELINE_A, equalBuckets, requestCounts, UNGUARDED, USUAL } from '../support/service-ticks.ts';
import { silentLogger } from '../support/tick-world.ts';

const healthy = requestCounts({ now: equalBuckets(0, 100, 6), before: BASELINE_A });
const bad = requestCounts({ now: equalBuckets(30, 100, 6), before: equalBuckets(300, 1_000) });
const minutesLater = (minutes: number): Date => addMs(AT, minutes * MINUTE_MS);

const EVIDENCE: QueryEvidence = {
  query: 'FROM logs',
  parameters: {},
  window: { from: AT, to: AT },
  columns: [],
  rows: [],
};

const latched = (): BaselineGuard =>
  advanceGuard(UNGUARDED, selectBaseline(healthy, UNGUARDED, AT), USUAL, true, AT, AT, EVIDENCE);

describe('the guard of a baseline', () => {
  it('freezes buckets, thresholds and what they were counted by when an episode pages, and marks the time from five minutes before', () => {
    expect(latched()).toEqual({
      frozen: {
        unit: 'requests',
        buckets: selectBaseline(healthy, UNGUARDED, AT).buckets,
        usualLatency: USUAL,
        evidence: EVIDENCE,
      },
      dirty: [{ from: minutesLater(-5), to: null }],
    });
  });

  it('keeps dirty buckets out, and uses the frozen ones while fewer than six are clean', () => {
    const guard = latched();
    const early = selectBaseline(bad, guard, minutesLater(20));
    expect(early).toMatchObject({ isFrozen: false, hasNewestBucket: false });
    expect(early.buckets.requests).toHaveLength(8);
    const late = selectBaseline(bad, guard, minutesLater(45));
    expect(late).toMatchObject({ isFrozen: true, unit: 'requests', ageBuckets: 12 });
    expect(late.buckets).toEqual(guard.frozen?.buckets);
  });

  it('is not changed by further ticks of the same episode', () => {
    const guard = latched();
    expect(advanceGuard(guard, selectBaseline(bad, guard, minutesLater(9)), USUAL, true, minutesLater(9))).toBe(guard);
  });

  it('ends the mark at the close, and lets go once six clean buckets are there', () => {
    const open = latched();
    const closedAt = minutesLater(60);
    const closed = advanceGuard(open, selectBaseline(healthy, open, closedAt), USUAL, false, closedAt);
    expect(closed.dirty).toEqual([{ from: minutesLater(-5), to: minutesLater(55) }]);
    expect(closed.frozen).not.toBeNull();
    const soon = minutesLater(60 + 25);
    const stillFrozen = advanceGuard(closed, selectBaseline(healthy, closed, soon), USUAL, false, soon);
    expect(stillFrozen.frozen).not.toBeNull();
    const later = minutesLater(60 + 36);
    const thawed = advanceGuard(closed, selectBaseline(healthy, closed, later), USUAL, false, later);
    expect(thawed).toMatchObject({ frozen: null, dirty: [{}] });
    const gone = minutesLater(60 + 65);
    expect(advanceGuard(thawed, selectBaseline(healthy, thawed, gone), USUAL, false, gone)).toEqual(UNGUARDED);
  });

  it('lets go of a service with little traffic once the last dirty bucket has passed', () => {
    const sparse = requestCounts({
      now: equalBuckets(0, 0, 6),
      before: equalBuckets(0, 0).map((_, bucket) => ({ k: 0, n: bucket % 6 === 0 ? 200 : 0 })),
    });
    const open = latched();
    const closedAt = minutesLater(20);
    const closed = advanceGuard(open, selectBaseline(sparse, open, closedAt), USUAL, false, closedAt);
    const soon = minutesLater(60);
    const waiting = advanceGuard(closed, selectBaseline(sparse, closed, soon), USUAL, false, soon);
    expect(waiting.frozen).not.toBeNull();
    const passed = minutesLater(15 + 66);
    const unmarked = advanceGuard(waiting, selectBaseline(sparse, waiting, passed), USUAL, false, passed);
    expect(unmarked.dirty).toEqual([]);
    const next = minutesLater(15 + 67);
    expect(advanceGuard(unmarked, selectBaseline(sparse, unmarked, next), USUAL, false, next)).toEqual(UNGUARDED);
  });

  it('marks anew when a second episode follows, and keeps what was frozen first', () => {
    const open = latched();
    const closedAt = minutesLater(20);
    const closed = advanceGuard(open, selectBaseline(bad, open, closedAt), USUAL, false, closedAt);
    const again = minutesLater(45);
    const second = advanceGuard(closed, selectBaseline(bad, closed, again), USUAL, true, again);
    expect(second.dirty).toEqual([
      { from: minutesLater(-5), to: minutesLater(15) },
      { from: minutesLater(40), to: null },
    ]);
    expect(second.frozen).not.toBeNull();
  });
});

describe('isDirty', () => {
  it('takes a bucket that overlaps a mark at all', () => {
    const span = [{ from: minutesLater(0), to: minutesLater(10) }];
    const at = (from: number, to: number): boolean =>
      isDirty(minutesLater(from).getTime(), minutesLater(to).getTime(), span);
    expect([at(-5, 0), at(-5, 1), at(5, 10), at(9, 14), at(10, 15)]).toEqual([false, true, true, true, false]);
  });
});

describe('refreshThresholds', () => {
  it('keeps the thresholds of a service whose baseline is frozen, and leaves dirty buckets out of the others', async () => {
    const store = memoryTelemetryStore();
    const bucket = (service: string, minutesAgo: number, p99: number) => [
      10,
      p99 / 5,
      p99,
      service,
      minutesLater(-minutesAgo).toISOString(),
    ];
    store.query = async () => ({
      columns: ['n', 'p50', 'p99', 'service.name', 'b'].map((name) => ({ name, type: 'double' as const })),
      rows: [
        bucket('latched', 10, 9_000),
        bucket('marked', 10, 9_000),
        bucket('marked', 20, 100),
        bucket('marked', 25, 120),
        bucket('plain', 10, 300),
        bucket('plain', 15, 100),
        bucket('plain', 20, 200),
      ],
      warnings: [],
      isCut: false,
      tookMs: 1,
    });
    const mark = [{ from: minutesLater(-12), to: minutesLater(-6) }];
    const state = {
      ...EMPTY_STATE,
      services: new Map([
        ['latched', { ...NO_SERVICE_STATE, guard: latched() }],
        ['marked', { ...NO_SERVICE_STATE, guard: { frozen: null, dirty: mark } }],
      ]),
    };
    const {
      state: next,
      queries,
      gaps,
    } = await refreshThresholds({ telemetryStore: store, logger: silentLogger }, state, AT);
    expect({ queries, gaps }).toEqual({ queries: 1, gaps: [] });
    expect(Object.fromEntries(next.thresholds)).toEqual({
      latched: USUAL,
      marked: { p50Ms: 22, p99Ms: 110 },
      plain: { p50Ms: 40, p99Ms: 200 },
    });
    expect(store.lookups).toMatchObject([{ rows: expect.arrayContaining([['plain', 50, 240, 300]]) }]);
    expect(next.tick.thresholdsAt).toEqual(AT);
  });
});
