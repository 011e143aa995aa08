import type { ExtractedKey, Extraction } from './extract-dissect.ts';
import { GROK_PATTERNS } from './grok-patterns.ts';
import { regexProblem } from './regex-syntax.ts';
import type { FieldType } from '../schema.ts';
import { didYouMean } from '../suggest.ts';

export interface GrokKey extends ExtractedKey {
  readonly type: FieldType;
}
export interface GrokExtraction extends Extraction {
  readonly keys: readonly GrokKey[];
}

const TYPES: Readonly<Record<string, FieldType>> = {
  string: 'keyword',
  int: 'integer',
  integer: 'integer',
  long: 'long',
  double: 'double',
  float: 'double',
  boolean: 'boolean',
};

// More than any pattern of the library has, and less than would take memory.
const MAX_LENGTH = 20_000;
const MAX_DEPTH = 10;

/** `%{NAME:key:type}`, `(?<key>`, an escape, a class, or a group that captures nothing of its own. */
const PIECE =
  /%\{(\w+)(?::([^:}]+))?(?::(\w+))?\}|\(\?<(?![=!])([^>]+)>|\\[^]|\[\^?\]?(?:\\[^]|\[:\w+:\]|[^\]\\])*\]|\((?!\?)/g;

interface Reading {
  groupCount: number;
  length: number;
  readonly keys: Map<string, { groups: number[]; type: FieldType }>;
  problem: string | undefined;
}

const addKey = (reading: Reading, name: string, typeName: string | undefined): void => {
  const type = typeName === undefined ? 'keyword' : TYPES[typeName];
  reading.groupCount += 1;
  if (!type) {
    reading.problem ??= `[${typeName}] is no type of GROK; there are int, long, double, float, boolean and string`;
    return;
  }
  const key = reading.keys.get(name) ?? { groups: [], type };
  if (key.type !== type)
    reading.problem ??= `the name [${name}] has the types [${key.type}] and [${type}] in one pattern`;
  key.groups.push(reading.groupCount);
  reading.keys.set(name, key);
};

const expand = (reading: Reading, pattern: string, depth: number): string => {
  reading.length += pattern.length;
  if (depth > MAX_DEPTH || reading.length > MAX_LENGTH)
    reading.problem ??= 'the pattern is too long once it is written out';
  if (reading.problem !== undefined) return '';
  return pattern.replaceAll(PIECE, (piece, name?: string, key?: string, type?: string, group?: string) => {
    if (group !== undefined) {
      addKey(reading, group, undefined);
      return '(';
    }
    if (name === undefined) return piece === '(' ? '(?:' : piece;
    const known = Object.hasOwn(GROK_PATTERNS, name) ? GROK_PATTERNS[name] : undefined;
    if (known === undefined) {
      reading.problem ??= `Unable to find pattern [${name}] in Grok's pattern dictionary${didYouMean(name, Object.keys(GROK_PATTERNS))}`;
      return '';
    }
    if (key !== undefined) addKey(reading, key, type);
    return `${key === undefined ? '(?:' : '('}${expand(reading, known, depth + 1)})`;
  });
};

/** Look-around and the like in what the query's author wrote, whose names stand for something harmless. */
const problemOf = (pattern: string): string | undefined =>
  regexProblem(pattern.replaceAll(/%\{[^}]*\}/g, 'x').replaceAll(/\(\?<(?![=!])[^>]+>/g, '('));

/**
 * A pattern of named pieces as one regular expression that is found anywhere in a string. A problem is told as
 * a string. Elastic's GROK command; atomic groups are ordinary ones, because RE2 never goes back.
 */
export const extractGrok = (pattern: string): GrokExtraction | string => {
  const plain = pattern.replaceAll('(?>', '(?:');
  const problem = problemOf(plain);
  if (problem !== undefined) return problem;
  const reading: Reading = { groupCount: 0, length: 0, keys: new Map(), problem: undefined };
  const regex = expand(reading, plain, 0);
  if (reading.problem !== undefined) return `Invalid GROK pattern [${pattern}]: ${reading.problem}`;
  const keys = [...reading.keys].map(([name, key]) => ({ name, ...key }));
  return { regex, groupCount: reading.groupCount, keys: keys.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
};
