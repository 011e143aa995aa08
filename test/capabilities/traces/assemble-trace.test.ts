import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleTrace } from '#capabilities/traces/assemble-trace.ts';
import type { StoredSpan, Trace } from '#capabilities/traces/span.ts';
import { span } from './spans.ts';

const assemble = (...spans: readonly StoredSpan[]): Trace => {
  const trace = assembleTrace(spans);
  if (trace === null) throw new Error('no trace');
  return trace;
};

const tree = (trace: Trace): readonly string[] =>
  trace.spans.map(
    ({ depth, spanId, fromMs, durationMs }) => `${'  '.repeat(depth)}${spanId} ${fromMs} to ${fromMs + durationMs}`,
  );

const path = (trace: Trace): readonly string[] =>
  trace.criticalPath.map(({ at, fromMs, toMs }) => `${trace.spans[at]?.spanId ?? ''} ${fromMs} to ${toMs}`);

describe('the tree of a trace', () => {
  it('has parents before children and siblings by their start, whatever the order of the rows', () => {
    const trace = assemble(
      span('c', { parentId: 'a', startMs: 60, durationMs: 20 }),
      span('d', { parentId: 'b', startMs: 15, durationMs: 5 }),
      span('b', { parentId: 'a', startMs: 10, durationMs: 30 }),
      span('a'),
    );
    expect(tree(trace)).toEqual(['a 0 to 100', '  b 10 to 40', '    d 15 to 20', '  c 60 to 80']);
    expect(trace.durationMs).toBe(100);
  });

  it('is none of no spans', () => {
    expect(assembleTrace([])).toBeNull();
  });

  it('shows a span whose parent is missing as a root of its own, and says so', () => {
    const trace = assemble(span('a'), span('b', { parentId: 'lost', startMs: 20, durationMs: 10 }));
    expect(trace.spans.map(({ spanId, isOrphan, depth }) => [spanId, isOrphan, depth])).toEqual([
      ['a', false, 0],
      ['b', true, 0],
    ]);
  });

  it('takes the longest real root for the one that the path leads through', () => {
    const trace = assemble(
      span('orphan', { parentId: 'lost', durationMs: 500 }),
      span('short', { durationMs: 10 }),
      span('long', { startMs: 20, durationMs: 50 }),
    );
    expect(trace.spans[trace.rootAt]?.spanId).toBe('long');
    expect(trace.durationMs).toBe(500);
  });

  it('counts a span that was stored twice once, in its longer form', () => {
    const trace = assemble(
      span('a', { durationMs: 40 }),
      span('a', { durationMs: 100 }),
      span('a', { durationMs: 100 }),
    );
    expect(tree(trace)).toEqual(['a 0 to 100']);
    expect(trace.duplicates).toBe(2);
  });

  it('puts the callee below the caller that shares its id', () => {
    const trace = assemble(
      span('a'),
      span('x', { parentId: 'a', service: 'orders', kind: 'server', startMs: 12, durationMs: 30 }),
      span('x', { parentId: 'a', kind: 'client', startMs: 10, durationMs: 40 }),
      span('y', { parentId: 'x', service: 'orders', kind: 'client', startMs: 20, durationMs: 5 }),
    );
    expect(trace.spans.map(({ depth, spanId, service }) => `${depth} ${spanId} ${service}`)).toEqual([
      '0 a gateway',
      '1 x gateway',
      '2 x orders',
      '3 y orders',
    ]);
    expect(trace.duplicates).toBe(0);
  });

  it('cuts a circle of parents at its first span, and a span that is its own parent', () => {
    const circle = assemble(
      span('b', { parentId: 'c', startMs: 10, durationMs: 10 }),
      span('c', { parentId: 'b', startMs: 5, durationMs: 30 }),
      span('d', { parentId: 'c', startMs: 12, durationMs: 2 }),
    );
    expect(circle.circles).toBe(1);
    expect(tree(circle)).toEqual(['c 0 to 30', '  b 5 to 15', '  d 7 to 9']);
    expect(tree(assemble(span('a', { parentId: 'a' })))).toEqual(['a 0 to 100']);
  });

  it('holds a chain as deep as a trace can be read', () => {
    const deep = Array.from({ length: 5_000 }, (_, at) =>
      span(String(at), { parentId: at === 0 ? null : String(at - 1), startMs: at, durationMs: 10_000 - 2 * at }),
    );
    const trace = assemble(...deep);
    expect(trace.spans.at(-1)?.depth).toBe(4_999);
    expect(trace.criticalPath).toHaveLength(9_999);
  });
});

describe('clocks that disagree', () => {
  it('move what began before its caller to the middle of it, with all of its own service', () => {
    const trace = assemble(
      span('a', { startMs: 1_000 }),
      span('b', { parentId: 'a', service: 'orders', startMs: 400, durationMs: 60 }),
      span('c', { parentId: 'b', service: 'orders', startMs: 410, durationMs: 10 }),
      span('d', { parentId: 'b', service: 'payments', startMs: 1_040, durationMs: 20 }),
    );
    expect(tree(trace)).toEqual(['a 0 to 100', '  b 20 to 80', '    c 30 to 40', '    d 40 to 60']);
    expect(trace.spans.map(({ shiftMs }) => shiftMs)).toEqual([0, 620, 620, 0]);
  });

  it('move what is longer than its caller to the start of it', () => {
    const trace = assemble(span('a'), span('b', { parentId: 'a', service: 'orders', startMs: -50, durationMs: 300 }));
    expect(tree(trace)).toEqual(['a 0 to 100', '  b 0 to 300']);
  });

  it('leave alone what goes on after its caller gave up', () => {
    const trace = assemble(span('a'), span('b', { parentId: 'a', service: 'orders', startMs: 50, durationMs: 300 }));
    expect(tree(trace)).toEqual(['a 0 to 100', '  b 50 to 350']);
    expect(trace.spans[1]?.shiftMs).toBe(0);
  });
});

