const TWO_OVER_SQRT_PI = 1.1283791670955125738961589031215;
const SQRT_PI = 1.7724538509055160272981674833411;
// Above it 1 − erf would cancel; below it the continued fraction is slow.
const FRACTION_FROM = 2.2;
const MAX_TERMS = 200;

/** erf by its series of positive terms (Abramowitz & Stegun 7.1.6): no cancellation for 0 ≤ x. */
const errorFunctionSeries = (x: number): number => {
  const twoSquares = 2 * x * x;
  let term = x;
  let sum = x;
  for (let n = 1; n < MAX_TERMS && term > sum * 1e-17; n += 1) {
    term *= twoSquares / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-x * x) * sum;
};

/** erfc by its continued fraction (Abramowitz & Stegun 7.1.14), from the far end inwards. */
const complementFraction = (x: number): number => {
  const depth = Math.ceil(12 + 320 / (x * x));
  let fraction = x;
  for (let n = depth; n >= 1; n -= 1) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (SQRT_PI * fraction);
};

/** erfc(x) = 1 − erf(x), relative error below 1e-12 up to x = 26 (then it underflows). */
export const complementaryErrorFunction = (x: number): number => {
  if (x < 0) return 2 - complementaryErrorFunction(-x);
  return x < FRACTION_FROM ? 1 - errorFunctionSeries(x) : complementFraction(x);
};

/** P(Z ≥ z) of a standard normal Z. */
export const normalUpperTail = (z: number): number => complementaryErrorFunction(z * Math.SQRT1_2) / 2;

// Coefficients of Wichura 1988, "Algorithm AS 241: The percentage points of the normal
// distribution", Applied Statistics 37, PPND16: relative error about 1e-16.
const centre = (r: number): number =>
  (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r + 45921.953931549871457) *
    r +
    13731.693765509461125) *
    r +
    1971.5909503065514427) *
    r +
    133.14166789178437745) *
    r +
    3.387132872796366608) /
  (((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867) *
    r +
    5394.1960214247511077) *
    r +
    687.1870074920579083) *
    r +
    42.313330701600911252) *
    r +
    1);

const nearTail = (r: number): number =>
  (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r +
    1.27045825245236838258) *
    r +
    3.64784832476320460504) *
    r +
    5.7694972214606914055) *
    r +
    4.6303378461565452959) *
    r +
    1.42343711074968357734) /
  (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r +
    0.14810397642748007459) *
    r +
    0.68976733498510000455) *
    r +
    1.6763848301838038494) *
    r +
    2.05319162663775882187) *
    r +
    1);

const farTail = (r: number): number =>
  (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r +
    0.026532189526576123093) *
    r +
    0.29656057182850489123) *
    r +
    1.7848265399172913358) *
    r +
    5.4637849111641143699) *
    r +
    6.6579046435011037772) /
  (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r +
    7.868691311456132591e-4) *
    r +
    0.0148753612908506148525) *
    r +
    0.13692988092273580531) *
    r +
    0.59983220655588793769) *
    r +
    1);

/**
 * The z with P(Z ≥ z) = p, for p in (0, 1); relative error below 1e-14 down to p = 1e-300.
 * Wichura's AS 241, turned to the upper tail so that small p loses no digits.
 */
export const normalUpperTailInverse = (p: number): number => {
  if (p <= 0) return Number.POSITIVE_INFINITY;
  if (p >= 1) return Number.NEGATIVE_INFINITY;
  const q = 0.5 - p;
  if (Math.abs(q) <= 0.425) return q * centre(0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q > 0 ? p : 1 - p));
  const z = r <= 5 ? nearTail(r - 1.6) : farTail(r - 5);
  return q > 0 ? z : -z;
};
