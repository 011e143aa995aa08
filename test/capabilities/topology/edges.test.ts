import { describe, expect, it } from 'vitest';
import { edgesOfConfiguredCalls } from '#capabilities/topology/configured-calls.ts';
import { edgesOfSharedTraces, edgesOfSpans } from '#capabilities/topology/edges-of-traces.ts';
import { FORGET_EDGES_AFTER_MS, mergeEdges, type StoredEdge } from '#capabilities/topology/merge-edges.ts';
import { longerPrefix, tracePrefix } from '#capabilities/topology/trace-prefix.ts';
import { addMs } from '#kernel/duration.ts';

const AT = new Date('2026-11-21T02:13:00.000Z');
const edge = (caller: string, callee: string, isDirected = true, calls = 1) => ({ caller, callee, calls, isDirected });
const stored = (caller: string, callee: string, changes: Partial<StoredEdge> = {}): StoredEdge => ({
  ...edge(caller, callee),
  source: 'spans',
  lastSeenAt: AT,
  ...changes,
});
const names = (edges: readonly StoredEdge[]) =>
  edges
    .map(({ caller, callee, isDirected, source }) => `${caller}${isDirected ? '>' : '-'}${callee} ${source}`)
    .toSorted();

describe('edges of spans', () => {
  it('counts a call where a span and its parent belong to two services, in the same trace only', () => {
    const span = (traceId: string, spanId: string, parentId: string | null, service: string) => ({
      traceId,
      spanId,
      parentId,
      service,
    });
    expect(
      edgesOfSpans([
        span('t1', 'b', 'a', 'order'),
        span('t1', 'a', null, 'gateway'),
        span('t1', 'c', 'b', 'order'),
        span('t1', 'd', 'c', 'payment'),
        span('t2', 'b', 'a', 'payment'),
        span('t3', 'x', null, 'gateway'),
        span('t3', 'y', 'x', 'order'),
        span('t3', 'z', 'lost', 'payment'),
      ]),
    ).toEqual([edge('gateway', 'order', true, 2), edge('order', 'payment')]);
  });

  it('connects services that share a trace without a direction, but not all of a huge trace', () => {
    const huge = Array.from({ length: 31 }, (_, at) => ({ traceId: 'huge', service: `s${at}` }));
    expect(
      edgesOfSharedTraces([
        { traceId: 't1', service: 'payment' },
        { traceId: 't1', service: 'order' },
        { traceId: 't1', service: 'order' },
        { traceId: 't2', service: 'order' },
        ...huge,
      ]),
    ).toEqual([edge('order', 'payment', false)]);
  });

  it('takes configured calls as directed, each once, and never to itself', () => {
    expect(edgesOfConfiguredCalls({ order: ['bank', 'bank', 'order'], auth: [] })).toEqual([
      edge('order', 'bank', true, 0),
    ]);
  });
});

describe('merging a sample into what is known', () => {
  const merge = (
    before: readonly StoredEdge[],
    sample: Partial<Parameters<typeof mergeEdges>[1]>,
    configured = [] as ReturnType<typeof edge>[],
  ) => mergeEdges(before, { spanEdges: [], logEdges: [], ...sample }, configured, AT);

  it('keeps what this sample missed and forgets what was not seen for two days', () => {
    const recent = addMs(AT, -FORGET_EDGES_AFTER_MS);
    const merged = merge(
      [stored('a', 'b', { lastSeenAt: recent }), stored('b', 'c', { lastSeenAt: addMs(recent, -1) })],
      { spanEdges: [edge('x', 'y', true, 7)] },
    );
    expect(names(merged)).toEqual(['a>b spans', 'x>y spans']);
    expect(merged.find(({ caller }) => caller === 'x')).toMatchObject({ calls: 7, lastSeenAt: AT });
  });

  it('lets a known direction replace the undirected edge, whichever came first', () => {
    const undirected = stored('order', 'payment', { isDirected: false, source: 'logs' });
    expect(names(merge([undirected], { spanEdges: [edge('payment', 'order')] }))).toEqual(['payment>order spans']);
    expect(names(merge([undirected], { spanEdges: [edge('order', 'payment')] }))).toEqual(['order>payment spans']);
    const logEdges = [edge('order', 'payment', false)];
    expect(names(merge([stored('payment', 'order')], { logEdges }))).toEqual(['payment>order spans']);
    expect(names(merge([stored('order', 'payment')], { logEdges }))).toEqual(['order>payment spans']);
  });

  it('lets the configuration add an edge, turn one around, and go away again', () => {
    const configured = [edge('order', 'bank', true, 0), edge('order', 'payment', true, 0)];
    const before = [stored('payment', 'order'), stored('old', 'config', { source: 'configuration' })];
    const merged = merge(before, { spanEdges: [edge('payment', 'order')] }, configured);
    expect(names(merged)).toEqual(['order>bank configuration', 'order>payment configuration']);
    expect(names(merge(merged, {}))).toEqual([]);
  });

  it('keeps both directions where both are configured, and the count of a configured edge that was seen', () => {
    const both = [edge('a', 'b', true, 0), edge('b', 'a', true, 0)];
    const merged = merge([], { spanEdges: [edge('a', 'b', true, 9)] }, both);
    expect(names(merged)).toEqual(['a>b configuration', 'b>a configuration']);
    expect(merged.find(({ caller }) => caller === 'a')?.calls).toBe(9);
  });
});

describe('the prefix of sampled traces', () => {
  it('grows with the volume: a hexadecimal digit keeps a sixteenth', () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(tracePrefix(id, 10_000, 10_000)).toBe('');
    expect(tracePrefix(id, 10_001, 10_000)).toBe('4');
    expect(tracePrefix(id, 160_001, 10_000)).toBe('4b');
    expect(tracePrefix(id, 2_560_000, 10_000)).toBe('4b');
  });

  it('holds nothing that a pattern would read otherwise', () => {
    expect(longerPrefix('ab*"\\?cd', 6)).toBe('ab');
    expect(longerPrefix('trace-12_x', 64)).toBe('trace-12_x');
  });
});
