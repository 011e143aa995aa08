import { type EpisodeOptions, type FaultEpisode, runFaultEpisode } from './fault-episode.ts';
import { type HealthyDay, runHealthyDay } from './healthy-day.ts';

/** Parts of the benchmark that know nothing of each other. */
export type Work =
  | { readonly kind: 'healthy-day'; readonly seed: number }
  | { readonly kind: 'fault'; readonly row: string; readonly options: EpisodeOptions };

export type Done =
  | { readonly kind: 'healthy-day'; readonly day: HealthyDay }
  | { readonly kind: 'fault'; readonly row: string; readonly requests: number; readonly episode: FaultEpisode };

export const doWork = (work: Work): Done =>
  work.kind === 'healthy-day'
    ? { kind: 'healthy-day', day: runHealthyDay(work.seed) }
    : { kind: 'fault', row: work.row, requests: work.options.requests, episode: runFaultEpisode(work.options) };
