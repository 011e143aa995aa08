import type { QueryAnswer } from '#ports/telemetry-store.ts';
import type { FoundPattern } from './report-patterns.ts';

interface Patterns {
  readonly patterns: readonly FoundPattern[];
  readonly disappeared: readonly FoundPattern[];
}

/**
 * A row for each pattern, what changed first and what is gone last. `lines` of the window, `share` from 0 to 1; both
 * are estimates where `estimated` is true. `times`: the rate of before, beyond the growth of all lines.
 */
export const patternsTable = ({
  patterns,
  disappeared,
}: Patterns): Pick<QueryAnswer, 'columns' | 'rows' | 'isCut'> => ({
  columns: [
    { name: 'pattern', type: 'text' },
    { name: 'lines', type: 'long' },
    { name: 'share', type: 'double' },
    { name: 'estimated', type: 'boolean' },
    { name: 'level', type: 'keyword' },
    { name: 'change', type: 'keyword' },
    { name: 'times', type: 'double' },
    { name: 'first_seen', type: 'date' },
    { name: 'last_seen', type: 'date' },
    { name: 'newest_line', type: 'text' },
  ],
  rows: [...patterns, ...disappeared].map(
    ({ text, lines, share, isEstimate, levels, comparison, firstSeenAt, lastSeenAt, example }) => [
      text,
      Math.round(lines),
      share,
      isEstimate,
      levels[0]?.level ?? null,
      comparison?.change ?? null,
      comparison === null || comparison.change === 'new' ? null : comparison.ratioBeyondGrowth,
      firstSeenAt?.toISOString() ?? null,
      lastSeenAt?.toISOString() ?? null,
      example,
    ],
  ),
  isCut: false,
});
