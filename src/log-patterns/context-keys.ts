import { type Element, isVariable } from './element.ts';
import { hashText, join53, mixFirst, mixSecond } from './hash.ts';

// Longer sequences are not merged by their contexts.
export const MAX_ELEMENTS = 48;
const MAX_GAP = 3;

/** The elements around a gap of 1 to 3 words, or of a variable. */
export interface Gap {
  /** Of the context: what stands before, how wide the gap is, what stands after. */
  readonly key: number;
  /** Of what stands in the gap. */
  readonly valueHash: number;
  readonly start: number;
  readonly length: number;
  /** The context without variables that touch the gap: elements before `before`, and those from `after`. */
  readonly before: number;
  readonly after: number;
  readonly touchesVariable: boolean;
  /** Words and names outside the gap. */
  readonly contextWords: number;
}

interface Fingerprints {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

const fingerprint = (hashes: readonly number[], seed: number): Fingerprints => {
  const first = new Int32Array(hashes.length + 1);
  const second = new Int32Array(hashes.length + 1);
  first[0] = seed ^ 17;
  second[0] = seed ^ 31;
  for (const [at, hash] of hashes.entries()) {
    first[at + 1] = mixFirst(first[at] ?? 0, hash);
    second[at + 1] = mixSecond(second[at] ?? 0, hash);
  }
  return { first, second };
};

/** Each gap of the elements, from left to right and narrow to wide. */
export const gapsOf = (elements: readonly Element[], seed: number): readonly Gap[] => {
  const count = elements.length;
  if (count > MAX_ELEMENTS) return [];
  const hashes = elements.map(({ key }) => hashText(key, seed));
  const prefixes = fingerprint(hashes, seed);
  const suffixes = fingerprint(hashes.toReversed(), ~seed);
  const words = elements.filter((element) => !isVariable(element)).length;
  const gaps: Gap[] = [];
  for (const [start, element] of elements.entries()) {
    const isWord = !isVariable(element);
    let valueHash = seed ^ 5;
    for (let length = 1; length <= (isWord ? MAX_GAP : 1) && start + length <= count; length += 1) {
      if (length > 1 && isVariable(elements[start + length - 1])) break;
      const contextWords = words - (isWord ? length : 0);
      if (contextWords < 1) break;
      valueHash = mixFirst(valueHash, hashes[start + length - 1] ?? 0);
      const variableBefore = isVariable(elements[start - 1]);
      const variableAfter = isVariable(elements[start + length]);
      const before = variableBefore ? start - 1 : start;
      const after = variableAfter ? start + length + 1 : start + length;
      const key = join53(
        mixFirst(mixFirst(prefixes.first[before] ?? 0, length), suffixes.first[count - after] ?? 0),
        mixSecond(mixSecond(prefixes.second[before] ?? 0, length), suffixes.second[count - after] ?? 0),
      );
      const touchesVariable = variableBefore || variableAfter;
      gaps.push({ key, valueHash, start, length, before, after, touchesVariable, contextWords });
    }
  }
  return gaps;
};
