import { MAX_ELEMENTS } from './context-keys.ts';
import { type Element, isVariable } from './element.ts';
import { hashText, join53, mixFirst, mixSecond } from './hash.ts';
import type { TemplateTable } from './template-table.ts';
import { createTwoGenerationMap } from './two-generation-map.ts';
import { isEvent } from './words.ts';

/** A word of each place; null where there is a variable. */
type Words = readonly (string | null)[];

interface Shape {
  members: { readonly words: Words; id: number }[];
  /** Found before: places that are constant, null where any word fits. */
  patterns: { readonly words: Words; id: number }[];
}

const MIN_LENGTH = 4;
const MAX_MEMBERS = 16;
const MAX_PATTERNS = 4;
const CONSTANT_SHARE = 0.75;
const MIN_CONSTANTS = 3;
const MIN_VALUES = 8;

const agrees = (pattern: Words, words: Words): boolean =>
  pattern.every((word, at) => word === null || word === words[at]);

/** The constant word of a place, no word where any fits, and null where neither is clear. */
const judgePlace = (members: readonly { readonly words: Words }[], at: number): { word: string | null } | null => {
  const counts = new Map<string | null, number>();
  for (const { words } of members) {
    const word = words[at] ?? null;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const [word, count] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  if (count >= CONSTANT_SHARE * members.length) return { word };
  const events = [...counts.keys()].filter((found) => found !== null && isEvent(found)).length;
  return counts.size >= MIN_VALUES && events * 2 <= counts.size ? { word: null } : null;
};

/** Which places are constant, where several others vary at once; null where that is not clear. */
const findPattern = (shape: Shape, elements: readonly Element[]): Words | null => {
  const pattern: (string | null)[] = [];
  let constants = 0;
  let words = 0;
  for (const [at, element] of elements.entries()) {
    if (isVariable(element)) {
      pattern.push(null);
      continue;
    }
    const place = judgePlace(shape.members, at);
    if (!place) return null;
    words += 1;
    if (place.word !== null) constants += 1;
    pattern.push(place.word);
  }
  return constants < words && constants >= MIN_CONSTANTS && constants * 2 >= words ? pattern : null;
};

/** The safety net for several words that vary at once: looks at all templates of one length, first word and variables. */
export interface Shapes {
  find(elements: readonly Element[]): number | null;
  register(id: number, elements: readonly Element[]): void;
  sweep(): void;
}

export const createShapes = (
  templates: TemplateTable,
  settings: { readonly maxTemplates: number; readonly seed: number },
): Shapes => {
  const shapes = createTwoGenerationMap<number, Shape>(settings.maxTemplates / 4);

  const keyOfShape = (elements: readonly Element[]): number => {
    let first = elements.length ^ settings.seed;
    let second = settings.seed ^ 99;
    for (const [at, element] of elements.entries()) {
      const mark = isVariable(element) ? 2 : at === 0 ? hashText(element.key, settings.seed) : 1;
      first = mixFirst(first, mark);
      second = mixSecond(second, mark);
    }
    return join53(first, second);
  };

  const mergeShape = (shape: Shape, elements: readonly Element[]): void => {
    const pattern = findPattern(shape, elements);
    if (pattern) {
      const members = shape.members.filter(({ id, words }) => agrees(pattern, words) && templates.has(id));
      const [first] = members;
      if (first && members.length >= MAX_MEMBERS / 2) {
        for (const { id } of members) templates.merge(first.id, id, 'shape');
        if (shape.patterns.length < MAX_PATTERNS) shape.patterns.push({ words: pattern, id: first.id });
      }
    }
    shape.members = shape.members.slice(MAX_MEMBERS / 2);
  };

  return {
    find: (elements) => {
      if (elements.length > MAX_ELEMENTS) return null;
      const patterns = shapes.get(keyOfShape(elements))?.patterns ?? [];
      const words = elements.map(({ key }) => key);
      const found = patterns.find(({ id, words: pattern }) => agrees(pattern, words) && templates.has(id));
      return found ? templates.resolve(found.id) : null;
    },
    register: (id, elements) => {
      if (elements.length < MIN_LENGTH || elements.length > MAX_ELEMENTS) return;
      const key = keyOfShape(elements);
      const shape = shapes.get(key) ?? { members: [], patterns: [] };
      if (shape.members.length === 0 && shape.patterns.length === 0) shapes.set(key, shape);
      shape.members.push({ id, words: elements.map((element) => (isVariable(element) ? null : element.key)) });
      if (shape.members.length >= MAX_MEMBERS) mergeShape(shape, elements);
    },
    sweep: () => {
      shapes.revise((shape) => {
        const alive = <Member extends { id: number }>(members: Member[]): Member[] => {
          const kept = members.filter(({ id }) => templates.has(id));
          for (const member of kept) member.id = templates.resolve(member.id);
          return kept;
        };
        shape.members = alive(shape.members);
        shape.patterns = alive(shape.patterns);
        return shape;
      });
    },
  };
};
