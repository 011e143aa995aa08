/**
 * The share of lines whose predicted group holds exactly the lines of their true group
 * (grouping accuracy; Zhu et al., "Tools and Benchmarks for Automated Log Parsing", ICSE-SEIP 2019).
 */
export const groupingAccuracy = (predicted: readonly unknown[], truth: readonly unknown[]): number => {
  const sizes = (groups: readonly unknown[]): ReadonlyMap<unknown, number> => {
    const counts = new Map<unknown, number>();
    for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
    return counts;
  };
  const predictedSizes = sizes(predicted);
  const trueSizes = sizes(truth);
  const shared = new Map<unknown, Map<unknown, number>>();
  for (const [line, group] of predicted.entries()) {
    const inTruth = shared.get(group) ?? new Map<unknown, number>();
    inTruth.set(truth[line], (inTruth.get(truth[line]) ?? 0) + 1);
    shared.set(group, inTruth);
  }
  let right = 0;
  for (const [group, inTruth] of shared) {
    const [[trueGroup, lines] = [undefined, 0]] = inTruth;
    if (predictedSizes.get(group) === lines && trueSizes.get(trueGroup) === lines) right += lines;
  }
  return truth.length === 0 ? 1 : right / truth.length;
};
