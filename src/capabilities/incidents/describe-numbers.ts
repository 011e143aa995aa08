const NBSP = '\u00a0';
const SIGNIFICANT_DIGITS = 3;

/** "2,310" */
export const describeCount = (count: number): string => Math.round(count).toLocaleString('en-US');

/** A rate in [0, 1] with at most three significant digits: "38.2 %". Only nothing is 0 %, and only all is 100 %. */
export const describeRate = (rate: number): string => {
  const exact = rate * 100;
  const digits = exact >= 1 ? 1 : 2;
  const rounded = Number(Number(exact.toPrecision(SIGNIFICANT_DIGITS)).toFixed(digits));
  if (rounded === 0 && rate > 0) return `under 0.01${NBSP}%`;
  return `${rounded >= 100 && rate < 1 ? 99.9 : rounded}${NBSP}%`;
};

/** "02:26 UTC", for where Slack dates do not work. */
export const describeClockTime = (at: Date): string => `${at.toISOString().slice(11, 16)}${NBSP}UTC`;
