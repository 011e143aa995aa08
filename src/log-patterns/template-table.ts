import { alignDisplays } from './align-displays.ts';
import { type DisplayToken, renderDisplay } from './display.ts';
import { stableHash53 } from './hash.ts';

export interface Template {
  readonly id: number;
  /** Of the oldest line shape in it: the same in every process, so that links outlive a restart. */
  readonly hash: number;
  /** Novel lines came too fast to be told apart: only the first word is theirs in common. */
  readonly isCoarse: boolean;
  lines: number;
  /** Number of the line that came last. */
  lastLine: number;
  display: readonly DisplayToken[];
}

export type MergeReason = 'context' | 'free-text' | 'shape';

/** One template became part of another. */
export interface Merge {
  readonly from: number;
  readonly into: number;
  readonly fromHash: number;
  readonly intoHash: number;
  readonly reason: MergeReason;
  /** The template that was kept, before and after. */
  readonly before: string;
  readonly after: string;
  /** Number of the line that caused it. */
  readonly atLine: number;
}

/** Templates by id, and which ids became others. Templates are only ever merged; the oldest gives the id. */
export interface TemplateTable {
  create(key: string, isCoarse: boolean, line: number): number;
  has(id: number): boolean;
  get(id: number): Template | undefined;
  /** The id that an id became; itself if it became none. */
  resolve(id: number): number;
  merge(a: number, b: number, reason: MergeReason): void;
  extendDisplay(id: number, display: readonly DisplayToken[]): void;
  readonly all: ReadonlyMap<number, Template>;
  isFull(): boolean;
  /** Forgets the templates seen longest ago and returns them. */
  evict(): readonly Template[];
  /** To be called once nothing refers to an id that became another. */
  dropAliases(): void;
}

// Evicted down to this share, so that evictions stay rare.
const KEPT_SHARE = 0.75;
const OVERFLOW = 1.25;

export interface TemplateTableDeps {
  readonly onMerge: ((merge: Merge) => void) | null;
  /** The template shows other variables than before, when it had so many lines. */
  readonly onReshape: (template: Template, before: readonly DisplayToken[], linesBefore: number) => void;
  readonly onAbsorb: (into: Template, from: Template) => void;
  readonly currentLine: () => number;
}

export const createTemplateTable = (
  deps: TemplateTableDeps,
  limits: { readonly maxTemplates: number; readonly maxAliases: number },
): TemplateTable => {
  const { onMerge } = deps;
  const templates = new Map<number, Template>();
  const aliases = new Map<number, number>();
  let nextId = 0;

  const resolve = (id: number): number => {
    let parent = aliases.get(id);
    if (parent === undefined) return id;
    let at = id;
    for (let next = aliases.get(parent); next !== undefined; next = aliases.get(parent)) {
      aliases.set(at, next);
      at = parent;
      parent = next;
    }
    return parent;
  };

  const extend = (template: Template, display: readonly DisplayToken[]): void => {
    const before = template.display;
    template.display = before.length === 0 ? display : alignDisplays(before, display);
    if (template.display !== before) deps.onReshape(template, before, template.lines);
  };

  return {
    all: templates,
    create: (key, isCoarse, line) => {
      const id = nextId;
      nextId += 1;
      templates.set(id, { id, hash: stableHash53(key), isCoarse, lines: 0, lastLine: line, display: [] });
      return id;
    },
    has: (id) => templates.has(resolve(id)),
    get: (id) => templates.get(resolve(id)),
    resolve,
    merge: (a, b, reason) => {
      const first = resolve(a);
      const second = resolve(b);
      if (first === second) return;
      const into = templates.get(Math.min(first, second));
      const from = templates.get(Math.max(first, second));
      if (!into || !from) return;
      const before = onMerge ? renderDisplay(into.display) : '';
      aliases.set(from.id, into.id);
      templates.delete(from.id);
      if (from.display.length > 0) extend(into, from.display);
      deps.onAbsorb(into, from);
      into.lines += from.lines;
      into.lastLine = Math.max(into.lastLine, from.lastLine);
      onMerge?.({
        from: from.id,
        into: into.id,
        fromHash: from.hash,
        intoHash: into.hash,
        reason,
        before,
        after: renderDisplay(into.display),
        atLine: deps.currentLine(),
      });
    },
    extendDisplay: (id, display) => {
      const template = templates.get(resolve(id));
      if (template) extend(template, display);
    },
    isFull: () => templates.size > OVERFLOW * limits.maxTemplates || aliases.size > limits.maxAliases,
    evict: () => {
      const surplus = templates.size - Math.ceil(KEPT_SHARE * limits.maxTemplates);
      if (templates.size <= limits.maxTemplates) return [];
      const evicted = [...templates.values()].toSorted((a, b) => a.lastLine - b.lastLine).slice(0, surplus);
      for (const { id } of evicted) templates.delete(id);
      return evicted;
    },
    dropAliases: () => aliases.clear(),
  };
};
