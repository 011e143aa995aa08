const MAX_SUGGESTIONS = 3;
// Of fewer letters too many names begin so.
const LEAST_PREFIX = 3;

/** Optimal string alignment: Levenshtein's distance, with two swapped neighbours as one change. */
const distance = (a: string, b: string): number => {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (beforePrevious[j - 2] ?? 0) + 1 : change;
      current.push(Math.min(change, swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
};

const nearest = (wanted: string, candidates: readonly string[]): readonly string[] => {
  const largest = Math.max(1, Math.floor(wanted.length / 3));
  const near = candidates
    .filter((candidate) => Math.abs(candidate.length - wanted.length) <= largest)
    .map((candidate) => ({ candidate, far: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ far }) => far <= largest)
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1));
  return near.filter(({ far }) => far === near[0]?.far).map(({ candidate }) => candidate);
};

/** `service` for `service.name`, `region` for `attributes.region`. */
const partOf = (wanted: string, candidates: readonly string[]): readonly string[] =>
  wanted.length < LEAST_PREFIX
    ? []
    : candidates
        .filter((candidate) => {
          const name = candidate.toLowerCase();
          return name.startsWith(`${wanted}.`) || name.startsWith(`${wanted}_`) || name.endsWith(`.${wanted}`);
        })
        .toSorted();

/** `, did you mean x?`, or nothing where no candidate is near, case ignored, nor has it for a part of its name. */
export const didYouMean = (written: string, candidates: Iterable<string>): string => {
  const wanted = written.toLowerCase();
  const all = [...candidates];
  const near = nearest(wanted, all);
  const best = near.length > 0 ? near : partOf(wanted, all);
  if (best.length === 0) return '';
  return best.length === 1
    ? `, did you mean ${best[0]}?`
    : `, did you mean one of ${best.slice(0, MAX_SUGGESTIONS).join(', ')}?`;
};
