import type { DetectionGap } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { DetectionSettings } from './detection-settings.ts';
import type { TickMemory } from './detection-state.ts';
import { judgeSilence, linesForSilence } from './judge/judge-silence.ts';
import type { ServiceCounts } from './judge/service-counts.ts';
import { CURRENT_SLOTS, LOOK_BACK_MS, SLOT_COUNT, sumOfNewest } from './judge/slots.ts';

export interface TelemetrySilence {
  readonly silentSince: Date | null;
  readonly sightedSince: Date | null;
  readonly gaps: readonly DetectionGap[];
}

const NOW_SLOTS = 4;

const timeOf = (at: Date): string => `${at.toISOString().slice(11, 16)} UTC`;

const totalBySlot = (services: Iterable<readonly number[]>): readonly number[] => {
  const total = Array.from({ length: SLOT_COUNT }, () => 0);
  for (const lines of services) lines.forEach((rows, slot) => (total[slot] = (total[slot] ?? 0) + rows));
  return total;
};

const gapOf = (silentSince: Date, services: number, at: Date): DetectionGap => ({
  kind: 'telemetry-silent',
  service: null,
  message:
    services === 0
      ? `No telemetry at all has arrived for ${Math.round((at.getTime() - silentSince.getTime()) / MINUTE_MS)} min or more: nothing can be judged. This is not an all-clear.`
      : `Nothing has been seen from any service since ${timeOf(silentSince)}, where ${services} were seen in the hour before: either the telemetry stopped, or all of them did. This is not an all-clear.`,
});

/**
 * Whether all services are silent together: then the telemetry is what is missing, one
 * notice instead of a page for each. It ends with the first row seen, and silence is
 * judged again only over the time since.
 */
export const judgeTelemetrySilence = (
  services: ReadonlyMap<string, ServiceCounts>,
  tick: TickMemory,
  wasAway: boolean,
  at: Date,
  { severityLines }: DetectionSettings,
): TelemetrySilence => {
  const all = [...services.values()];
  const total = totalBySlot(all.map((counts) => linesForSilence(counts, at)));
  const buckets = totalBySlot(all.map(({ slots }) => slots.lines)).slice(CURRENT_SLOTS.length);
  if (sumOfNewest(total, NOW_SLOTS) > 0) {
    return { silentSince: null, sightedSince: wasAway || tick.silentSince ? at : tick.sightedSince, gaps: [] };
  }
  const sightedSince = wasAway ? at : tick.sightedSince;
  const sightedMs = sightedSince ? at.getTime() - sightedSince.getTime() : Number.POSITIVE_INFINITY;
  const isUnusual = (slots: readonly number[], before: readonly number[]): boolean =>
    judgeSilence(slots, before, true, sightedMs).score >= severityLines.P2;
  const hasBegun =
    tick.silentSince !== null ||
    services.size === 0 ||
    isUnusual(total, buckets) ||
    all.some((counts) => isUnusual(linesForSilence(counts, at), counts.slots.lines.slice(CURRENT_SLOTS.length)));
  if (!hasBegun) return { silentSince: null, sightedSince, gaps: [] };
  const lastSeenMs = Math.max(at.getTime() - LOOK_BACK_MS, ...all.map(({ lastSeenAt }) => lastSeenAt?.getTime() ?? 0));
  const silentSince = tick.silentSince ?? new Date(lastSeenMs);
  return { silentSince, sightedSince, gaps: [gapOf(silentSince, services.size, at)] };
};
