import type { TelemetryKind } from './flags.ts';

/** One row on its way: the same id for the same row, however often it is sent. */
export interface Document {
  readonly id: string;
  /** JSON in the field names that queries use, without a line break. */
  readonly json: string;
}

export interface Refusal {
  readonly count: number;
  /** Of the first of them, as the target put it. */
  readonly reason: string;
}

/** What became of a batch. What is neither accepted nor refused is in `rest`. */
export type SendOutcome =
  | { readonly kind: 'done'; readonly accepted: number; readonly refused: Refusal | null }
  | {
      readonly kind: 'later';
      readonly accepted: number;
      readonly refused: Refusal | null;
      readonly rest: readonly Document[];
      /** Null: the target did not say. */
      readonly afterMs: number | null;
      readonly reason: string;
    }
  | { readonly kind: 'too-large' };

/** Where telemetry goes. Throws SimulateFault for what no second attempt would mend. */
export interface Target {
  /** For people. */
  readonly name: string;
  /** Once, before anything is sent. */
  prepare(): Promise<void>;
  send(kind: TelemetryKind, documents: readonly Document[]): Promise<SendOutcome>;
}

/** What ends a simulation, in words for the person who typed the command. */
export class SimulateFault extends Error {}
