import type { KnownAnomaly, JudgedSignal } from '#kernel/anomaly.ts';
import type { Episode } from './advance-episode.ts';
import { type DetectionState, NO_SERVICE_STATE, type ServiceState } from './detection-state.ts';

export interface Adoption {
  /** The same object where nothing differs. */
  readonly state: DetectionState;
  /** Live anomalies that the state did not know. */
  readonly lost: readonly KnownAnomaly[];
}

const followedAnew = ({ signal, onsetAt, firstTickAt, isDismissed }: KnownAnomaly): Episode => ({
  openedAt: firstTickAt,
  onsetAt,
  hasPaged: false,
  passed: [],
  quietTicks: 0,
  quietSince: null,
  lastSeenAt: signal === 'silence' ? onsetAt : null,
  isDismissed,
});

/**
 * Brings the state in line with the anomalies that last: which of them a person has done with, and, where
 * state was lost, that they are to be followed until they close.
 */
export const adoptKnownAnomalies = (state: DetectionState, known: readonly KnownAnomaly[]): Adoption => {
  const services = new Map<string, ServiceState>(state.services);
  const lost: KnownAnomaly[] = [];
  for (const anomaly of known) {
    const { service, signal, isDismissed } = anomaly;
    const before = services.get(service) ?? NO_SERVICE_STATE;
    const episode = before.episodes.get(signal);
    if (episode?.isDismissed === isDismissed) continue;
    if (!episode) lost.push(anomaly);
    const episodes = new Map<JudgedSignal, Episode>(before.episodes);
    episodes.set(signal, episode ? { ...episode, isDismissed } : followedAnew(anomaly));
    services.set(service, { ...before, episodes });
  }
  const isSame = [...services].every(([service, each]) => state.services.get(service) === each);
  return { state: isSame ? state : { ...state, services }, lost };
};
