import { type EpisodeOptions, type FaultEpisode, runFaultEpisode } from './fault-episode.ts';
import { type HealthyDay, runHealthyDay } from './healthy-day.ts';
import { runShop, type ShopRun, type ShopRunOptions } from './shop-run.ts';

/** Parts of the benchmark that know nothing of each other. */
export type Work =
  | { readonly kind: 'shop'; readonly options: ShopRunOptions }
  | { readonly kind: 'healthy-day'; readonly seed: number }
  | { readonly kind: 'fault'; readonly row: string; readonly options: EpisodeOptions };

export type Done =
  | { readonly kind: 'shop'; readonly run: ShopRun }
  | { readonly kind: 'healthy-day'; readonly day: HealthyDay }
  | { readonly kind: 'fault'; readonly row: string; readonly requests: number; readonly episode: FaultEpisode };

export const doWork = (work: Work): Done => {
  switch (work.kind) {
    case 'healthy-day':
      return { kind: 'healthy-day', day: runHealthyDay(work.seed) };
    case 'fault':
      return {
        kind: 'fault',
        row: work.row,
        requests: work.options.requests,
        episode: runFaultEpisode(work.options),
      };
    case 'shop':
      return { kind: 'shop', run: runShop(work.options) };
  }
};
