import { quantile } from '#statistics/quantiles.ts';

export interface Timing {
  readonly wallMs: number;
  /** Of every thread of this process, user and system: what else the machine does hardly changes it. */
  readonly cpuMs: number;
}

/** How long a piece of work takes. */
export const timed = async (work: () => unknown): Promise<Timing> => {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1e3 };
};

export const roundTo = (value: number | null | undefined, digits: number): number =>
  Number((value ?? Number.NaN).toFixed(digits));

/** A quantile, rounded for people. */
export const quantileOf = (values: readonly number[], q: number, digits: number): number =>
  roundTo(quantile(values, q), digits);
