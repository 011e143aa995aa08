import type {
  ColumnReference,
  Expression,
  Field,
  IndexPattern,
  Literal,
  PlainName,
  ProcessingCommand,
  Query,
  Renaming,
  Span,
} from '#esql/ast.ts';
import { isCategorize } from '#esql/check/check-categorize.ts';
import type { CheckedQuery } from '#esql/checked-query.ts';
import type { FromStep } from '#esql/plan.ts';
import { printQuery } from '#esql/print-query.ts';
import type { FieldType } from '#esql/schema.ts';
import { invariant } from '#kernel/invariant.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import { joinSources } from './join-sources.ts';
import { nameIndex } from './name-index.ts';
import { placeParameters } from './place-parameters.ts';
import type { Conversion, FieldSource, KindFields } from './read-fields.ts';
import { type ReadFields, rewriteSearches, searchesUnknownFields } from './rewrite-searches.ts';
import { mentionedNames } from './mentioned-names.ts';

export interface RewriteOptions {
  /** What NOW() is. */
  readonly now: Date;
  readonly range?: TimeWindow | undefined;
  readonly fieldsOf: (kind: TelemetryKind) => KindFields;
  readonly patternOf: (kind: TelemetryKind) => string;
  /** The index that a lookup table is in. */
  readonly lookupIndexOf: (table: string) => string;
}

const ATTRIBUTE_PREFIX = 'attributes.';
const NOWHERE: Span = { start: 0, end: 0 };

const name = (text: string): PlainName => ({ kind: 'name', name: text, span: NOWHERE });
const column = (text: string): ColumnReference => ({ kind: 'column', name: name(text), span: NOWHERE });
const literal = (value: Literal['literal']): Literal => ({ kind: 'literal', literal: value, span: NOWHERE });
const text = (value: string): Literal => literal({ type: 'keyword', value });
const call = (of: string, ...values: readonly Expression[]): Expression => ({
  kind: 'call',
  function: of,
  arguments: values,
  span: NOWHERE,
});
const compare = (left: Expression, operator: '==' | '>=' | '<' | '/', right: Expression): Expression => ({
  kind: 'binary',
  left,
  operator,
  right,
  span: NOWHERE,
});

const CASTS: Readonly<Record<FieldType, string>> = {
  boolean: 'TO_BOOLEAN',
  integer: 'TO_INTEGER',
  long: 'TO_LONG',
  double: 'TO_DOUBLE',
  keyword: 'TO_STRING',
  text: 'TO_STRING',
  date: 'TO_DATETIME',
  date_nanos: 'TO_DATE_NANOS',
  unsigned_long: 'TO_UNSIGNED_LONG',
  version: 'TO_VERSION',
  ip: 'TO_IP',
  null: 'TO_STRING',
};

const convert = (stored: string, conversion: Conversion): Expression => {
  switch (conversion.kind) {
    case 'cast':
      return call(CASTS[conversion.type], column(stored));
    case 'divide':
      return compare(column(stored), '/', literal({ type: 'double', value: conversion.by }));
    case 'lower-case':
      return call('TO_LOWER', call('TO_STRING', column(stored)));
    case 'words': {
      const pairs = Object.entries(conversion.words).flatMap(([ours, theirs]) => [
        compare(column(stored), '==', text(theirs)),
        text(ours),
      ]);
      return call('CASE', ...pairs);
    }
  }
};

const expressionOf = (source: FieldSource): Expression => {
  switch (source.kind) {
    case 'field':
      return column(source.name);
    case 'converted':
      return convert(source.name, source.conversion);
    case 'absent':
      return call(CASTS[source.type], literal({ type: 'null' }));
  }
};

/** The kinds' own sources of one field, each once; a kind without the field has none. */
const sourcesOf = (field: string, kinds: readonly KindFields[]): readonly FieldSource[] => {
  const found = kinds.flatMap(({ sources }) => sources.get(field) ?? []);
  const present = found.filter(({ kind }) => kind !== 'absent');
  const different = new Map((present.length > 0 ? present : found).map((source) => [JSON.stringify(source), source]));
  return [...different.values()];
};

/** Commands after which the documents' fields have the names, types and units that queries know. */
const translateFields = (needed: readonly string[], kinds: readonly KindFields[]): readonly ProcessingCommand[] => {
  const computed: Field[] = [];
  const renamings: Renaming[] = [];
  for (const field of needed) {
    const sources = sourcesOf(field, kinds);
    const [only] = sources;
    if (!only) continue;
    if (sources.length === 1 && only.kind === 'field') {
      if (only.name !== field) renamings.push({ from: name(only.name), to: name(field), span: NOWHERE });
      continue;
    }
    const values = sources.map(expressionOf);
    const [first] = values;
    invariant(first, 'a field has a source');
    computed.push({
      name: name(field),
      expression: values.length === 1 ? first : call('COALESCE', ...values),
      span: NOWHERE,
    });
  }
  const isAttribute = ({ to }: Renaming): boolean => to.kind === 'name' && to.name.startsWith(ATTRIBUTE_PREFIX);
  const rename = (these: readonly Renaming[]): readonly ProcessingCommand[] =>
    these.length === 0 ? [] : [{ kind: 'rename', renamings: these, span: NOWHERE }];
  return [
    // Attributes first: what they are called in documents may be the name of a field of ours.
    ...rename(renamings.filter(isAttribute)),
    ...(computed.length === 0 ? [] : [{ kind: 'eval', fields: computed, span: NOWHERE } as const]),
    ...rename(renamings.filter((renaming) => !isAttribute(renaming))),
  ];
};

