import { MAX_ELEMENTS } from './context-keys.ts';
import { type Element, isVariable } from './element.ts';
import { hashText, join53, mixFirst, mixSecond } from './hash.ts';
import type { TemplateTable } from './template-table.ts';
import { createTwoGenerationMap } from './two-generation-map.ts';
import { isEvent } from './words.ts';

interface Prefix {
  readonly nextWords: Set<string>;
  ids: number[];
  merged: number | null;
}

// So many words in common, then so many different next ones: what follows is free text.
const MIN_PREFIX_WORDS = 4;
const MIN_NEXT_WORDS = 8;
const MAX_HOLDERS = 64;

/** Merges templates that begin alike and go on in free text. */
export interface FreeText {
  register(id: number, elements: readonly Element[]): void;
  sweep(): void;
}

export const createFreeText = (
  templates: TemplateTable,
  settings: { readonly maxTemplates: number; readonly seed: number },
): FreeText => {
  const prefixes = createTwoGenerationMap<number, Prefix>(settings.maxTemplates);

  const prefixOf = (key: number): Prefix => {
    const known = prefixes.get(key);
    if (known) return known;
    const prefix: Prefix = { nextWords: new Set(), ids: [], merged: null };
    prefixes.set(key, prefix);
    return prefix;
  };

  /** Whether the template is now one with all that begin so. */
  const registerAt = (key: number, id: number, next: Element): boolean => {
    const prefix = prefixOf(key);
    if (prefix.merged !== null) {
      templates.merge(prefix.merged, id, 'free-text');
      return true;
    }
    if (!isEvent(next.key)) prefix.nextWords.add(next.key);
    if (prefix.ids.length < MAX_HOLDERS) prefix.ids.push(id);
    if (prefix.nextWords.size < MIN_NEXT_WORDS) return false;
    const [root = id] = prefix.ids;
    for (const holder of prefix.ids) templates.merge(root, holder, 'free-text');
    prefix.merged = root;
    prefix.ids = [];
    prefix.nextWords.clear();
    return true;
  };

  return {
    register: (id, elements) => {
      let words = 0;
      let first = settings.seed ^ 7;
      let second = settings.seed ^ 11;
      for (const element of elements.slice(0, MAX_ELEMENTS)) {
        const isWord = !isVariable(element);
        if (isWord && words >= MIN_PREFIX_WORDS && registerAt(join53(first, second), id, element)) return;
        if (isWord) words += 1;
        const hash = hashText(element.key, settings.seed);
        first = mixFirst(first, hash);
        second = mixSecond(second, hash);
      }
    },
    sweep: () => {
      prefixes.revise((prefix) => {
        if (prefix.merged !== null && !templates.has(prefix.merged)) return undefined;
        if (prefix.merged !== null) prefix.merged = templates.resolve(prefix.merged);
        prefix.ids = prefix.ids.filter(templates.has).map(templates.resolve);
        return prefix;
      });
    },
  };
};
