import type { ExtractCommand, Literal, Parameter } from '../ast.ts';
import { checkExpression } from './check-expression.ts';
import { callSourceOf, report, sourceOf, withColumn } from './checking.ts';
import type { Checking, Scope } from './checking.ts';
import type { CheckedStep } from './check-stats.ts';
import { extractDissect, type Extraction } from '../extract/extract-dissect.ts';
import { extractGrok, type GrokExtraction } from '../extract/extract-grok.ts';
import { textOf as stringOf } from '../functions/arguments.ts';
import { widen } from './convert.ts';
import { isMulti } from './multi-values.ts';
import type { Assignment, CallSource, TypedCall, TypedExpression, TypedLiteral } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { isString, typeLabel } from '../types.ts';

const text = (value: string | null): TypedLiteral => ({ kind: 'literal', type: 'keyword', value });

/**
 * What groups of regular expressions catch: the arguments are the string, what joins several groups to one
 * string (null: they are several values), and for each expression itself and the numbers of its groups.
 */
const extracted = (
  input: TypedExpression,
  separator: string | null,
  parts: readonly { readonly regex: string; readonly groups: readonly number[] }[],
  source: CallSource,
): TypedCall => {
  const isRepeated = separator === null && parts.some(({ groups }) => groups.length > 1);
  const patterns = parts.flatMap(({ regex, groups }) => [text(regex), text(groups.join(' '))]);
  return {
    kind: 'call',
    function: 'EXTRACT',
    arguments: [input, text(separator), ...patterns],
    type: 'keyword',
    isMulti: isRepeated || isMulti(input),
    source,
  };
};

const CONVERSIONS: Readonly<Partial<Record<FieldType, string>>> = {
  integer: 'TO_INTEGER',
  long: 'TO_LONG',
  double: 'TO_DOUBLE',
  boolean: 'TO_BOOLEAN',
};

const checkInput = (checking: Checking, scope: Scope, command: ExtractCommand): TypedExpression | undefined => {
  const value = checkExpression(checking, scope, { kind: 'row' }, command.input);
  if (value?.type === 'null') return widen(value, 'keyword');
  if (!value || isString(value.type)) return value;
  const word = command.kind === 'grok' ? 'Grok' : 'Dissect';
  const shown = sourceOf(checking, command.input.span);
  const message = `${word} only supports KEYWORD or TEXT values, found expression [${shown}] type [${typeLabel(value.type).toUpperCase()}]`;
  return report(checking, command.input.span, message);
};

const textOf = (checking: Checking, scope: Scope, given: Literal | Parameter): string | undefined => {
  const value = checkExpression(checking, scope, { kind: 'row' }, given);
  if (!value) return undefined;
  return (
    stringOf(value) ?? report(checking, given.span, `a pattern must be a string, found type [${typeLabel(value.type)}]`)
  );
};

/** The patterns of a command read; undefined if one cannot be, which is reported. */
const readPatterns = <Read extends Extraction>(
  checking: Checking,
  scope: Scope,
  patterns: ExtractCommand['patterns'],
  read: (pattern: string) => Read | string,
): readonly Read[] | undefined => {
  const results = patterns.map((given) => {
    const pattern = textOf(checking, scope, given);
    if (pattern === undefined) return undefined;
    const result = read(pattern);
    return typeof result === 'string' ? report(checking, given.span, result) : result;
  });
  return results.every((result) => result !== undefined) ? results : undefined;
};

const assign = (checking: Checking, scope: Scope, made: ReadonlyMap<string, TypedExpression>): CheckedStep => {
  let next = scope;
  const assignments: Assignment[] = [];
  for (const [name, expression] of made) {
    if (expression.kind === 'span') continue;
    const column = { id: checking.newId(), type: expression.type, isMulti: isMulti(expression) };
    next = withColumn(next, name, column);
    assignments.push({ column, expression });
  }
  return { scope: next, steps: [{ kind: 'eval', assignments }] };
};

export const checkDissect = (checking: Checking, scope: Scope, command: ExtractCommand): CheckedStep => {
  const input = checkInput(checking, scope, command);
  const separator = command.separator ? textOf(checking, scope, command.separator) : '';
  const extractions = readPatterns(checking, scope, command.patterns, extractDissect);
  const [extraction] = extractions ?? [];
  if (!input || !extraction || separator === undefined) return { scope, steps: [], isLost: true };
  const source = callSourceOf(checking, command.span);
  const { regex, keys } = extraction;
  return assign(
    checking,
    scope,
    new Map(keys.map(({ name, groups }) => [name, extracted(input, separator, [{ regex, groups }], source)])),
  );
};

const typesOf = (
  checking: Checking,
  command: ExtractCommand,
  extractions: readonly GrokExtraction[],
): ReadonlyMap<string, FieldType> | undefined => {
  const types = new Map<string, FieldType>();
  for (const { name, type } of extractions.flatMap(({ keys }) => keys)) {
    const known = types.get(name) ?? type;
    if (known !== type)
      return report(checking, command.span, `the name [${name}] has the types [${known}] and [${type}] in GROK`);
    types.set(name, type);
  }
  return new Map([...types].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** Of several patterns the first that is found counts. */
export const checkGrok = (checking: Checking, scope: Scope, command: ExtractCommand): CheckedStep => {
  const input = checkInput(checking, scope, command);
  const extractions = readPatterns(checking, scope, command.patterns, extractGrok);
  const types = extractions && typesOf(checking, command, extractions);
  if (!input || !types) return { scope, steps: [], isLost: true };
  const source = callSourceOf(checking, command.span);
  const made = [...types].map(([name, type]): readonly [string, TypedExpression] => {
    const parts = extractions.map(({ regex, keys }) => ({
      regex,
      groups: keys.find((key) => key.name === name)?.groups ?? [],
    }));
    const value = extracted(input, null, parts, source);
    const conversion = CONVERSIONS[type];
    if (conversion === undefined) return [name, value];
    return [name, { kind: 'call', function: conversion, arguments: [value], type, isMulti: value.isMulti, source }];
  });
  return assign(checking, scope, new Map(made));
};
