import { type DisplayToken, foldDisplay } from './display.ts';
import { matchDisplay, type Range } from './match-display.ts';
import type { Template } from './template-table.ts';
import { createValueCounts, type FrequentValue, type ValueCounts } from './value-counts.ts';

// More counters than are shown, so that those shown are nearly exact.
const COUNTERS_PER_VALUE = 4;
const MAX_VALUE_CHARACTERS = 128;

/** What the variables of templates stand for, by the variables that are shown. */
export interface TemplateValues {
  count(template: Template, position: number, text: string): void;
  /** Carries over what still applies when a template shows other variables. */
  reshape(template: Template, before: readonly DisplayToken[], linesBefore: number): void;
  absorb(into: Template, from: Template): void;
  forget(id: number): void;
  /** By position of the variable. */
  of(template: Template): readonly (readonly FrequentValue[])[];
}

const variablesOf = (display: readonly DisplayToken[]) => foldDisplay(display).filter(({ isVariable }) => isVariable);

const textOf = (tokens: readonly DisplayToken[], { first, last }: Exclude<Range, null>): string =>
  tokens
    .slice(first, last + 1)
    .map((token, at) => `${at > 0 && token.hasSpaceBefore ? ' ' : ''}${token.text}`)
    .join('');

export const createTemplateValues = (valuesPerVariable: number): TemplateValues => {
  const capacity = valuesPerVariable * COUNTERS_PER_VALUE;
  const countsById = new Map<number, ValueCounts[]>();

  const countsOf = (template: Template): ValueCounts[] => {
    const known = countsById.get(template.id);
    if (known) return known;
    const counts = variablesOf(template.display).map(() => createValueCounts(capacity));
    countsById.set(template.id, counts);
    return counts;
  };

  /** What is known of the variables of one display, as far as it tells of those of another. */
  const project = (
    counts: readonly ValueCounts[],
    from: readonly DisplayToken[],
    lines: number,
    to: readonly DisplayToken[],
  ): ValueCounts[] => {
    const ranges = matchDisplay(to, from);
    const known = variablesOf(from);
    return variablesOf(to).map((_, position) => {
      const projected = createValueCounts(capacity);
      const range = ranges?.[position] ?? null;
      if (!range) return projected;
      const same = known.findIndex(({ first, last }) => first === range.first && last === range.last);
      const source = counts[same];
      if (source) projected.addAll(source);
      else if (lines > 0 && from.slice(range.first, range.last + 1).every(({ isVariable }) => !isVariable)) {
        projected.add(textOf(from, range).slice(0, MAX_VALUE_CHARACTERS), lines);
      }
      return projected;
    });
  };

  return {
    count: (template, position, text) => {
      countsOf(template)[position]?.add(text.slice(0, MAX_VALUE_CHARACTERS), 1);
    },
    reshape: (template, before, linesBefore) => {
      const counts = countsById.get(template.id) ?? [];
      countsById.set(template.id, project(counts, before, linesBefore, template.display));
    },
    absorb: (into, from) => {
      const added = project(countsById.get(from.id) ?? [], from.display, from.lines, into.display);
      for (const [position, counts] of countsOf(into).entries()) {
        const more = added[position];
        if (more) counts.addAll(more);
      }
      countsById.delete(from.id);
    },
    forget: (id) => {
      countsById.delete(id);
    },
    of: (template) => countsOf(template).map((counts) => counts.entries().slice(0, valuesPerVariable)),
  };
};
