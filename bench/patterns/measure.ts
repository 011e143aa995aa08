import { createMiner } from '#log-patterns/miner.ts';
import type { LabelledSystem } from './find-systems.ts';
import { groupingAccuracy } from './grouping-accuracy.ts';

/** The grouping accuracy of one miner with the settings that every system gets. */
export const measureAccuracy = ({ lines, groups }: Pick<LabelledSystem, 'lines' | 'groups'>): number => {
  const miner = createMiner();
  const ids = lines.map((line) => miner.add(line));
  return groupingAccuracy(
    ids.map((id) => miner.resolve(id)),
    groups,
  );
};

const TIMED_LINES = 640_000;
const ROUNDS = 3;

export interface Speed {
  readonly linesPerSecond: number;
  readonly linesPerCpuSecond: number;
}

/** The best of some rounds over the data, repeated to be long enough: a new miner for each system, without values. */
export const measureSpeed = (systems: readonly Pick<LabelledSystem, 'lines'>[]): Speed => {
  const available = systems.reduce((sum, { lines }) => sum + lines.length, 0);
  const repeats = Math.ceil(TIMED_LINES / Math.max(1, available));
  const mineAll = (): void => {
    for (const { lines } of systems) {
      const miner = createMiner({ valuesPerVariable: 0 });
      for (let repeat = 0; repeat < repeats; repeat += 1) for (const line of lines) miner.add(line);
    }
  };
  const rounds = Array.from({ length: ROUNDS }, () => {
    const startedMs = performance.now();
    const usageBefore = process.cpuUsage();
    mineAll();
    const cpu = process.cpuUsage(usageBefore);
    return { wallSeconds: (performance.now() - startedMs) / 1e3, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
  });
  const best = (seconds: readonly number[]): number => Math.round((available * repeats) / Math.min(...seconds));
  return {
    linesPerSecond: best(rounds.map(({ wallSeconds }) => wallSeconds)),
    linesPerCpuSecond: best(rounds.map(({ cpuSeconds }) => cpuSeconds)),
  };
};
