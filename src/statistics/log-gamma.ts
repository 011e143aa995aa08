const HALF_LOG_TWO_PI = 0.9189385332046727;
// From here on seven terms of the series are exact to the last digits.
const SERIES_FROM = 10;

/** What Stirling's formula lacks, for x ≥ 10 (Abramowitz & Stegun 6.1.41). */
const correction = (x: number): number => {
  const inverse = 1 / x;
  const square = inverse * inverse;
  return (
    inverse *
    (1 / 12 -
      square *
        (1 / 360 -
          square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360_360 - square / 156))))))
  );
};

/**
 * ln Γ(x) for x > 0, to about 1e-14 of max(1, |ln Γ(x)|).
 * Stirling's asymptotic series (Abramowitz & Stegun 6.1.41); below 10 the argument is
 * raised by the recurrence Γ(x+1) = x Γ(x).
 */
export const logGamma = (x: number): number => {
  let raised = x;
  let product = 1;
  while (raised < SERIES_FROM) {
    product *= raised;
    raised += 1;
  }
  const value = (raised - 0.5) * Math.log(raised) - raised + HALF_LOG_TWO_PI + correction(raised);
  return product === 1 ? value : value - Math.log(product);
};

/**
 * ln Γ(x + m) − ln Γ(x) for x > 0, m ≥ 0, to about 1e-14 of max(1, its own size): the two
 * series are subtracted term by term, so that nothing cancels for a great x.
 */
export const logRisingFactorial = (x: number, m: number): number => {
  if (m === 0) return 0;
  if (x < SERIES_FROM) return logGamma(x + m) - logGamma(x);
  const raised = x + m;
  return (x - 0.5) * Math.log1p(m / x) + m * (Math.log(raised) - 1) + (correction(raised) - correction(x));
};
