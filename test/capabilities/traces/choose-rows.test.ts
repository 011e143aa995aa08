import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleTrace } from '#capabilities/traces/assemble-trace.ts';
import { chooseRows } from '#capabilities/traces/choose-rows.ts';
import type { StoredSpan, Trace } from '#capabilities/traces/span.ts';
import { spentMost } from '#capabilities/traces/time-spent.ts';
import { span } from './spans.ts';

const assemble = (spans: readonly StoredSpan[]): Trace => {
  const trace = assembleTrace(spans);
  if (trace === null) throw new Error('no trace');
  return trace;
};

const wide = (children: number): Trace =>
  assemble([
    span('root', { durationMs: 1_000 }),
    span('slow', { parentId: 'root', startMs: 900, durationMs: 90, service: 'orders' }),
    span('failed', { parentId: 'root', startMs: 20, durationMs: 1, service: 'stock', isError: true }),
    ...Array.from({ length: children }, (_, at) =>
      span(`c${at}`, {
        parentId: 'root',
        startMs: 10,
        durationMs: 5 + at / 100,
        service: at % 3 === 0 ? 'mail' : 'stock',
      }),
    ),
  ]);

describe('the rows of a trace', () => {
  it('are all of its spans where they fit', () => {
    expect(chooseRows(wide(3), 6)).toMatchObject({ spans: { length: 6 }, folded: [] });
  });

  it('are the critical path, what failed and what is longest, and the others counted by service', () => {
    const { spans, folded } = chooseRows(wide(90), 10);
    expect(new Set(spans.map(({ spanId }) => spanId))).toEqual(
      new Set(['root', 'slow', 'failed', 'c89', 'c88', 'c87', 'c86', 'c85']),
    );
    expect(folded.map(({ service, errors }) => [service, errors])).toEqual([
      ['stock', 0],
      ['mail', 0],
    ]);
    expect(spans.length + folded.reduce((sum, { count }) => sum + count, 0)).toBe(93);
  });

  it('leave no span uncounted, and are never more than there is room for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ parent: fc.nat({ max: 60 }), service: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f') }), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.integer({ min: 5, max: 40 }),
        (rows, most) => {
          const trace = assemble(
            rows.map(({ parent, service }, at) => span(String(at), { parentId: String(parent), service, startMs: at })),
          );
          const { spans, folded } = chooseRows(trace, most);
          expect(spans.length + folded.length).toBeLessThanOrEqual(most);
          expect(spans.length + folded.reduce((sum, { count }) => sum + count, 0)).toBe(trace.spans.length);
          expect(spans.map(({ at }) => at)).toEqual(spans.map(({ at }) => at).toSorted((a, b) => a - b));
        },
      ),
    );
  });
});

describe('where the time went', () => {
  it('is what took the largest share of the critical path', () => {
    expect(spentMost(wide(3))?.name).toBe('work root');
    expect(
      spentMost(assemble([span('root'), span('in', { parentId: 'root', startMs: 10, durationMs: 80 })]))?.name,
    ).toBe('work in');
    expect(spentMost(assemble([span('root', { durationMs: 0 })]))).toBeNull();
  });

  it('is summed over the spans of one service and name', () => {
    const wait = { parentId: 'root', service: 'orders', name: 'wait for connection' };
    const trace = assemble([
      span('root', { durationMs: 4_500 }),
      span('once', { parentId: 'root', startMs: 4_000, durationMs: 450 }),
      span('a', { ...wait, startMs: 10, durationMs: 2_000 }),
      span('b', { ...wait, startMs: 2_010, durationMs: 1_900 }),
    ]);
    expect(spentMost(trace)).toEqual({
      service: 'orders',
      name: 'wait for connection',
      criticalMs: 3_900,
      times: 2,
    });
  });
});
