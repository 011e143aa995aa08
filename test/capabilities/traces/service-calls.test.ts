import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleSuffixes } from '#capabilities/traces/sample-suffixes.ts';
import { edgesOfCalls, type SampledSpan } from '#capabilities/traces/service-calls.ts';

const span = (
  spanId: string,
  parentId: string | null,
  service: string,
  changes: Partial<SampledSpan> = {},
): SampledSpan => ({
  traceId: 't',
  spanId,
  parentId,
  service,
  kind: 'server',
  peerService: null,
  durationMs: 10,
  isError: false,
  ...changes,
});

const told = (...spans: readonly SampledSpan[]): readonly string[] =>
  edgesOfCalls(spans, ({ peerService }) => peerService === 'counted').map(
    ({ caller, callee, calls, failed, p50Ms }) => `${caller} > ${callee}: ${calls}, ${failed} failed, ${p50Ms} ms`,
  );

describe('the calls of a trace', () => {
  it('are as the caller saw them where it wrote a span', () => {
    expect(
      told(
        span('a', null, 'gateway'),
        span('b', 'a', 'gateway', { kind: 'client', durationMs: 90, isError: true }),
        span('c', 'b', 'orders', { durationMs: 40 }),
      ),
    ).toEqual(['gateway > orders: 1, 1 failed, 90 ms']);
  });

  it('are as the callee saw them where it did not', () => {
    expect(told(span('a', null, 'gateway'), span('c', 'a', 'orders', { durationMs: 40 }))).toEqual([
      'gateway > orders: 1, 0 failed, 40 ms',
    ]);
  });

  it('reach what sends no spans by the name that the caller gave', () => {
    const query = { kind: 'client', peerService: 'orders-db', durationMs: 7 };
    expect(told(span('a', null, 'orders'), span('b', 'a', 'orders', query), span('c', 'a', 'orders', query))).toEqual([
      'orders > orders-db: 2, 0 failed, 7 ms',
    ]);
  });

  it('leave out what is counted elsewhere, answered or not', () => {
    const query = { kind: 'client', peerService: 'counted' };
    expect(
      told(
        span('a', null, 'gateway'),
        span('b', 'a', 'gateway', query),
        span('c', 'b', 'orders'),
        span('d', 'a', 'gateway', query),
      ),
    ).toEqual([]);
  });

  it('count a message as the work of who consumed it, each of several', () => {
    expect(
      told(
        span('p', null, 'orders', { kind: 'producer', durationMs: 1 }),
        span('c', 'p', 'shipping', { kind: 'consumer', durationMs: 70 }),
        span('d', 'p', 'mail', { kind: 'consumer', durationMs: 30 }),
      ),
    ).toEqual(['orders > mail: 1, 0 failed, 30 ms', 'orders > shipping: 1, 0 failed, 70 ms']);
  });

  it('count a call once that its callee answered twice, and one whose halves share an id', () => {
    expect(
      told(
        span('b', null, 'gateway', { kind: 'client', durationMs: 90 }),
        span('c', 'b', 'orders'),
        span('d', 'b', 'orders'),
      ),
    ).toEqual(['gateway > orders: 1, 0 failed, 90 ms']);
    expect(
      told(
        span('a', null, 'gateway'),
        span('x', 'a', 'gateway', { kind: 'client', durationMs: 50 }),
        span('x', 'a', 'orders', { durationMs: 45 }),
      ),
    ).toEqual(['gateway > orders: 1, 0 failed, 50 ms']);
  });

  it('are none within a service, from a parent that is missing, or from another trace', () => {
    expect(
      told(
        span('a', null, 'gateway'),
        span('b', 'a', 'gateway'),
        span('c', 'lost', 'orders'),
        span('d', 'a', 'orders', { traceId: 'other' }),
      ),
    ).toEqual([]);
  });
});

describe('a sample of traces', () => {
  it('is all of them where they fit', () => {
    expect(sampleSuffixes('abc', 600, 600)).toBeNull();
  });

  it('has several endings, spread evenly and each as likely', () => {
    expect(sampleSuffixes('4bf92f3577b34d0e', 1_000, 600)).toEqual(['e', 'f', '1', '3', '5', '6', '8', 'a', 'c']);
    expect(sampleSuffixes('4bf92f3577b34d0e', 60_000, 600)).toHaveLength(40);
    expect(sampleSuffixes('4bf92f3577b34d0e', 38_000, 600)).toEqual(['0e', '4e', '8e', 'ce']);
  });

  it('has endings as the ids are written: in capitals, or decimal', () => {
    expect(sampleSuffixes('4BF92F3577B34D0E', 38_000, 600)).toEqual(['0E', '4E', '8E', 'CE']);
    expect(sampleSuffixes('7193402771934027', 1_200, 600)).toEqual(['7', '9', '1', '3', '5']);
  });

  it('has the one ending that is known where ids are no numbers', () => {
    expect(sampleSuffixes('trace-xyz', 1_000, 600)).toEqual(['z']);
    expect(sampleSuffixes('', 1_000, 600)).toEqual(['']);
  });

  it('holds no more than was asked for, and at least three quarters of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 16, max: 10_000 }), (total, most) => {
        const suffixes = sampleSuffixes('4bf92f3577b34da6a3ce929d0e0e4736', total, most);
        const share = suffixes === null ? 1 : suffixes.length / 16 ** (suffixes[0]?.length ?? 0);
        expect(total * share).toBeLessThanOrEqual(most * (1 + 1e-9));
        if (total <= most) return;
        expect(total * share).toBeGreaterThan(0.75 * most);
        expect(new Set(suffixes).size).toBe(suffixes?.length);
        expect(suffixes?.length).toBeGreaterThanOrEqual(4);
        expect(suffixes?.length).toBeLessThanOrEqual(64);
      }),
    );
  });
});
