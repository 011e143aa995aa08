export type { Comparison, PatternChange } from './compare-windows.ts';
export { patternsTable } from './patterns-table.ts';
export { queryOfPattern } from './query-of-pattern.ts';
export { type PatternsInput, readPatterns, type ReadPatternsDeps, type ReadPatternsOutcome } from './read-patterns.ts';
export type { PatternGap } from './pattern-gaps.ts';
export type { LevelFilter } from './read-lines.ts';
export { type FoundPattern, isOfErrors } from './report-patterns.ts';
