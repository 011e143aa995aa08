/** How often a value was seen: at least `lines`, at most `atMost`. */
export interface FrequentValue {
  readonly text: string;
  readonly lines: number;
  readonly atMost: number;
}

interface Counter {
  count: number;
  /** By how much the count may be too high. */
  error: number;
}

/** The most frequent values of a variable in bounded memory (space-saving; Metwally, Agrawal & El Abbadi, ICDT 2005). */
export interface ValueCounts {
  add(text: string, lines: number): void;
  addAll(other: Pick<ValueCounts, 'entries'>): void;
  entries(): readonly FrequentValue[];
}

export const createValueCounts = (capacity: number): ValueCounts => {
  const counters = new Map<string, Counter>();
  const least = (): [string, Counter] | undefined => {
    let found: [string, Counter] | undefined;
    for (const entry of counters) if (!found || entry[1].count < found[1].count) found = entry;
    return found;
  };
  const add = (text: string, count: number, error: number): void => {
    const counter = counters.get(text);
    if (counter) {
      counter.count += count;
      counter.error += error;
      return;
    }
    const replaced = counters.size >= capacity ? least() : undefined;
    if (replaced) counters.delete(replaced[0]);
    const floor = replaced?.[1].count ?? 0;
    counters.set(text, { count: count + floor, error: error + floor });
  };
  return {
    add: (text, lines) => add(text, lines, 0),
    addAll: (other) => {
      for (const { text, lines, atMost } of other.entries()) add(text, atMost, atMost - lines);
    },
    entries: () =>
      [...counters]
        .map(([text, { count, error }]) => ({ text, lines: count - error, atMost: count }))
        .toSorted((a, b) => b.lines - a.lines || b.atMost - a.atMost),
  };
};
