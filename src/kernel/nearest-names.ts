/**
 * The known names that were most likely meant, those as near as the nearest, in the order of `known`; none if no
 * name is close. Close is at most a third of the letters of the longer one wrong, or one letter, and never more
 * than `mostEdits` nor all of the name. By optimal string alignment (Levenshtein's distance, with two swapped
 * neighbours as one change), without regard to case.
 */
export const nearestNames = (written: string, known: readonly string[], mostEdits = Infinity): readonly string[] => {
  const word = written.toLowerCase();
  const near = known.flatMap((name) => {
    const longer = Math.max(word.length, name.length);
    const most = Math.min(mostEdits, Math.max(1, Math.floor(longer / 3)), name.length - 1);
    if (Math.abs(word.length - name.length) > most) return [];
    const edits = editDistance(word, name.toLowerCase());
    return edits <= most ? [{ name, edits }] : [];
  });
  const least = Math.min(...near.map(({ edits }) => edits));
  return near.filter(({ edits }) => edits === least).map(({ name }) => name);
};

const editDistance = (a: string, b: string): number => {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
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
