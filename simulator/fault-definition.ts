import type { ShopDeps } from './scope.ts';
import type { ServiceName } from './topology.ts';

export interface FaultDefinition {
  readonly name: string;
  /** For people who choose one. */
  readonly sentence: string;
  readonly cause: { readonly service: ServiceName | null; readonly words: string };
  /** Services whose signals leave their usual band. Empty: a healthy look-alike. */
  readonly affectedServices: readonly ServiceName[];
  /** From its start until customers notice, at the quietest hour; some faults grow first. */
  readonly visibleAfterMs: number;
  /** Changes the model; returns how to take the change back. */
  apply(deps: ShopDeps): () => void;
}

export interface FaultPlan {
  readonly fault: string;
  readonly startAt: Date;
  readonly endAt: Date;
}

/** What really happened, to hold findings against. */
export interface GroundTruth {
  readonly fault: string;
  readonly cause: FaultDefinition['cause'];
  readonly affectedServices: readonly ServiceName[];
  readonly startAt: Date;
  /** When customers notice at the latest. */
  readonly visibleAt: Date;
  readonly endAt: Date;
}
