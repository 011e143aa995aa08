const WILD = '*';

/** Whether some name fits both patterns, in which `*` stands for any characters, none included. */
export const globsOverlap = (one: string, other: string): boolean => {
  // The ends of `other` that a name can have reached which fits as much of `one` as was read.
  const skipWild = (from: ReadonlySet<number>): Set<number> => {
    const reached = new Set(from);
    for (const at of reached) if (other[at] === WILD) reached.add(at + 1);
    return reached;
  };
  let reached = skipWild(new Set([0]));
  for (const character of one) {
    const next = new Set<number>();
    for (const at of reached) {
      if (character === WILD) for (let to = at; to <= other.length; to += 1) next.add(to);
      else if (other[at] === WILD) next.add(at);
      else if (other[at] === character) next.add(at + 1);
    }
    reached = skipWild(next);
  }
  return reached.has(other.length);
};

/**
 * Whether a name is made of these parts in their order with any characters between them, as of a pattern that was
 * split at its `*`. Takes as long as both are long, however many parts there are: a regular expression of many `.*`
 * tries all ways to divide the name.
 */
export const fitsParts = (parts: readonly string[], name: string): boolean => {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return name === first;
  const end = name.length - last.length;
  if (!name.startsWith(first) || !name.endsWith(last) || first.length > end) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
};

/** Whether every name that begins with `prefix` fits the pattern. */
export const globCovers = (pattern: string, prefix: string): boolean =>
  pattern.endsWith(WILD) && !pattern.slice(0, -1).includes(WILD) && prefix.startsWith(pattern.slice(0, -1));
