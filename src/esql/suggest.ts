import { nearestNames } from '#kernel/nearest-names.ts';

const MAX_SUGGESTIONS = 3;
// Of fewer letters too many names begin so.
const LEAST_PREFIX = 3;

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

/** `, did you mean [x]?`, or nothing where no candidate is near, case ignored, nor has it for a part of its name. */
export const didYouMean = (written: string, candidates: Iterable<string>): string => {
  const wanted = written.toLowerCase();
  const all = [...candidates];
  const near = nearestNames(wanted, all).toSorted();
  const best = near.length > 0 ? near : partOf(wanted, all);
  if (best.length === 0) return '';
  return best.length === 1
    ? `, did you mean [${best[0]}]?`
    : `, did you mean any of [${best.slice(0, MAX_SUGGESTIONS).join(', ')}]?`;
};

/** `logs, spans and metrics`. */
export const inWords = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
