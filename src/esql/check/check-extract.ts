import type { ExtractCommand, Literal, Parameter } from '../ast.ts';
import { checkExpression } from './check-expression.ts';
import { callSourceOf, report, sourceOf, withColumn } from './checking.ts';
import type { Checking, Scope } from './checking.ts';
import type { CheckedStep } from './check-stats.ts';
import { extractDissect } from '../extract/extract-dissect.ts';
import { extractGrok, type GrokExtraction, type GrokType } from '../extract/extract-grok.ts';
import { textOf as stringOf } from '../functions/arguments.ts';
import { widen } from './convert.ts';
import { isMulti } from './multi-values.ts';
import type { Assignment, CallSource, TypedCall, TypedExpression, TypedLiteral } from '../plan.ts';
import { isString, typeLabel } from '../types.ts';

// Each is found in the text by itself.
const MAX_KEYS = 200;

const text = (value: string | null): TypedLiteral => ({ kind: 'literal', type: 'keyword', value });

/**
 * What groups of regular expressions catch: the arguments are the string and for each expression itself and the
 * numbers of its groups, with a question mark after one that may be left out of a match. Several are several values.
 */
const extracted = (
  input: TypedExpression,
  parts: readonly { readonly regex: string; readonly groups: readonly string[] }[],
  source: CallSource,
): TypedCall => {
  const isRepeated = parts.some(({ groups }) => groups.length > 1);
  const patterns = parts.flatMap(({ regex, groups }) => [text(regex), text(groups.join(' '))]);
  return {
    kind: 'call',
    function: 'EXTRACT',
    arguments: [input, ...patterns],
    type: 'keyword',
    isMulti: isRepeated || isMulti(input),
    source,
  };
};

const CONVERSIONS: Readonly<Partial<Record<GrokType, readonly string[]>>> = {
  integer: ['TO_INTEGER'],
  long: ['TO_LONG'],
  double: ['TO_DOUBLE'],
  float: ['TO_DOUBLE', 'AS FLOAT'],
  boolean: ['TO_BOOLEAN'],
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
const readPatterns = <Read extends { readonly keys: readonly unknown[] }>(
  checking: Checking,
  scope: Scope,
  patterns: ExtractCommand['patterns'],
  read: (pattern: string) => Read | string,
): readonly Read[] | undefined => {
  const results = patterns.map((given) => {
    const pattern = textOf(checking, scope, given);
    if (pattern === undefined) return undefined;
    const result = read(pattern);
    if (typeof result === 'string') return report(checking, given.span, result);
    return result.keys.length <= MAX_KEYS
      ? result
      : report(checking, given.span, `the pattern has ${result.keys.length} keys, more than the limit of ${MAX_KEYS}`);
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

/**
 * Each key is a call: its arguments are the string, what joins several steps to one string, the numbers of the key's
 * steps, and the pattern, which is what the string begins with and of each step its delimiter and `mostEmpty`.
 */
export const checkDissect = (checking: Checking, scope: Scope, command: ExtractCommand): CheckedStep => {
  const input = checkInput(checking, scope, command);
  const separator = command.separator ? textOf(checking, scope, command.separator) : '';
  const extractions = readPatterns(checking, scope, command.patterns, extractDissect);
  const [extraction] = extractions ?? [];
  if (!input || !extraction || separator === undefined) return { scope, steps: [], isLost: true };
  const source = callSourceOf(checking, command.span);
  const { keys, leading, steps } = extraction;
  const pattern = [
    text(leading),
    ...steps.flatMap(({ delimiter, mostEmpty }) => [
      text(delimiter),
      { kind: 'literal', type: 'integer', value: mostEmpty } as const,
    ]),
  ];
  const dissected = ({ groups }: (typeof keys)[number]): TypedCall => ({
    kind: 'call',
    function: 'DISSECT',
    arguments: [input, text(separator), text(groups.join(' ')), ...pattern],
    type: 'keyword',
    isMulti: isMulti(input),
    source,
  });
  return assign(checking, scope, new Map(keys.map((key) => [key.name, dissected(key)])));
};

const typesOf = (
  checking: Checking,
  command: ExtractCommand,
  extractions: readonly GrokExtraction[],
): ReadonlyMap<string, GrokType> | undefined => {
  const types = new Map<string, GrokType>();
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
    const parts = extractions.map(({ regex, keys, certain }) => {
      const groups = keys.find((key) => key.name === name)?.groups ?? [];
      return { regex, groups: groups.map((group) => `${group}${certain.has(group) ? '' : '?'}`) };
    });
    const value = extracted(input, parts, source);
    const to = type === 'float' ? 'double' : type;
    const converted = (CONVERSIONS[type] ?? []).reduce<TypedCall>(
      (given, conversion) => ({ ...given, function: conversion, arguments: [given], type: to }),
      value,
    );
    return [name, converted];
  });
  return assign(checking, scope, new Map(made));
};
