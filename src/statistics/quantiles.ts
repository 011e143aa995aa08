/**
 * The quantile at q in [0, 1] with linear interpolation between order statistics
 * (Hyndman & Fan 1996, type 7); null of no values. Does not change its input.
 */
export const quantile = (values: readonly number[], q: number): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  const position = q * (sorted.length - 1);
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (position - Math.floor(position));
};

/** Null of no values. */
export const median = (values: readonly number[]): number | null => quantile(values, 0.5);
