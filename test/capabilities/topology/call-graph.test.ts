import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calleesThrough,
  callGraphOf,
  directionOfPath,
  findLink,
  linkedServices,
} from '#capabilities/topology/index.ts';

const graphOf = (calls: readonly string[], unseen: readonly string[] = []) => {
  const edges = calls.map((call) => {
    const [caller = '', callee = ''] = call.split(/[>-]/);
    return { caller, callee, calls: 1, isDirected: call.includes('>') };
  });
  const services = edges.flatMap((edge) => [edge.caller, edge.callee]);
  return callGraphOf(
    edges,
    services.filter((service) => !unseen.includes(service)),
  );
};
const nobody = () => false;
const only =
  (...services: readonly string[]) =>
  (service: string) =>
    services.includes(service);

describe('the call graph', () => {
  it('finds the shortest path whose middle services are anomalous or without telemetry', () => {
    const graph = graphOf(['gateway>order', 'order>payment', 'gateway>edge', 'edge>x', 'x>payment'], ['edge', 'x']);
    const to = new Set(['payment']);
    expect(findLink(graph, 'gateway', to, nobody)).toEqual(['gateway', 'edge', 'x', 'payment']);
    expect(findLink(graph, 'gateway', to, only('order'))).toEqual(['gateway', 'order', 'payment']);
    expect(findLink(graph, 'payment', to, nobody)).toEqual(['payment']);
    expect(findLink(graph, 'order', new Set(['edge']), nobody)).toBeNull();
    expect(findLink(graph, 'stranger', to, nobody)).toBeNull();
  });

  it('follows steps against their direction, and undirected ones', () => {
    const graph = graphOf(['gateway>catalog', 'gateway>payment', 'payment-bank']);
    expect(findLink(graph, 'catalog', new Set(['bank']), only('gateway', 'payment'))).toEqual([
      'catalog',
      'gateway',
      'payment',
      'bank',
    ]);
  });

  it('gives up beyond six services', () => {
    const graph = graphOf(['a>b', 'b>c', 'c>d', 'd>e', 'e>f', 'f>g']);
    const everybody = () => true;
    expect(findLink(graph, 'a', new Set(['f']), everybody)).toHaveLength(6);
    expect(findLink(graph, 'a', new Set(['g']), everybody)).toBeNull();
  });

  it('tells whether calls lead from one to the other, also through a circle', () => {
    const graph = graphOf(['a>b', 'b>a', 'b>c', 'c-d']);
    const from = (service: string, isAnomalous: (name: string) => boolean) =>
      [...calleesThrough(graph, service, isAnomalous)].toSorted();
    expect(from('a', only('b'))).toEqual(['a', 'b', 'c']);
    expect(from('a', nobody)).toEqual(['a', 'b']);
    expect(from('c', () => true)).toEqual(['c']);
  });

  it('reaches exactly the services from which it finds a path', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const name = fc.constantFrom(...names);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, name, fc.boolean()), { maxLength: 14 }),
        fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
        fc.uniqueArray(name),
        fc.uniqueArray(name),
        (calls, start, anomalous, unseen) => {
          const links = calls.filter(([from, to]) => from !== to);
          const graph = graphOf(
            links.map(([from, to, isDirected]) => `${from}${isDirected ? '>' : '-'}${to}`),
            unseen,
          );
          const targets = new Set(start);
          const reached = linkedServices(graph, targets, only(...anomalous));
          for (const service of names) {
            expect(reached.has(service)).toBe(findLink(graph, service, targets, only(...anomalous)) !== null);
          }
        },
      ),
    );
  });

  it('names the direction of a path', () => {
    const graph = graphOf(['gateway>order', 'order>payment', 'order-auth']);
    expect(directionOfPath(graph, ['gateway', 'order', 'payment'])).toBe('calls');
    expect(directionOfPath(graph, ['payment', 'order', 'gateway'])).toBe('called-by');
    expect(directionOfPath(graph, ['gateway', 'order', 'auth'])).toBe('linked');
    expect(directionOfPath(graph, ['payment', 'order', 'auth'])).toBe('linked');
    expect(directionOfPath(graph, ['payment'])).toBe('linked');
  });

  it('calls no service unseen before anything was looked at', () => {
    const { edges } = graphOf(['gateway>order', 'order>payment']);
    const target = new Set(['payment']);
    expect(findLink(callGraphOf(edges, []), 'gateway', target, nobody)).toBeNull();
    expect(findLink(callGraphOf(edges, ['gateway']), 'gateway', target, nobody)).toEqual([
      'gateway',
      'order',
      'payment',
    ]);
  });
});
