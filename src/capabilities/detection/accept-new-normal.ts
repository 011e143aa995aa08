import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import { type KnownAnomaly, type JudgedSignal, JUDGED_SIGNALS } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs } from '#kernel/duration.ts';
import type { DetectionSettings } from './detection-settings.ts';
import { type DetectionState, NO_SERVICE_STATE, type ServiceState } from './detection-state.ts';
import { acceptService, type AcceptedService } from './new-normal.ts';
import type { RecordedTick } from './run-detection-tick.ts';
import { readDetectionState, writeDetectionState } from './store-detection-state.ts';

export interface AcceptNewNormalDeps {
  readonly clock: Clock;
  readonly db: Database;
  readonly settings: Pick<DetectionSettings, 'lagMs'>;
  readonly readKnownAnomalies: (db: Database) => Promise<readonly KnownAnomaly[]>;
  readonly recordDetection: (trx: DatabaseTransaction, tick: RecordedTick) => Promise<void>;
}

export type AcceptOutcome =
  | {
      readonly kind: 'accepted';
      readonly service: string;
      readonly signals: readonly JudgedSignal[];
      /** Since when the service's traffic counts as its normal. */
      readonly since: Date;
    }
  /** Nothing of the service has paged, rises slowly or is in an incident. */
  | {
      readonly kind: 'nothing-to-accept';
      readonly service: string;
      /** What of it lasts all the same. */
      readonly signals: readonly JudgedSignal[];
      /** Where there is something to accept. */
      readonly services: readonly string[];
    }
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

/** What somebody was told of. A blip that passes by itself must not move what is normal. */
const acceptable = (
  service: string,
  { episodes, slowBurn }: ServiceState,
  known: readonly KnownAnomaly[],
): ReadonlySet<JudgedSignal> => {
  const tracked = known.filter((each) => each.isInIncident && each.service === service).map(({ signal }) => signal);
  const isBurning = (signal: JudgedSignal): boolean => signal === 'error_rate' && slowBurn !== null;
  return new Set(
    JUDGED_SIGNALS.filter((signal) => {
      const episode = episodes.get(signal);
      return episode && (episode.hasPaged || isBurning(signal) || tracked.includes(signal));
    }),
  );
};

/**
 * A person takes what a service does now for its normal: its anomalies that somebody was told
 * of end, and it is compared with what it did since they began. One transaction with whatever its incident
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
  const known = await deps.readKnownAnomalies(trx);
  const before = stored.state.services.get(service) ?? NO_SERVICE_STATE;
  const signals = acceptable(service, before, known);
  if (signals.size === 0) {
    const services = [...stored.state.services]
      .filter(([name, each]) => acceptable(name, each, known).size > 0)
      .map(([name]) => name);
    return {
      kind: 'nothing-to-accept',
      service,
      signals: JUDGED_SIGNALS.filter((signal) => before.episodes.has(signal)),
      services: services.toSorted().slice(0, MAX_LISTED),
    };
  }
  const accepted = acceptService(service, before, at, actor, signals);
  if (!(await writeDetectionState(trx, stored, withAccepted(stored.state, service, accepted)))) return null;
  await deps.recordDetection(trx, { at: now, observations: [], closings: accepted.closings });
  await trx
    .insertInto('audit_log')
    .values({
      at: now,
      action: 'service.accept',
      actor: JSON.stringify(actor),
      entity: 'service',
      entity_id: service,
      before: JSON.stringify({
        signals: Object.fromEntries([...before.episodes].filter(([signal]) => signals.has(signal))),
      }),
      after: JSON.stringify({ usualSince: accepted.since }),
    })
    .execute();
  return { kind: 'accepted', service, signals: [...signals], since: accepted.since };
};
