import { createContexts } from './contexts.ts';
import { displayOf, renderDisplay } from './display.ts';
import { type Element, isVariable, keyOf, VARIABLE_ELEMENT } from './element.ts';
import { findValues } from './find-values.ts';
import { createFreeText } from './free-text.ts';
import { createLineCache, type KnownLine } from './line-cache.ts';
import { matchDisplay } from './match-display.ts';
import { normalise } from './normalise.ts';
import { createScanner } from './scan-line.ts';
import { DEFAULT_MINER_SETTINGS, type MinerSettings } from './settings.ts';
import { createShapes } from './shapes.ts';
import { createTemplateTable, type Merge, type Template } from './template-table.ts';
import { createTemplateValues } from './template-values.ts';
import { type TokenLine, tokenLineOf } from './token-line.ts';
import { createTwoGenerationMap } from './two-generation-map.ts';
import type { FrequentValue } from './value-counts.ts';

export interface MinedTemplate {
  readonly id: number;
  /** 53 bits that are the same in every process for the same oldest line shape. */
  readonly hash: number;
  /** As people read it, with `<*>` for variables. Written by whoever wrote the lines: data, to be escaped. */
  readonly text: string;
  readonly lines: number;
  /** Lines came too fast to be told apart: only the first word is theirs in common. */
  readonly isCoarse: boolean;
  /** For each `<*>`, the most frequent values. */
  readonly variables: readonly (readonly FrequentValue[])[];
}

export interface Miner {
  /**
   * The id of the template that the line belongs to now. A later line may merge it into another:
   * `resolve` tells which. Ids count up from 0, and the oldest of merged ones stays.
   */
  add(line: string): number;
  /** What an id became; null once its template was forgotten, or so many merged that its fate was. */
  resolve(id: number): number | null;
  templates(): readonly MinedTemplate[];
  /** Lines of templates that were forgotten because there were too many. */
  forgottenLines(): number;
}

export interface MinerEvents {
  readonly onMerge?: (merge: Merge) => void;
}

const COARSE_KEY = '\u0006';

/**
 * Groups log messages into templates as they come: one pass, bounded memory, no rules for particular
 * systems. Templates are merged, never split. The same lines in the same order give the same templates.
 */
