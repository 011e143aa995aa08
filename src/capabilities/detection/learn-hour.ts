import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import {
  type BaselineFit,
  fitBaseline,
  forgottenAfter,
  type Sample,
  squaredDeviationCapped,
} from './judge/fit-baseline.ts';
import { keyOf, minuteOf, UNUSUAL_SCORE, type UnusualMinute, type UnusualMinutes } from './judge/hourly-pattern.ts';
import type { KindMemory } from './judge/judge-rate.ts';
import type { SlotRow } from './read-counts.ts';
import { scoreWindow } from './judge/score-window.ts';
import { badField, type CountedKind, type RowUnit, totalField } from './judge/service-counts.ts';
import { BASELINE_BUCKETS, BUCKET_MS, type CountedWindow, W1, W3, W5 } from './judge/slots.ts';

/** What one past hour of a service teaches. */
export interface Lesson {
  readonly memory: KindMemory;
  /** Failed and all rows of its twelve buckets, oldest first. */
  readonly samples: readonly Sample[];
  /** Oldest first; empty where only buckets of five minutes were counted. */
  readonly unusual: UnusualMinutes;
}

const BUCKET_MINUTES = 5;
const SCORED: readonly { readonly kind: CountedKind; readonly windows: readonly CountedWindow[] }[] = [
  { kind: 'error', windows: [W1, W3, W5] },
  { kind: 'mid', windows: [W1, W3] },
  { kind: 'tail', windows: [W1, W3] },
];

const samplesBySlot = (rows: readonly SlotRow[], kind: CountedKind, unit: RowUnit, length: number): Sample[] => {
  const samples: Sample[] = Array.from({ length }, () => ({ k: 0, n: 0 }));
  for (const { slot, counts } of rows) {
    const before = samples[slot];
    if (before) samples[slot] = { k: before.k + counts[badField(kind, unit)], n: before.n + counts[totalField(unit)] };
  }
  return samples;
};

const sumOf = (samples: readonly Sample[]): Sample =>
  samples.reduce((total, { k, n }) => ({ k: total.k + k, n: total.n + n }), { k: 0, n: 0 });

const unusualIn = (
  minutes: readonly Sample[],
  fit: BaselineFit,
  windows: readonly CountedWindow[],
  until: Date,
): readonly UnusualMinute[] =>
  windows.flatMap((window) =>
    minutes.flatMap((_, slot): readonly UnusualMinute[] => {
      const { k, n } = sumOf(minutes.slice(slot, slot + window.minutes));
      if (slot + window.minutes > minutes.length || scoreWindow(k, n, fit) < UNUSUAL_SCORE) return [];
      const minute = minuteOf(addMs(until, -slot * MINUTE_MS));
      return [{ minute, window: keyOf({ fit, window }), excess: k / n - fit.p }];
    }),
  );

/**
 * Learns spread, rates and unusual minutes from one hour that ended at `until`, counted in
 * minutes or in spans of five: each bucket against the fit of its own hour, forgotten as if
 * it had been remembered then. Of an incident no more is learnt than the cap of a bucket.
 */
export const learnHour = (rows: readonly SlotRow[], slotMinutes: 1 | 5, until: Date, now: Date): Lesson => {
  const unit: RowUnit = rows.some(({ counts }) => counts.requests > 0) ? 'requests' : 'log lines';
  const kinds = unit === 'requests' ? SCORED : SCORED.slice(0, 1);
  const perBucket = BUCKET_MINUTES / slotMinutes;
  const memory: Record<CountedKind, { squares: number; count: number }> = {
    error: { squares: 0, count: 0 },
    mid: { squares: 0, count: 0 },
    tail: { squares: 0, count: 0 },
  };
  let samplesOfErrors: readonly Sample[] = [];
  const unusual: UnusualMinute[] = [];
  for (const { kind, windows } of kinds) {
    const slots = samplesBySlot(rows, kind, unit, BASELINE_BUCKETS * perBucket);
    const samples = Array.from({ length: BASELINE_BUCKETS }, (_, bucket) =>
      sumOf(slots.slice(bucket * perBucket, (bucket + 1) * perBucket)),
    );
    const fit = fitBaseline(kind, samples);
    samples.forEach((sample, bucket) => {
      if (sample.n === 0) return;
      const weight = forgottenAfter(now.getTime() - until.getTime() + bucket * BUCKET_MS);
      memory[kind].squares += weight * squaredDeviationCapped(sample, fit);
      memory[kind].count += weight;
    });
    if (kind === 'error') samplesOfErrors = samples.toReversed();
    if (slotMinutes === 1) unusual.push(...unusualIn(slots, fit, windows, until));
  }
  return { memory, samples: samplesOfErrors, unusual: unusual.toSorted((a, b) => a.minute - b.minute) };
};
