import type { DetectionGap, QueryEvidence } from '#kernel/anomaly.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import type { AskDeps } from './ask-telemetry.ts';
import type { DetectionAdvance } from './advance-detection.ts';
import type { DetectionQuery } from './detection-queries.ts';
import type { DetectionSettings } from './detection-settings.ts';
import type { DetectionState } from './detection-state.ts';
import type { CountsAnswer } from './read-counts.ts';

export interface LookDeps extends AskDeps {
  readonly settings: DetectionSettings;
}

/** What a tick saw and made of it, before anything is written. */
export interface Look {
  readonly advance: DetectionAdvance;
  readonly isBlind: boolean;
  readonly queries: number;
}

export const evidenceFrom =
  (query: DetectionQuery, answer: QueryAnswer, counts: CountsAnswer) =>
  (service: string): QueryEvidence => ({
    query: query.text,
    parameters: query.parameters,
    window: query.window,
    columns: answer.columns.map(({ name }) => name),
    rows: counts.rowsOf.get(service) ?? [],
  });

/** Nothing could be looked at: nothing opens, nothing closes, and silence is judged anew from here. */
export const blindAdvance = (state: DetectionState, at: Date, gap: DetectionGap): DetectionAdvance => ({
  state: { ...state, tick: { ...state.tick, lastTickAt: at, sightedSince: at } },
  services: 0,
  observations: [],
  closings: [],
  gaps: [gap],
  faults: [],
});
