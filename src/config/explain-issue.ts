import type { z } from 'zod';
import { looksLikeSecret } from './find-secrets.ts';
import { listFileKeys, namesBelow } from './known-keys.ts';
import { nearestName } from './nearest-name.ts';
import type { ConfigProblem } from './problem.ts';
import { environmentSchema } from './settings-schema.ts';

const SHOWN_CHARACTERS = 60;
/** Variables whose value may be shown; all others may hold secrets. */
const PUBLIC_VARIABLES: readonly string[] = ['SENTINEL_CONFIG', 'LOG_LEVEL'];

const keyOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : quoteIfOdd(String(part))))
    .join('.')
    .replaceAll('.[', '[');

const quoteIfOdd = (name: string): string => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name));

const showValue = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  if (looksLikeSecret(value)) return 'a secret';
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return typeof value;
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
};

/** One issue of the schema in the operator's words; an issue on several unknown keys is several problems. */
export const explainIssue = (issue: z.core.$ZodIssue, input: unknown): readonly ConfigProblem[] => {
  const [root, ...path] = issue.path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey(path, name));
  const key = keyOf(path);
  const value = valueAt(input, issue.path);
  if (root === 'environment' && value !== undefined && !PUBLIC_VARIABLES.includes(key)) {
    return [{ key, found: 'something else', expected: issue.message }];
  }
  return [{ key: key === '' ? 'sentinel.yaml' : key, found: showValue(value), expected: messageOf(issue) }];
};

/** A record names its bad key in nested issues. */
const messageOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;

const unknownKey = (path: readonly PropertyKey[], name: string): ConfigProblem => {
  const siblings = namesBelow(path);
  const sibling = nearestName(name, siblings);
  const elsewhere = listFileKeys().find((key) => key.split('.').at(-1) === name);
  const meant = sibling === null ? elsewhere : keyOf([...path, sibling]);
  return {
    key: keyOf([...path, name]),
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
      const meant = nearestName(name, known, 2);
      if (meant === null || env[meant] !== undefined) return [];
      return [{ key: name, found: 'an unknown variable', expected: `${meant}, if that was meant` }];
    });
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
