import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Signal } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs } from '#kernel/duration.ts';
import type { DetectionSettings } from './detection-settings.ts';
import type { DetectionState } from './detection-state.ts';
import { acceptService, type AcceptedService } from './new-normal.ts';
import type { RecordedTick } from './run-detection-tick.ts';
import { readDetectionState, writeDetectionState } from './store-detection-state.ts';

export interface AcceptNewNormalDeps {
  readonly clock: Clock;
  readonly db: Database;
  readonly settings: Pick<DetectionSettings, 'lagMs'>;
  readonly recordDetection: (trx: DatabaseTransaction, tick: RecordedTick) => Promise<void>;
}

export type AcceptOutcome =
  | {
      readonly kind: 'accepted';
      readonly service: string;
      readonly signals: readonly Signal[];
      /** Since when the service's traffic counts as its normal. */
      readonly since: Date;
    }
  /** No anomaly of the service lasts. */
  | { readonly kind: 'nothing-to-accept'; readonly service: string; readonly services: readonly string[] }
  /** Checks kept coming first; nothing was changed. */
  | { readonly kind: 'busy'; readonly service: string };

const MAX_TRIES = 3;
const MAX_LISTED = 10;

const withAccepted = (state: DetectionState, service: string, accepted: AcceptedService): DetectionState => ({
  ...state,
  // Thresholds follow at once: what was slow is usual now.
  tick: { ...state.tick, thresholdsAt: null },
  large: state.large && { ...state.large, round: { ...state.large.round, isHasty: true } },
  services: new Map(state.services).set(service, accepted.state),
});

/**
 * A person takes what a service does now for its normal: its anomalies end, and it is
 * compared with what it did since they began. One transaction with whatever its incident
 * makes of that; a check that runs meanwhile writes nothing.
 */
export const acceptNewNormal = async (
  deps: AcceptNewNormalDeps,
  { service }: { readonly service: string },
  actor: Actor,
): Promise<AcceptOutcome> => {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const outcome = await deps.db.transaction().execute((trx) => accept(deps, trx, service, actor));
    if (outcome) return outcome;
  }
  return { kind: 'busy', service };
};

/** Null: a check was first. */
const accept = async (
  deps: AcceptNewNormalDeps,
  trx: DatabaseTransaction,
  service: string,
  actor: Actor,
): Promise<AcceptOutcome | null> => {
  const now = deps.clock.now();
  const at = addMs(now, -deps.settings.lagMs);
  const stored = await readDetectionState(trx);
  const before = stored.state.services.get(service);
  if (!before || before.episodes.size === 0) {
    const lasting = [...stored.state.services].filter(([, { episodes }]) => episodes.size > 0).map(([name]) => name);
    return { kind: 'nothing-to-accept', service, services: lasting.toSorted().slice(0, MAX_LISTED) };
  }
  const accepted = acceptService(service, before, at, actor);
  if (!(await writeDetectionState(trx, stored, withAccepted(stored.state, service, accepted)))) return null;
  await deps.recordDetection(trx, { at: now, observations: [], closings: accepted.closings });
  const signals = [...before.episodes.keys()];
  await trx
    .insertInto('audit_log')
    .values({
      at: now,
      action: 'service.accept',
      actor: JSON.stringify(actor),
      entity: 'service',
      entity_id: service,
      before: JSON.stringify({ signals: Object.fromEntries(before.episodes) }),
      after: JSON.stringify({ usualSince: accepted.since }),
    })
    .execute();
  return { kind: 'accepted', service, signals, since: accepted.since };
};
