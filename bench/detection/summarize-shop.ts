import type { ShopRun } from './shop-run.ts';
import type { Done } from './work.ts';

export interface ShopSummary {
  readonly checks: number;
  readonly falsePages: number;
  readonly faults: Readonly<
    Record<string, { readonly runs: number; readonly found: number; readonly secondsP50: number | null }>
  >;
}

export const shopRuns = (done: readonly Done[]): readonly ShopRun[] =>
  done.flatMap((each) => (each.kind === 'shop' ? [each.run] : []));

export const summarizeShop = (runs: readonly ShopRun[]): ShopSummary => ({
  checks: runs.reduce((sum, { checks }) => sum + checks, 0),
  falsePages: runs.reduce((sum, { falsePages }) => sum + falsePages, 0),
  faults: Object.fromEntries(
    [
      ...Map.groupBy(
        runs.filter(({ isHealthy }) => !isHealthy),
        ({ fault }) => fault,
      ),
    ].map(([fault, all]) => {
      const seconds = all.flatMap((run) => run.seconds ?? []).toSorted((a, b) => a - b);
      const middle = seconds[(seconds.length - 1) >>> 1];
      return [
        fault,
        { runs: all.length, found: seconds.length, secondsP50: middle === undefined ? null : Math.round(middle) },
      ];
    }),
  ),
});
