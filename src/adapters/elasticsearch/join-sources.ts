import { AppError } from '#kernel/errors.ts';
import { globsOverlap } from '#kernel/globs.ts';

/** A part of FROM. */
export interface SourcePart {
  readonly pattern: string;
  readonly isExcluded: boolean;
}

const partsOf = (patterns: string): readonly SourcePart[] =>
  patterns
    .split(',')
    .map((part) =>
      part.startsWith('-') ? { pattern: part.slice(1), isExcluded: true } : { pattern: part, isExcluded: false },
    );

const takesFrom = (later: readonly SourcePart[], earlier: readonly SourcePart[]): boolean =>
  later.some(
    (left) => left.isExcluded && earlier.some((read) => !read.isExcluded && globsOverlap(left.pattern, read.pattern)),
  );

const unjoinable = (): AppError =>
  new AppError({
    code: 'rejected',
    isRetryable: false,
    userMessage:
      'These indices cannot be asked together: what elasticsearch.indices leaves out of one would be left out of the other as well. Ask one of them at a time.',
  });

/**
 * The patterns of several sources as one FROM. What a source leaves out is left out of everything
 * before it, so a source comes after those that would take something from it. Throws AppError if
 * there is no such order.
 */
export const joinSources = (sources: readonly string[]): readonly SourcePart[] => {
  const left = [...new Set(sources)].map(partsOf);
  const joined: SourcePart[] = [];
  while (left.length > 0) {
    const at = left.findIndex(
      (source, index) => !left.some((later, other) => other !== index && takesFrom(later, source)),
    );
    if (at < 0) throw unjoinable();
    joined.push(...left.splice(at, 1).flat());
  }
  return joined;
};
