const THOUSAND = 10_000;

/** Three significant digits, thousands and millions as letters. */
export const formatNumber = (value: number): string =>
  Math.abs(value) < THOUSAND
    ? Number(value.toPrecision(Math.abs(value) < 1000 ? 3 : 4)).toLocaleString('en-US', { maximumFractionDigits: 6 })
    : value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
