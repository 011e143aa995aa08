import type { Actor } from '#kernel/actor.ts';
import type { Signal } from '#kernel/anomaly.ts';
import type { Severity } from '#kernel/severity.ts';
import type { IncidentState } from '#ports/incident-board.ts';

export interface IncidentSummary {
  readonly id: string;
  readonly number: number;
  readonly state: IncidentState;
  readonly severity: Severity;
  /** Service of the lead anomaly. */
  readonly service: string;
  /** Of the lead anomaly. */
  readonly signal: Signal;
  /** "38 % of 2,310 requests fail" */
  readonly symptom: string;
  readonly openedAt: Date;
  readonly acknowledgedBy: Actor | null;
  readonly recoveredAt: Date | null;
  readonly resolvedAt: Date | null;
}

type NotFound = { readonly kind: 'not-found'; readonly number: number };

export type AcknowledgeOutcome =
  | { readonly kind: 'acknowledged'; readonly incident: IncidentSummary }
  | {
      readonly kind: 'already-acknowledged';
      readonly incident: IncidentSummary;
      readonly by: Actor;
      readonly at: Date;
      readonly wasAddedAsResponder: boolean;
    }
  | { readonly kind: 'already-resolved'; readonly incident: IncidentSummary; readonly by: Actor; readonly at: Date }
  | NotFound;

export type ResolveOutcome =
  | { readonly kind: 'resolved'; readonly incident: IncidentSummary; readonly isStillFailing: boolean }
  | { readonly kind: 'already-resolved'; readonly incident: IncidentSummary; readonly by: Actor; readonly at: Date }
  /** It was resolved without a word of what fixed it, and has these words now. */
  | { readonly kind: 'resolution-added'; readonly incident: IncidentSummary }
  /** It was resolved with other words, which stay. */
  | { readonly kind: 'resolution-not-kept'; readonly incident: IncidentSummary; readonly by: Actor; readonly at: Date }
  | NotFound;

export type ReopenOutcome =
  | { readonly kind: 'reopened'; readonly incident: IncidentSummary }
  | { readonly kind: 'not-resolved'; readonly incident: IncidentSummary }
  /** A newer open incident tracks the same signal. */
  | { readonly kind: 'superseded'; readonly incident: IncidentSummary; readonly openIncident: number }
  | NotFound;
