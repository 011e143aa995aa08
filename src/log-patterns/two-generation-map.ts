/** At most twice `capacity` entries; those not touched for a generation go. About least recently used, each step O(1). */
export interface TwoGenerationMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  /** Replaces each value by what `revise` returns, or deletes the entry where that is undefined. */
  revise(revise: (value: Value) => Value | undefined): void;
}

export const createTwoGenerationMap = <Key, Value>(capacity: number): TwoGenerationMap<Key, Value> => {
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();
  const set = (key: Key, value: Value): void => {
    if (young.size >= capacity) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };
  return {
    get: (key) => {
      const value = young.get(key);
      if (value !== undefined) return value;
      const aged = old.get(key);
      if (aged === undefined) return undefined;
      old.delete(key);
      set(key, aged);
      return aged;
    },
    set,
    revise: (revise) => {
      for (const generation of [young, old]) {
        for (const [key, value] of generation) {
          const revised = revise(value);
          if (revised === undefined) generation.delete(key);
          else generation.set(key, revised);
        }
      }
    },
  };
};
