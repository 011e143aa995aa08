import { createMiner, type MinedTemplate } from '#log-patterns/miner.ts';
import { createValueCounts, type FrequentValue } from '#log-patterns/value-counts.ts';
import { type LogLine, minuteOf } from './read-lines.ts';
import { type ByStratum, eachStratum, type Stratum } from './strata.ts';

/** Lines of one pattern in the window or in the baseline. */
export interface SideTally {
  lines: number;
  readonly minutes: Set<number>;
  /** Those of lines that the sampling of either stratum reads. */
  readonly commonMinutes: Set<number>;
}

/** What was seen of one pattern among the lines that are read alike. */
export interface StratumTally {
  readonly window: SideTally;
  readonly baseline: SideTally;
  /** Lines by part of the baseline. */
  readonly parts: Map<number, number>;
}

/** What was seen of one pattern. */
export interface PatternTally {
  readonly strata: ByStratum<StratumTally>;
  /** In the window. */
  readonly levels: Map<string, number>;
  firstSeenMs: number;
  lastSeenMs: number;
  example: string;
}

export interface Tallied {
  readonly template: MinedTemplate;
  readonly tally: PatternTally;
}

export interface ReadAs {
  readonly stratum: Stratum;
  /** The sampling of either stratum reads a line of that time. */
  readonly isCommon: boolean;
}

export interface LineTallies {
  /** Lines of window and baseline; each of the two strata in order of time. */
  add(line: LogLine, part: number | 'window', readAs: ReadAs): void;
  /** Patterns that are still known, each with its template; no two of the same text, but for coarse ones. */
  list(): readonly Tallied[];
}

// Of a message that is shown as it was written.
const MAX_EXAMPLE_CHARACTERS = 1_000;
const VALUES_PER_VARIABLE = 8;

const emptySide = (): SideTally => ({ lines: 0, minutes: new Set(), commonMinutes: new Set() });

const emptyTally = (): PatternTally => ({
  strata: eachStratum(() => ({ window: emptySide(), baseline: emptySide(), parts: new Map() })),
  levels: new Map(),
  firstSeenMs: Infinity,
  lastSeenMs: -Infinity,
  example: '',
});

const addSide = (into: SideTally, from: SideTally): void => {
  into.lines += from.lines;
  for (const minute of from.minutes) into.minutes.add(minute);
  for (const minute of from.commonMinutes) into.commonMinutes.add(minute);
};

const addCounts = <Key>(into: Map<Key, number>, from: ReadonlyMap<Key, number>): void => {
  for (const [key, count] of from) into.set(key, (into.get(key) ?? 0) + count);
};

const addStratum = (into: StratumTally, from: StratumTally): void => {
  addSide(into.window, from.window);
  addSide(into.baseline, from.baseline);
  addCounts(into.parts, from.parts);
};

const addTally = (into: PatternTally, from: PatternTally): void => {
  addStratum(into.strata.errors, from.strata.errors);
  addStratum(into.strata.others, from.strata.others);
  addCounts(into.levels, from.levels);
  if (from.lastSeenMs > into.lastSeenMs && from.example !== '') into.example = from.example;
  into.firstSeenMs = Math.min(into.firstSeenMs, from.firstSeenMs);
  into.lastSeenMs = Math.max(into.lastSeenMs, from.lastSeenMs);
};

/**
 * Ids of another shape make a template of their own that reads the same. Apart, each would have a part of the
 * counts that the comparison stands on, and the reader could not tell them from each other.
 */
const joinSameTexts = (all: readonly Tallied[]): readonly Tallied[] => {
  const byText = Map.groupBy(all, ({ template: { id, isCoarse, text } }) => (isCoarse ? id : text));
  return [...byText.values()].flatMap((same) => {
    const [oldest] = same.toSorted((a, b) => a.template.id - b.template.id);
    if (oldest === undefined || same.length === 1) return same;
    const tally = emptyTally();
    for (const each of same) addTally(tally, each.tally);
    const templates = same.map(({ template }) => template);
    const lines = templates.reduce((sum, template) => sum + template.lines, 0);
    return [{ template: { ...oldest.template, lines, variables: joinVariables(templates) }, tally }];
  });
};

const joinVariables = (templates: readonly MinedTemplate[]): readonly (readonly FrequentValue[])[] => {
  const positions = Math.max(...templates.map(({ variables }) => variables.length));
  return Array.from({ length: positions }, (_, position) => {
    const values = createValueCounts(VALUES_PER_VARIABLE);
    for (const { variables } of templates) values.addAll({ entries: () => variables[position] ?? [] });
    return values.entries();
  });
};

/** Groups lines as they come and counts them by pattern; merged patterns are counted together. */
export const createLineTallies = (seed: number): LineTallies => {
  const tallies = new Map<number, PatternTally>();
  const tallyOf = (id: number): PatternTally => {
    const known = tallies.get(id);
    if (known) return known;
    const tally = emptyTally();
    tallies.set(id, tally);
    return tally;
  };
  const miner = createMiner(
    { seed, valuesPerVariable: VALUES_PER_VARIABLE },
    {
      onMerge: ({ from, into }) => {
        const merged = tallies.get(from);
        if (!merged) return;
        tallies.delete(from);
        addTally(tallyOf(into), merged);
      },
    },
  );
  return {
    add: ({ atMs, level, message }, part, { stratum, isCommon }) => {
      const tally = tallyOf(miner.add(message));
      const { window, baseline, parts } = tally.strata[stratum];
      const side = part === 'window' ? window : baseline;
      side.lines += 1;
      side.minutes.add(minuteOf(atMs));
      if (isCommon) side.commonMinutes.add(minuteOf(atMs));
      if (part !== 'window') {
        parts.set(part, (parts.get(part) ?? 0) + 1);
        return;
      }
      if (level !== null) tally.levels.set(level, (tally.levels.get(level) ?? 0) + 1);
      tally.firstSeenMs = Math.min(tally.firstSeenMs, atMs);
      if (atMs >= tally.lastSeenMs) tally.example = message.slice(0, MAX_EXAMPLE_CHARACTERS);
      tally.lastSeenMs = Math.max(tally.lastSeenMs, atMs);
    },
    list: () =>
      joinSameTexts(
        miner.templates().flatMap((template) => {
          const tally = tallies.get(template.id);
          return tally ? [{ template, tally }] : [];
        }),
      ),
  };
};
