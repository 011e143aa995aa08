/** Sums over the first k values, so that any segment is fitted in constant time. */
interface Sums {
  readonly y: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
}

export interface SegmentFit {
  /** Squared residuals from the mean of values `from` to `to`, `to` excluded. */
  aroundMean(from: number, to: number): number;
  /** Squared residuals from their line of least squares. */
  aroundLine(from: number, to: number): number;
}

const sumUp = (values: readonly number[]): Sums => {
  const n = values.length;
  const sums = { y: new Float64Array(n + 1), yy: new Float64Array(n + 1), xy: new Float64Array(n + 1) };
  for (const [at, value] of values.entries()) {
    sums.y[at + 1] = (sums.y[at] ?? 0) + value;
    sums.yy[at + 1] = (sums.yy[at] ?? 0) + value * value;
    sums.xy[at + 1] = (sums.xy[at] ?? 0) + at * value;
  }
  return sums;
};

/** Fits of segments of a series with equal steps. Values should be near 0: their squares are summed. */
export const fitSegments = (values: readonly number[]): SegmentFit => {
  const { y, yy, xy } = sumUp(values);
  const between = (sums: Float64Array, from: number, to: number): number => (sums[to] ?? 0) - (sums[from] ?? 0);
  const aroundMean = (from: number, to: number): number => {
    const total = between(y, from, to);
    return Math.max(0, between(yy, from, to) - (total * total) / (to - from));
  };
  return {
    aroundMean,
    aroundLine: (from, to) => {
      const n = to - from;
      const middle = (from + to - 1) / 2;
      const spread = (n * (n * n - 1)) / 12;
      const covariance = between(xy, from, to) - middle * between(y, from, to);
      return spread === 0 ? 0 : Math.max(0, aroundMean(from, to) - (covariance * covariance) / spread);
    },
  };
};