const within = (instant: Expression, { from, to }: TimeWindow): ProcessingCommand => ({
  kind: 'where',
  condition: {
    kind: 'and',
    operands: [compare(instant, '>=', text(from.toISOString())), compare(instant, '<', text(to.toISOString()))],
    span: NOWHERE,
  },
  span: NOWHERE,
});

/** Every field of Sentinel's, and of the attributes those that the query names or returns. */
const neededFields = (query: CheckedQuery, kinds: readonly KindFields[]): readonly string[] => {
  const isMentioned = mentionedNames(query.ast);
  const returned = new Set(query.columns.map((returnedColumn) => returnedColumn.name));
  const all = new Set(kinds.flatMap(({ sources }) => [...sources.keys()]));
  return [...all].filter((field) => !field.startsWith(ATTRIBUTE_PREFIX) || returned.has(field) || isMentioned(field));
};

/** When a row was written, as it is stored wherever that can be compared: the index answers then. */
const storedInstants = (kinds: readonly KindFields[]): readonly Expression[] => {
  const present = sourcesOf('@timestamp', kinds).filter((source) => source.kind !== 'absent');
  const isMixed = (source: FieldSource): boolean =>
    source.kind === 'converted' && source.conversion.kind === 'cast' && source.conversion.isMixed;
  const instants = present.map((source) => (isMixed(source) ? expressionOf(source) : column(source.name)));
  return [...new Map(instants.map((instant) => [JSON.stringify(instant), instant])).values()];
};

const fromDocuments = (
  query: CheckedQuery,
  step: FromStep,
  commands: readonly ProcessingCommand[],
  options: RewriteOptions,
) => {
  const names = step.indices.map((index) => index.name as TelemetryKind);
  const kinds = names.map(options.fieldsOf);
  const indices = joinSources(names.map(options.patternOf)).map((part): IndexPattern => ({ ...part, span: NOWHERE }));
  const { range } = options;
  const translated = translateFields(neededFields(query, kinds), kinds);
  const fields = readFields(query, kinds);
  const isAsStored = translated.length === 0 && !searchesUnknownFields(commands, fields);
  const { first, rest } = isAsStored ? { first: [], rest: commands } : rewriteSearches(commands, fields);
  return {
    source: { kind: 'from', indices, metadata: step.indexColumn ? [name('_index')] : [], span: NOWHERE } as const,
    commands: [
      ...(range ? storedInstants(kinds).map((instant) => within(instant, range)) : []),
      ...first,
      ...translated,
      ...(step.indexColumn ? nameIndex(names, (kind) => options.patternOf(kind as TelemetryKind)) : []),
      ...rest,
    ],
  };
};

/** How the fields of the source come from documents. */
const readFields = ({ plan: { steps } }: CheckedQuery, kinds: readonly KindFields[]): ReadFields => {
  const [step] = steps;
  if (step?.kind !== 'from') return new Map();
  const types = new Map(step.columns.map(({ id, type }) => [id, type]));
  return new Map(
    step.indices.flatMap(({ fields }) =>
      [...fields].map(([id, field]) => {
        const sources = sourcesOf(field, kinds);
        const [only] = sources;
        const storedName = sources.length === 1 && only?.kind === 'field' ? only.name : null;
        const values = sources.map(expressionOf);
        const value = values.length === 1 && values[0] ? values[0] : call('COALESCE', ...values);
        return [field, { type: types.get(id) ?? 'null', value, storedName }] as const;
      }),
    ),
  );
};

const returnOnly = (query: CheckedQuery): readonly ProcessingCommand[] => {
  const patterns = query.columns.map((returned) => ({
    kind: 'pattern' as const,
    parts: [returned.name],
    span: NOWHERE,
  }));
  const count = literal({ type: 'integer', value: query.plan.rowLimit });
  return [
    { kind: 'limit', count, span: NOWHERE },
    { kind: 'keep', patterns, span: NOWHERE },
  ];
};

const toLookupIndex = (command: ProcessingCommand, options: RewriteOptions): ProcessingCommand =>
  command.kind === 'lookup-join'
    ? { ...command, index: { ...command.index, pattern: options.lookupIndexOf(command.index.pattern) } }
    : command;

/** Elasticsearch takes CATEGORIZE as the first group only; the columns of the answer are put in order at its end. */
const withCategorizeFirst = (command: ProcessingCommand): ProcessingCommand =>
  command.kind === 'stats'
    ? {
        ...command,
        groups: command.groups.toSorted(
          (a, b) => Number(isCategorize(b.expression)) - Number(isCategorize(a.expression)),
        ),
      }
    : command;

/**
 * A checked query as Elasticsearch takes it: the configured indices instead of Sentinel's names,
 * documents' fields brought to the names that the query uses before its first command, and the
 * columns of the answer in the order of the check. Values stay parameters.
 */
export const rewriteQuery = (query: CheckedQuery, options: RewriteOptions): string => {
  const placed = placeParameters(query.ast, query.parameters, options.now);
  const [step] = query.plan.steps;
  const commands = placed.commands.map((command) => withCategorizeFirst(toLookupIndex(command, options)));
  const start =
    step?.kind === 'from' ? fromDocuments(query, step, commands, options) : { source: placed.source, commands };
  const rewritten: Query = {
    source: start.source,
    commands: [...start.commands, ...returnOnly(query)],
    span: NOWHERE,
  };
  return printQuery(rewritten);
};
