import { seededRandom } from '#kernel/random.ts';
import type { Fault } from './faults.ts';
import { drawCalmProfile } from './profile.ts';
import { judgeByReference } from './reference-rule.ts';
import { createServiceWindow } from './service-window.ts';
import { createTicker, TICK_MS, TICKS_PER_MINUTE, timeOfTick } from './ticker.ts';
import { createTraffic } from './traffic.ts';

export interface EpisodeOptions {
  readonly seed: number;
  readonly fault: Fault;
  readonly requests: number;
  /** How long the service was there before. */
  readonly minutesBefore: number;
  readonly minutesAfter: number;
  /** How many ticks before the fault detection begins; what it counts reaches further back. */
  readonly settleTicks: number;
}

/** Seconds from the first request struck until somebody is paged, the lag of the tick included; null: not in that time. */
export interface FaultEpisode {
  readonly seconds: number | null;
  readonly quietSeconds: number | null;
  readonly referenceSeconds: number | null;
  /** Until the ticket of a slow burn, or a page. */
  readonly ticketSeconds: number | null;
  /** A page before anything was wrong: the episode tells nothing of detection. */
  readonly wasPagedBefore: boolean;
}

const SERVICE = 'service';

/** One service that is struck once, at any moment between two ticks. */
export const runFaultEpisode = (options: EpisodeOptions): FaultEpisode => {
  const { seed, fault, requests, minutesBefore, minutesAfter, settleTicks } = options;
  const random = seededRandom(seed);
  const profile = drawCalmProfile(random, requests, fault.usualErrorRate);
  const onset = minutesBefore * TICKS_PER_MINUTE;
  const length = onset + minutesAfter * TICKS_PER_MINUTE;
  const traffic = createTraffic(random, profile, length);
  const window = createServiceWindow(SERVICE);
  const normal = createTicker();
  const quiet = createTicker({ preset: 'quiet' });
  // Of the half minute that it strikes in.
  const faultyShare = Math.max(0.001, random());
  const lagMs = normal.settings.lagMs;

  let wasPagedBefore = false;
  const found: { normal?: number; quiet?: number; reference?: number; ticket?: number } = {};
  for (let tick = 0; tick < length; tick += 1) {
    const at = timeOfTick(tick);
    const share = tick < onset ? 0 : tick === onset ? faultyShare : 1;
    window.pass(traffic.next(share > 0 ? fault : null, share), at, normal.frozenLatency(SERVICE));
    if (tick < onset - settleTicks) continue;
    const seen = [{ counts: window.counts(), usual: window.usualLatency() }];
    const { observations } = normal.look(seen, at);
    const isQuietPaging = quiet.look(seen, at).observations.some(({ isPaging }) => isPaging);
    const { now, before } = window.fiveMinutes();
    const reference = judgeByReference(now, before);
    if (tick < onset) {
      wasPagedBefore ||= observations.some(({ isPaging }) => isPaging);
      continue;
    }
    const seconds = ((tick - onset + faultyShare) * TICK_MS + lagMs) / 1_000;
    if (observations.some(({ isPaging }) => isPaging)) found.normal ??= seconds;
    if (observations.some(({ isPaging, isSlowBurn }) => isPaging || isSlowBurn)) found.ticket ??= seconds;
    if (isQuietPaging) found.quiet ??= seconds;
    if (reference.errors || reference.latency) found.reference ??= seconds;
  }
  return {
    seconds: found.normal ?? null,
    quietSeconds: found.quiet ?? null,
    referenceSeconds: found.reference ?? null,
    ticketSeconds: found.ticket ?? null,
    wasPagedBefore,
  };
};
