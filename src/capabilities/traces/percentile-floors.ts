// Of fewer values the percentile is the largest one, or made up between the largest two.
const LEAST_FOR_P95 = 20;
const LEAST_FOR_P99 = 100;

/** The percentiles that so many values support; the others are null. */
export const supportedPercentiles = (
  count: number,
  { p95Ms, p99Ms }: { readonly p95Ms: number; readonly p99Ms: number },
): { readonly p95Ms: number | null; readonly p99Ms: number | null } => ({
  p95Ms: count < LEAST_FOR_P95 ? null : p95Ms,
  p99Ms: count < LEAST_FOR_P99 ? null : p99Ms,
});
