import { listInWords } from '../text.ts';
import { formatCount, formatLatency } from '../numbers.ts';

/** Of what how many, "log" or "metric point"; null: not known how many. */
type Searched = readonly [count: number | null, what: string];

/** "searched 1,204,331 logs in 0.18 s"; "0.18 s" where it is not known how many. */
export const searchedWords = (searched: readonly Searched[], tookMs: number): string => {
  const took = formatLatency(tookMs);
  const counts = searched.flatMap(([count, what]) =>
    count === null ? [] : [`${formatCount(count)} ${count === 1 ? what : `${what}s`}`],
  );
  return counts.length === 0 ? took : `searched ${listInWords(counts)} in ${took}`;
};
