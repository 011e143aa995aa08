import type { JudgedSignal } from '#kernel/anomaly.ts';
import type { Episode } from './advance-episode.ts';
import { type BucketHistory, NO_HISTORY } from './judge/bucket-history.ts';
import type { UnusualMinutes } from './judge/hourly-pattern.ts';
import type { KindMemory } from './judge/judge-rate.ts';
import type { LargeState } from './large/large-state.ts';
import type { SlowBurn } from './judge/slow-burn.ts';
import { type BaselineGuard, NO_GUARD, type UsualLatency } from './judge/service-baseline.ts';

/** How far back what was before the first tick that saw a service has been read. */
export interface HistoryProgress {
  /** End of the newest hour. */
  readonly endedAt: Date;
  readonly hoursRead: number;
  /** Queries that had no whole answer in time. */
  readonly failures: number;
}

/** When things were done last; written by every tick, so that of two at once one loses. */
export interface TickMemory {
  readonly lastTickAt: Date | null;
  readonly thresholdsAt: Date | null;
  readonly spreadAt: Date | null;
  /** Since when nothing at all is seen; null while anything is. */
  readonly silentSince: Date | null;
  /** Silence before then means nothing: no tick ran, or nothing arrived from anybody. */
  readonly sightedSince: Date | null;
  /** A tick saw a service: what was before it is being read, or is over. */
  readonly hasBegunHistory: boolean;
  /** Null: nothing of before is left to read, or it is not begun. */
  readonly history: HistoryProgress | null;
  /** Seen by the last tick that could look. */
  readonly services: number;
}

/** The smallest error rate that three minutes of a service's traffic could show. */
export interface Visibility {
  readonly service: string;
  /** In the last three minutes. */
  readonly rows: number;
  /** In [0, 1]; null: too little traffic to judge. */
  readonly smallestRate: number | null;
}

export interface ServiceState {
  readonly guard: BaselineGuard;
  readonly episodes: ReadonlyMap<JudgedSignal, Episode>;
  readonly unusual: UnusualMinutes;
  /** As of the last time that it was looked at, every five minutes. */
  readonly slowBurn: SlowBurn | null;
  /** What was before was accepted to be no longer usual; null once that is too long ago to be looked at. */
  readonly usualSince: Date | null;
}

export interface DetectionState {
  readonly tick: TickMemory;
  readonly thresholds: ReadonlyMap<string, UsualLatency>;
  readonly spread: ReadonlyMap<string, KindMemory>;
  /** Of services with little traffic. */
  readonly visibility: readonly Visibility[];
  readonly history: BucketHistory;
  /** Of services that an episode left a mark on. */
  readonly services: ReadonlyMap<string, ServiceState>;
  /** Null while one answer holds all counts. */
  readonly large: LargeState | null;
}

export const NO_SERVICE_STATE: ServiceState = {
  guard: NO_GUARD,
  episodes: new Map(),
  unusual: [],
  slowBurn: null,
  usualSince: null,
};

export const EMPTY_STATE: DetectionState = {
  tick: {
    lastTickAt: null,
    thresholdsAt: null,
    spreadAt: null,
    silentSince: null,
    sightedSince: null,
    hasBegunHistory: false,
    history: null,
    services: 0,
  },
  thresholds: new Map(),
  spread: new Map(),
  visibility: [],
  history: NO_HISTORY,
  services: new Map(),
  large: null,
};
