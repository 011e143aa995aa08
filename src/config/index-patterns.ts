import { globCovers, globsOverlap } from '#kernel/globs.ts';

const MOST_PATTERNS = 50;
const PART = /^-?[a-z0-9.*][^\s"'`\\/<>|?#A-Z]*$/;

const partsOf = (patterns: string): readonly string[] => patterns.split(',').map((part) => part.trim());

/** Why indices cannot be read by this; null if they can. Names as Elasticsearch has them, `-` before what is left out. */
export const refusePatterns = (patterns: string): string | null => {
  const parts = partsOf(patterns);
  if (parts.length > MOST_PATTERNS) return `at most ${MOST_PATTERNS} patterns`;
  if (parts.some((part) => part.includes('::'))) return 'no :: in it: of a data stream its documents are read';
  if (parts.some((part) => part.includes(':'))) {
    return 'indices of the cluster that ELASTICSEARCH_URL names: detection joins its own tables, which are only there';
  }
  if (parts.some((part) => part.startsWith('<'))) return 'a pattern instead of date math, such as "app-logs-*"';
  if (parts.some((part) => !PART.test(part))) {
    return 'own, or names or patterns of indices, data streams and aliases joined by commas, such as "logs-*-*,-logs-debug-*"';
  }
  if (parts[0]?.startsWith('-')) return 'a pattern to read first, then with - what of it is left out';
  return null;
};

/** Why these may not be read by a Sentinel that writes under the prefix; null if they may. */
export const refuseOwnNames = (patterns: string, prefix: string): string | null => {
  const parts = partsOf(patterns);
  const written = `${prefix}*`;
  const isRead = parts.some(
    (part, at) =>
      !part.startsWith('-') &&
      globsOverlap(part, written) &&
      !parts.slice(at + 1).some((later) => later.startsWith('-') && globCovers(later.slice(1), prefix)),
  );
  if (!isRead) return null;
  return `names that ${written} cannot have, because Sentinel writes and deletes those: add ",-${written}", choose another elasticsearch.prefix, or say own`;
};

/** Without blanks between them, as Elasticsearch takes them. */
export const joinPatterns = (patterns: string): string => partsOf(patterns).join(',');
