/**
 * For each p-value the least false discovery rate at which it is still a discovery, in the order given;
 * rejecting those ≤ q keeps the expected share of false ones among them at q or below, for independent
 * or positively dependent tests (Benjamini & Hochberg, J. R. Stat. Soc. B 57, 1995).
 */
export const adjustForDiscoveries = (pValues: readonly number[]): readonly number[] => {
  const order = [...pValues.keys()].toSorted((a, b) => (pValues[b] ?? 1) - (pValues[a] ?? 1));
  const adjusted = pValues.map(() => 1);
  let least = 1;
  for (const [position, index] of order.entries()) {
    const rank = pValues.length - position;
    least = Math.min(least, ((pValues[index] ?? 1) * pValues.length) / rank);
    adjusted[index] = least;
  }
  return adjusted;
};
