import { listFaults } from '../../simulator/faults.ts';
import { FAULTS, NEW_SERVICE, SILENCE, SLOW_BURNS, TRAFFIC_LEVELS } from './faults.ts';
import type { Work } from './work.ts';

export interface Size {
  readonly serviceDays: number;
  readonly episodes: number;
  readonly seed: number;
  /** Runs of the simulated shop for each of its faults and look-alikes. */
  readonly shopSeeds: number;
}

const BASELINE_MINUTES = 66;
const MINUTES_AFTER = 12;
const SETTLE_TICKS = 10;
const NEW_FOR_MINUTES = 30;
const BURN_BASELINE_MINUTES = 4 * 60 + 20;
const BURN_MINUTES = 90;
const SLOW_BURN_LEVELS = [20, 100, 1_000];

// Far apart, so that no two parts share a seed whatever their number.
const SEEDS_PER_PART = 1_000_003;

/** Every service-day and every episode of the benchmark, the slow ones first. */
export const planWork = ({ serviceDays, episodes, seed, shopSeeds }: Size): readonly Work[] => {
  let part = seed * SEEDS_PER_PART;
  const nextSeed = (): number => (part += 7_919) >>> 0;
  const days: Work[] = Array.from({ length: serviceDays }, () => ({ kind: 'healthy-day', seed: nextSeed() }));
  const usual = { minutesBefore: BASELINE_MINUTES, minutesAfter: MINUTES_AFTER, settleTicks: SETTLE_TICKS };
  const fresh = { ...usual, minutesBefore: NEW_FOR_MINUTES, settleTicks: NEW_FOR_MINUTES * 2 };
  const long = {
    minutesBefore: BURN_BASELINE_MINUTES,
    minutesAfter: BURN_MINUTES,
    settleTicks: BURN_BASELINE_MINUTES * 2,
  };
  const cells = [
    ...[...FAULTS, SILENCE].flatMap((fault) => TRAFFIC_LEVELS.map((requests) => ({ fault, requests, ...usual }))),
    ...TRAFFIC_LEVELS.map((requests) => ({ fault: NEW_SERVICE, requests, ...fresh })),
    ...SLOW_BURNS.flatMap((fault) => SLOW_BURN_LEVELS.map((requests) => ({ fault, requests, ...long }))),
  ].toSorted((a, b) => b.requests - a.requests);
  const faults = cells.flatMap((cell) =>
    Array.from({ length: episodes }, (): Work => ({
      kind: 'fault',
      row: cell.fault.name,
      options: { ...cell, seed: nextSeed() },
    })),
  );
  const shops = Array.from({ length: shopSeeds }, () =>
    listFaults().map(({ name }): Work => ({ kind: 'shop', options: { seed: nextSeed(), fault: name } })),
  ).flat();
  return [...days, ...shops, ...faults];
};