describe('self time', () => {
  it('is what no child covers, however children overlap or outlive their parent', () => {
    const trace = assemble(
      span('a'),
      span('b', { parentId: 'a', startMs: 10, durationMs: 30 }),
      span('c', { parentId: 'a', startMs: 20, durationMs: 40 }),
      span('d', { parentId: 'a', startMs: 90, durationMs: 50 }),
    );
    expect(trace.spans.map(({ spanId, selfMs }) => [spanId, selfMs])).toEqual([
      ['a', 40],
      ['b', 30],
      ['c', 40],
      ['d', 50],
    ]);
  });
});

describe('the critical path', () => {
  it('goes back from the end: what ended last, and what ended before that began', () => {
    const trace = assemble(
      span('root'),
      span('first', { parentId: 'root', startMs: 5, durationMs: 25 }),
      span('beside', { parentId: 'root', startMs: 35, durationMs: 20 }),
      span('last', { parentId: 'root', startMs: 40, durationMs: 50 }),
      span('inner', { parentId: 'last', startMs: 45, durationMs: 40 }),
    );
    expect(path(trace)).toEqual([
      'root 0 to 5',
      'first 5 to 30',
      'root 30 to 40',
      'last 40 to 45',
      'inner 45 to 85',
      'last 85 to 90',
      'root 90 to 100',
    ]);
    expect(trace.spans.filter(({ isCritical }) => isCritical).map(({ spanId }) => spanId)).toEqual([
      'root',
      'first',
      'last',
      'inner',
    ]);
  });

  it('takes of a call that was given up only the wait, and never waits for the consumer of a message', () => {
    const trace = assemble(
      span('root'),
      span('slow', { parentId: 'root', service: 'orders', startMs: 10, durationMs: 900 }),
      span('mail', { parentId: 'root', service: 'mail', kind: 'consumer', startMs: 95, durationMs: 400 }),
    );
    expect(path(trace)).toEqual(['root 0 to 10', 'slow 10 to 100']);
  });

  it('holds two spans for one after the other whose start was cut to whole milliseconds', () => {
    const trace = assemble(
      span('root'),
      span('first', { parentId: 'root', startMs: 10, durationMs: 30.4 }),
      span('second', { parentId: 'root', startMs: 40, durationMs: 60 }),
    );
    expect(path(trace)).toEqual(['root 0 to 10', 'first 10 to 40', 'second 40 to 100']);
  });

  it('leads also through spans that only wait', () => {
    const trace = assemble(span('root'), span('call', { parentId: 'root' }), span('callee', { parentId: 'call' }));
    expect(path(trace)).toEqual(['callee 0 to 100']);
    expect(trace.spans.every(({ isCritical }) => isCritical)).toBe(true);
  });
});

const spans = fc
  .array(
    fc.record({
      parent: fc.nat({ max: 40 }),
      startMs: fc.integer({ min: -500, max: 2_000 }),
      durationMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1_500, noNaN: true })),
      service: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('server', 'client', 'internal', 'producer', 'consumer'),
      id: fc.nat({ max: 30 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((rows) =>
    rows.map(({ parent, startMs, durationMs, service, kind, id }) =>
      // Ids come twice, parents are missing, later, and in circles.
      span(String(id), { parentId: parent === 0 ? null : String(parent), startMs, durationMs, service, kind }),
    ),
  );

describe('whatever the spans are', () => {
  it('the critical path has no overlaps, lies within its root and adds up to its duration', () => {
    fc.assert(
      fc.property(spans, (rows) => {
        const trace = assemble(...rows);
        const root = trace.spans[trace.rootAt];
        let reachedMs = root?.fromMs ?? 0;
        let sumMs = 0;
        for (const { at, fromMs, toMs } of trace.criticalPath) {
          expect(fromMs).toBeGreaterThanOrEqual(reachedMs);
          expect(toMs).toBeGreaterThan(fromMs);
          expect(trace.spans[at]?.isCritical).toBe(true);
          reachedMs = toMs;
          sumMs += toMs - fromMs;
        }
        expect(reachedMs).toBeLessThanOrEqual((root?.fromMs ?? 0) + (root?.durationMs ?? 0));
        expect(sumMs).toBeCloseTo(root?.durationMs ?? 0, 6);
      }),
    );
  });

  it('every span is in the tree once, after its parent, and begins no earlier than it', () => {
    fc.assert(
      fc.property(spans, (rows) => {
        const trace = assemble(...rows);
        expect(trace.spans.length + trace.duplicates).toBe(rows.length);
        for (const [at, each] of trace.spans.entries()) {
          expect(each.at).toBe(at);
          expect(each.selfMs).toBeGreaterThanOrEqual(0);
          expect(each.selfMs).toBeLessThanOrEqual(each.durationMs + 1e-6);
          expect(each.fromMs).toBeGreaterThanOrEqual(0);
          if (each.parentAt === null) continue;
          expect(each.parentAt).toBeLessThan(at);
          expect(each.fromMs).toBeGreaterThanOrEqual((trace.spans[each.parentAt]?.fromMs ?? 0) - 1e-6);
        }
      }),
    );
  });
});
