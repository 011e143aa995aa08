export interface CallGraphEdge {
  readonly caller: string;
  readonly callee: string;
  /** Calls seen in the sample. */
  readonly calls: number;
  /** False: the two share traces, who calls whom is not known. */
  readonly isDirected: boolean;
}

/** Who calls whom, as far as it was seen or configured. A value: nothing in it changes. */
export interface CallGraph {
  readonly edges: readonly CallGraphEdge[];
  /** Services that were seen in any telemetry. */
  readonly services: ReadonlySet<string>;
  readonly calleesOf: ReadonlyMap<string, readonly string[]>;
  readonly callersOf: ReadonlyMap<string, readonly string[]>;
  /** Neighbours whatever the direction, in alphabetical order. */
  readonly neighboursOf: ReadonlyMap<string, readonly string[]>;
}

/** `calls`: the first calls the last, step by step. `linked`: the direction of a step is unknown or changes. */
export type PathDirection = 'calls' | 'called-by' | 'linked';

// A chain of more services than this explains nothing to a responder.
const MAX_PATH_SERVICES = 6;

export const callGraphOf = (edges: readonly CallGraphEdge[], services: Iterable<string>): CallGraph => {
  const directed = edges.filter((edge) => edge.isDirected);
  const reversed = (edge: CallGraphEdge): Pick<CallGraphEdge, 'caller' | 'callee'> => ({
    caller: edge.callee,
    callee: edge.caller,
  });
  return {
    edges,
    services: new Set(services),
    calleesOf: adjacency(directed),
    callersOf: adjacency(directed.map(reversed)),
    neighboursOf: adjacency([...edges, ...edges.map(reversed)]),
  };
};

const isDirectCaller = (graph: CallGraph, caller: string, callee: string): boolean =>
  graph.calleesOf.get(caller)?.includes(callee) ?? false;

/** Before the first refresh no service is known to be without telemetry. */
const hasTelemetry = (graph: CallGraph, service: string): boolean =>
  graph.services.size === 0 || graph.services.has(service);

/**
 * The shortest path from one service to the nearest of others, both ends included, whatever the
 * direction of its steps. Its middle services are anomalous or without telemetry. Null if there is none.
 */
export const findLink = (
  graph: CallGraph,
  from: string,
  targets: ReadonlySet<string>,
  isAnomalous: (service: string) => boolean,
): readonly string[] | null =>
  shortestPath(graph.neighboursOf, from, targets, (service) => isAnomalous(service) || !hasTelemetry(graph, service));

/** All services from which `findLink` finds a path to one of those given, these included. */
export const linkedServices = (
  graph: CallGraph,
  services: ReadonlySet<string>,
  isAnomalous: (service: string) => boolean,
): ReadonlySet<string> => spread(graph, graph.neighboursOf, services, isAnomalous);

/** All services that calls lead to from one; those in between are anomalous or without telemetry. */
export const calleesThrough = (
  graph: CallGraph,
  from: string,
  isAnomalous: (service: string) => boolean,
): ReadonlySet<string> => spread(graph, graph.calleesOf, new Set([from]), isAnomalous);

export const directionOfPath = (graph: CallGraph, path: readonly string[]): PathDirection => {
  const steps = path.slice(1).map((to, at): readonly [string, string] => [path[at] ?? to, to]);
  if (steps.length === 0) return 'linked';
  if (steps.every(([from, to]) => isDirectCaller(graph, from, to))) return 'calls';
  if (steps.every(([from, to]) => isDirectCaller(graph, to, from))) return 'called-by';
  return 'linked';
};

const adjacency = (
  edges: readonly Pick<CallGraphEdge, 'caller' | 'callee'>[],
): ReadonlyMap<string, readonly string[]> => {
  const sets = new Map<string, Set<string>>();
  for (const { caller, callee } of edges) {
    const callees = sets.get(caller) ?? new Set<string>();
    callees.add(callee);
    sets.set(caller, callees);
  }
  return new Map([...sets].map(([caller, callees]) => [caller, [...callees].toSorted()]));
};

const spread = (
  graph: CallGraph,
  next: ReadonlyMap<string, readonly string[]>,
  from: ReadonlySet<string>,
  isAnomalous: (service: string) => boolean,
): ReadonlySet<string> => {
  const reached = new Set(from);
  let frontier: readonly string[] = [...from];
  for (let length = 2; length <= MAX_PATH_SERVICES && frontier.length > 0; length += 1) {
    const found: string[] = [];
    for (const service of frontier.flatMap((name) => next.get(name) ?? [])) {
      if (reached.has(service)) continue;
      reached.add(service);
      if (isAnomalous(service) || !hasTelemetry(graph, service)) found.push(service);
    }
    frontier = found;
  }
  return reached;
};

const shortestPath = (
  next: ReadonlyMap<string, readonly string[]>,
  from: string,
  targets: ReadonlySet<string>,
  canPass: (service: string) => boolean,
): readonly string[] | null => {
  if (targets.has(from)) return [from];
  const seen = new Set([from]);
  let paths: readonly (readonly string[])[] = [[from]];
  for (let length = 2; length <= MAX_PATH_SERVICES && paths.length > 0; length += 1) {
    const longer: (readonly string[])[] = [];
    for (const path of paths) {
      for (const service of next.get(path.at(-1) ?? from) ?? []) {
        if (seen.has(service)) continue;
        const extended = [...path, service];
        if (targets.has(service)) return extended;
        seen.add(service);
        if (canPass(service)) longer.push(extended);
      }
    }
    paths = longer;
  }
  return null;
};
