const MAX_SUGGESTIONS = 3;

const distance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
};

/** `, did you mean [x]?`, or nothing where no candidate is near. Levenshtein's distance, case ignored. */
export const didYouMean = (written: string, candidates: Iterable<string>): string => {
  const wanted = written.toLowerCase();
  const largest = Math.max(1, Math.floor(wanted.length / 3));
  const near = [...candidates]
    .filter((candidate) => Math.abs(candidate.length - wanted.length) <= largest)
    .map((candidate) => ({ candidate, far: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ far }) => far <= largest)
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1));
  const best = near.filter(({ far }) => far === near[0]?.far).map(({ candidate }) => candidate);
  if (best.length === 0) return '';
  return best.length === 1
    ? `, did you mean [${best[0]}]?`
    : `, did you mean any of [${best.slice(0, MAX_SUGGESTIONS).join(', ')}]?`;
};