export const createMiner = (given: Partial<MinerSettings> = {}, { onMerge }: MinerEvents = {}): Miner => {
  const settings: MinerSettings = { ...DEFAULT_MINER_SETTINGS, ...given };
  const scanner = createScanner(settings);
  const lineCache = createLineCache(settings);
  const idByKey = createTwoGenerationMap<string, number>(settings.maxTemplates);
  const values = settings.valuesPerVariable > 0 ? createTemplateValues(settings.valuesPerVariable) : null;
  let lineNumber = 0;
  let budget = settings.creationBurst;
  let forgottenLines = 0;
  let needsSweep = false;

  const templates = createTemplateTable(
    {
      onMerge: onMerge ?? null,
      onReshape: (template, before, lines) => values?.reshape(template, before, lines),
      onAbsorb: (into, from) => values?.absorb(into, from),
      currentLine: () => lineNumber,
    },
    settings,
  );

  const make = (key: string, isCoarse: boolean): number => {
    const id = templates.create(key, isCoarse, lineNumber);
    idByKey.set(key, id);
    return id;
  };

  const knownId = (key: string): number | null => {
    const id = idByKey.get(key);
    return id !== undefined && templates.has(id) ? id : null;
  };

  const create = (key: string, elements: readonly Element[]): number => {
    const id = make(key, false);
    contexts.register(id, elements);
    freeText.register(id, elements);
    shapes.register(id, elements);
    if (templates.isFull()) needsSweep = true;
    return id;
  };

  const contexts = createContexts(
    {
      templates,
      templateOf: (elements) => {
        const key = keyOf(elements);
        return knownId(key) ?? create(key, elements);
      },
    },
    settings,
  );
  const freeText = createFreeText(templates, settings);
  const shapes = createShapes(templates, settings);

  /** For novel lines while too many come: one template for each first word. */
  const coarseIdOf = (elements: readonly Element[]): number => {
    const [first, ...rest] = elements;
    const coarse = [...(first ? [first] : []), ...(rest.length > 0 && !isVariable(first) ? [VARIABLE_ELEMENT] : [])];
    const key = `${COARSE_KEY}${keyOf(coarse)}`;
    const id = knownId(key) ?? make(key, true);
    if (templates.isFull()) needsSweep = true;
    return id;
  };

  const idOf = (elements: readonly Element[]): number => {
    const key = keyOf(elements);
    const known = knownId(key) ?? contexts.find(elements) ?? shapes.find(elements);
    if (known !== null) return known;
    if (budget < 1) return coarseIdOf(elements);
    budget -= 1;
    return create(key, elements);
  };

  const readTokens = (line: string): { readonly tokens: TokenLine; readonly units: ReadonlySet<number> } => {
    const tokens = tokenLineOf(line, scanner);
    return { tokens, units: findValues(tokens) };
  };

  const learn = (line: string): KnownLine => {
    const { tokens, units } = readTokens(line);
    const id = idOf(normalise(tokens));
    templates.extendDisplay(id, displayOf(tokens, units));
    return lineCache.remember(line, scanner, id);
  };

  /** A name that differs from that of the lines before shows that it varies. */
  const learnNames = (line: string, known: KnownLine): void => {
    const { starts, ends } = scanner;
    const isSame = ({ token, text }: { token: number; text: string }): boolean =>
      text.length === (ends[token] ?? 0) - (starts[token] ?? 0) && line.startsWith(text, starts[token]);
    if (known.names.every(isSame)) return;
    known.names = known.names.filter(isSame);
    const { tokens, units } = readTokens(line);
    templates.extendDisplay(known.id, displayOf(tokens, units));
  };

  const countValues = (line: string, known: KnownLine, template: Template): void => {
    if (!values) return;
    if (known.variables?.display !== template.display) {
      const { tokens, units } = readTokens(line);
      known.variables = {
        display: template.display,
        ranges: matchDisplay(template.display, displayOf(tokens, units)),
      };
    }
    for (const [position, range] of known.variables.ranges?.entries() ?? []) {
      if (range) values.count(template, position, line.slice(scanner.starts[range.first], scanner.ends[range.last]));
    }
  };

  const resolve = (id: number): number | null => (templates.has(id) ? templates.resolve(id) : null);

  const sweep = (): void => {
    needsSweep = false;
    for (const { id, lines } of templates.evict()) {
      forgottenLines += lines;
      values?.forget(id);
    }
    lineCache.sweep(resolve);
    idByKey.revise((id) => resolve(id) ?? undefined);
    contexts.sweep();
    freeText.sweep();
    shapes.sweep();
    templates.dropAliases();
  };

  return {
    add: (line) => {
      scanner.scan(line);
      let known = lineCache.find(line, scanner);
      if (known === undefined) known = learn(line);
      else if (known.names.length > 0) learnNames(line, known);
      const template = templates.get(known.id);
      if (template === undefined) return known.id;
      known.id = template.id;
      lineNumber += 1;
      template.lines += 1;
      template.lastLine = lineNumber;
      countValues(line, known, template);
      budget = Math.min(settings.creationBurst, budget + settings.creationPerLine);
      if (needsSweep) sweep();
      return template.id;
    },
    resolve,
    templates: () =>
      [...templates.all.values()].map((template) => ({
        id: template.id,
        hash: template.hash,
        text: renderDisplay(template.display),
        lines: template.lines,
        isCoarse: template.isCoarse,
        variables: values?.of(template) ?? [],
      })),
    forgottenLines: () => forgottenLines,
  };
};
