import type { z } from 'zod';
import { nearestNames } from '#kernel/nearest-names.ts';
import { describeSecret } from './describe-secret.ts';
import { listFileKeys, namesBelow } from './known-keys.ts';
import { type ConfigProblem, keyIn } from './problem.ts';
import { environmentSchema } from './settings-schema.ts';
import { showValue } from './show-value.ts';

const MOST_EDITS = 4;
/** Fewer: a variable that differs more is likely that of somebody else. */
const MOST_EDITS_OF_VARIABLE = 2;
/** Variables whose value may be shown; all others may hold secrets. */
const PUBLIC_VARIABLES: readonly string[] = ['SENTINEL_CONFIG', 'LOG_LEVEL'];

const keyOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : quoteIfOdd(String(part))))
    .join('.')
    .replaceAll('.[', '[');

const quoteIfOdd = (name: string): string => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name));

/**
 * One issue of the schema in the operator's words; an issue on several unknown keys is several problems.
 * `file` is the one that was read.
 */
export const explainIssue = (issue: z.core.$ZodIssue, input: unknown, file: string): readonly ConfigProblem[] => {
  const [root, ...path] = issue.path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey(path, name, file));
  const key = keyOf(path);
  const value = valueAt(input, issue.path);
  if (root !== 'environment') {
    return [{ key: key === '' ? file : keyIn(file, key), found: showValue(value), expected: messageOf(issue) }];
  }
  return [{ key, found: foundIn(issue, key, value), expected: messageOf(issue) }];
};

const foundIn = (issue: z.core.$ZodIssue, variable: string, value: unknown): string => {
  if (value === undefined || PUBLIC_VARIABLES.includes(variable)) return showValue(value);
  const found: unknown = issue.code === 'custom' ? issue.params?.['found'] : undefined;
  return typeof found === 'string' ? found : describeSecret(variable, value);
};

/** A record names its bad key in nested issues. */
const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;

const unknownKey = (path: readonly PropertyKey[], name: string, file: string): ConfigProblem => {
  const siblings = namesBelow(path);
  const [sibling] = nearestNames(name, siblings, MOST_EDITS);
  const elsewhere = listFileKeys().find((key) => key.split('.').at(-1) === name);
  const meant = sibling === undefined ? elsewhere : keyOf([...path, sibling]);
  return {
    key: keyIn(file, keyOf([...path, name])),
    found: 'an unknown key',
    expected: meant === undefined ? `one of ${siblings.join(', ')}` : `${meant}, if that was meant`,
  };
};

/**
 * Variables that nothing reads but that are spelled almost like one of ours. Further ones are
 * left alone: container platforms set variables of many names, SENTINEL_PORT among them.
 */
export const misspelledVariables = (env: Readonly<Record<string, string | undefined>>): readonly ConfigProblem[] => {
  const known = Object.keys(environmentSchema.shape);
  return Object.keys(env)
    .filter((name) => /^(SENTINEL|SLACK)_/.test(name) && !known.includes(name))
    .flatMap((name) => {
      const [meant] = nearestNames(name, known, MOST_EDITS_OF_VARIABLE);
      if (meant === undefined || env[meant] !== undefined) return [];
      return [{ key: name, found: 'an unknown variable', expected: `${meant}, if that was meant` }];
    });
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
