import type { CallGraphEdge } from './call-graph.ts';

/** Service → the services that it calls, from `services.<name>.calls` of the settings. */
export type ConfiguredCalls = Readonly<Record<string, readonly string[]>>;

export const edgesOfConfiguredCalls = (calls: ConfiguredCalls): readonly CallGraphEdge[] =>
  Object.entries(calls).flatMap(([caller, callees]) =>
    [...new Set(callees)]
      .filter((callee) => callee !== caller)
      .map((callee) => ({ caller, callee, calls: 0, isDirected: true })),
  );
