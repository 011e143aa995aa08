/** Reads each of a list of names once, as long as the list lives: every word of a question is compared with all. */
export const readNames = <Named>(read: (name: string) => Named): ((names: readonly string[]) => readonly Named[]) => {
  const known = new WeakMap<readonly string[], readonly Named[]>();
  return (names) => {
    const found = known.get(names) ?? names.map(read);
    known.set(names, found);
    return found;
  };
};
