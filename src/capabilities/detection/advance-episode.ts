import type { Calm } from './judge/judge-rate.ts';
import { QUIET_TICKS } from './judge/page-rules.ts';

/** One anomaly, from its first tick until ten quiet ones. */
export interface Episode {
  readonly openedAt: Date;
  readonly onsetAt: Date;
  /** Passed the page rules once: the service's baseline is frozen while it is open. */
  readonly hasPaged: boolean;
  /** Whether each of the last ticks passed the page rules, newest first, as far as the quiet preset needs to know. */
  readonly passed: readonly boolean[];
  readonly quietTicks: number;
  readonly quietSince: Date | null;
  /** Silence only. */
  readonly lastSeenAt: Date | null;
  /** A person resolved its incident: it need not wait for a service that is gone. */
  readonly isDismissed: boolean;
}

/** What one tick says about a signal, as far as its episode is concerned. */
export interface EpisodeReading {
  readonly isOpening: boolean;
  readonly isPaging: boolean;
  /** Passed the page rules, though the preset may wait for more. */
  readonly hasPassed: boolean;
  readonly calm: Calm;
  readonly onset: { readonly at: Date; readonly isWithinView: boolean };
  /** When the last bad rows ended, if this tick is calm; null where the tick itself is the best that is known. */
  readonly endedAt: Date | null;
  readonly lastSeenAt: Date | null;
  /** No row of the service in all that a tick looks back over. */
  readonly isGone: boolean;
}

export type EpisodeStep =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly episode: Episode }
  /** `isGone`: not because it came back. */
  | { readonly kind: 'closed'; readonly quietSince: Date; readonly isGone: boolean };

export const QUIET_TICKS_TO_CLOSE = 10;

const open = (reading: EpisodeReading, at: Date): Episode => ({
  openedAt: at,
  onsetAt: reading.onset.at,
  hasPaged: reading.isPaging,
  passed: reading.hasPassed && !reading.isPaging ? [true] : [],
  quietTicks: 0,
  quietSince: null,
  lastSeenAt: reading.lastSeenAt,
  isDismissed: false,
});

/** Once it has paged, nobody asks any more. */
const withPassed = (episode: Episode, { hasPassed, isPaging }: EpisodeReading): Episode => {
  const passed = episode.hasPaged || isPaging ? [] : [hasPassed, ...episode.passed].slice(0, QUIET_TICKS.of - 1);
  const isSame = !passed.includes(true) && episode.passed.length === 0;
  return isSame ? episode : { ...episode, passed: passed.includes(true) ? passed : [] };
};

const withPage = (before: Episode, reading: EpisodeReading): Episode => {
  const episode = withPassed(before, reading);
  if (!reading.isPaging || episode.hasPaged) return episode;
  // A small episode may have been open for long before the fault that pages struck.
  const onsetAt = reading.onset.isWithinView ? reading.onset.at : episode.onsetAt;
  return { ...episode, hasPaged: true, onsetAt };
};

/** The five minutes that are calm began before the tick that finds them so. */
const endOf = ({ onsetAt }: Episode, { endedAt }: EpisodeReading, at: Date): Date => {
  if (endedAt === null) return at;
  return endedAt > onsetAt ? endedAt : onsetAt;
};

/** Opens, carries on or closes the episode of one signal. The same object comes back where nothing changed. */
export const advanceEpisode = (episode: Episode | null, reading: EpisodeReading, at: Date): EpisodeStep => {
  if (!episode) return reading.isOpening ? { kind: 'open', episode: open(reading, at) } : { kind: 'none' };
  const current = withPage(episode, reading);
  const gone: EpisodeStep = { kind: 'closed', quietSince: current.quietSince ?? at, isGone: true };
  if (reading.isGone && current.isDismissed) return gone;
  if (reading.calm === 'no-data') {
    // Nothing is left to compare an episode with that never woke anybody.
    if (reading.isGone && !current.hasPaged) return gone;
    return { kind: 'open', episode: current };
  }
  if (reading.calm === 'lasting' || reading.isPaging) {
    const lasting = current.quietTicks === 0 ? current : { ...current, quietTicks: 0, quietSince: null };
    return { kind: 'open', episode: lasting };
  }
  const quietSince = current.quietSince ?? endOf(current, reading, at);
  const quietTicks = current.quietTicks + 1;
  if (quietTicks >= QUIET_TICKS_TO_CLOSE) return { kind: 'closed', quietSince, isGone: false };
  return { kind: 'open', episode: { ...current, quietTicks, quietSince } };
};
