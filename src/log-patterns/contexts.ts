import { gapsOf, type Gap } from './context-keys.ts';
import { contextThreshold } from './context-threshold.ts';
import { type Element, isVariable, type Place, VARIABLE_ELEMENT } from './element.ts';
import type { TemplateTable } from './template-table.ts';
import { createTwoGenerationMap } from './two-generation-map.ts';
import { isEvent, isIdentifier } from './words.ts';

interface Context {
  /** Template by hash of the gap's words. */
  readonly values: Map<number, number>;
  readonly firstWords: Set<string>;
  readonly lastWords: Set<string>;
  names: number;
  identifiers: number;
  events: number;
  place: Place;
  /** A template that has a variable in the gap. */
  variableIn: number | null;
  /** What its templates became; null while the gap is not a variable. */
  generalised: number | null;
}

/**
 * Finds variables by what surrounds them: where many different words stand in the same gap between the
 * same words, their templates are merged, and later lines that fit the gap belong to them at once.
 */
export interface Contexts {
  /** The template of a generalised context that the elements fit; null if there is none. */
  find(elements: readonly Element[]): number | null;
  register(id: number, elements: readonly Element[]): void;
  /** Rewrites ids to those they became and forgets templates that are gone. */
  sweep(): void;
}

export interface ContextsDeps {
  readonly templates: TemplateTable;
  /** The id of the template with these elements, made if there is none. */
  readonly templateOf: (elements: readonly Element[]) => number;
}

const emptyContext = (): Context => ({
  values: new Map(),
  firstWords: new Set(),
  lastWords: new Set(),
  names: 0,
  identifiers: 0,
  events: 0,
  place: 'plain',
  variableIn: null,
  generalised: null,
});

const addValue = (context: Context, id: number, elements: readonly Element[], gap: Gap): void => {
  if (context.values.has(gap.valueHash)) return;
  const first = elements[gap.start];
  const last = elements[gap.start + gap.length - 1];
  if (!first || !last) return;
  context.values.set(gap.valueHash, id);
  context.firstWords.add(first.key);
  context.lastWords.add(last.key);
  if (first.kind === 'name') context.names += 1;
  else if (isEvent(first.key) || isEvent(last.key)) context.events += 1;
  else if (gap.length > 1 || isIdentifier(first.key)) context.identifiers += 1;
  if (first.place !== 'plain') context.place = first.place;
};

/** The elements with a variable in the gap; variables that touched it are part of that one. */
const generalise = (elements: readonly Element[], gap: Gap): readonly Element[] =>
  [...elements.slice(0, gap.before), VARIABLE_ELEMENT, ...elements.slice(gap.after)].filter(
    (element, at, all) => !(isVariable(element) && isVariable(all[at - 1])),
  );

export const createContexts = (
  { templates, templateOf }: ContextsDeps,
  settings: { readonly maxContexts: number; readonly seed: number },
): Contexts => {
  const { seed } = settings;
  const contexts = createTwoGenerationMap<number, Context>(settings.maxContexts / 2);

  const contextOf = (key: number): Context => {
    const known = contexts.get(key);
    if (known) return known;
    const context = emptyContext();
    contexts.set(key, context);
    return context;
  };

  const registerGap = (id: number, elements: readonly Element[], gap: Gap): void => {
    const context = contextOf(gap.key);
    if (context.generalised !== null) {
      templates.merge(context.generalised, id, 'context');
      return;
    }
    if (isVariable(elements[gap.start])) context.variableIn = id;
    else addValue(context, id, elements, gap);
    const { values, firstWords, lastWords, names, identifiers, events, place } = context;
    if (values.size === 0) return;
    const threshold = contextThreshold(elements, gap, {
      distinct: values.size,
      names,
      identifiers,
      events,
      place,
      hasVariable: context.variableIn !== null,
    });
    if (Math.min(values.size, firstWords.size, lastWords.size) < threshold) return;
    const holders = [...values.values(), ...(context.variableIn === null ? [] : [context.variableIn])];
    const [root = id] = holders;
    for (const holder of holders) templates.merge(root, holder, 'context');
    context.generalised = root;
    values.clear();
    firstWords.clear();
    lastWords.clear();
    templates.merge(root, templateOf(generalise(elements, gap)), 'context');
  };

  return {
    find: (elements) => {
      for (const gap of gapsOf(elements, seed)) {
        const generalised = contexts.get(gap.key)?.generalised ?? null;
        if (generalised !== null && templates.has(generalised)) return templates.resolve(generalised);
      }
      return null;
    },
    register: (id, elements) => {
      for (const gap of gapsOf(elements, seed)) registerGap(id, elements, gap);
    },
    sweep: () => {
      contexts.revise((context) => {
        if (context.generalised !== null && !templates.has(context.generalised)) return undefined;
        if (context.generalised !== null) context.generalised = templates.resolve(context.generalised);
        if (context.variableIn !== null) {
          context.variableIn = templates.has(context.variableIn) ? templates.resolve(context.variableIn) : null;
        }
        for (const [value, id] of context.values) {
          if (templates.has(id)) context.values.set(value, templates.resolve(id));
          else context.values.delete(value);
        }
        return context;
      });
    },
  };
};
