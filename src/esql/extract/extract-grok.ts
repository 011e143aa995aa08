import { certainGroups } from './certain-groups.ts';
import type { ExtractedKey } from './extract-dissect.ts';
import { GROK_PATTERNS } from './grok-patterns.ts';
import { regexProblem } from './regex-syntax.ts';
import { didYouMean } from '../suggest.ts';

export interface GrokKey extends ExtractedKey {
  readonly type: GrokType;
}
export interface GrokExtraction {
  /** In RE2's form; every group captures. */
  readonly regex: string;
  readonly groupCount: number;
  readonly keys: readonly GrokKey[];
  /** Groups that take part in every match, so that what they catch may be empty, and is not missing. */
  readonly certain: ReadonlySet<number>;
}

/** A float has the precision of one and is a double. */
export type GrokType = 'keyword' | 'integer' | 'long' | 'float' | 'double' | 'boolean';

// Every other word is a text, as it is in Elasticsearch.
const TYPES: ReadonlyMap<string, GrokType> = new Map([
  ['int', 'integer'],
  ['long', 'long'],
  ['float', 'float'],
  ['double', 'double'],
  ['boolean', 'boolean'],
]);

// More than any pattern of the library has, and less than would take memory.
const MAX_LENGTH = 20_000;
const MAX_DEPTH = 10;

/** `%{NAME:key:type}` (what else stands between braces is an ordinary text), `(?<key>`, an escape, a class, or a group that captures nothing of its own. */
const PIECE =
  /%\{(\w+)(?::([\p{L}\p{Nd}@\-_.:[\]()]+))?\}|\(\?<(?![=!])([^>]+)>|\\[^]|\[\^?\]?(?:\\[^]|\[:\w+:\]|[^\]\\])*\]|\((?!\?)/gu;

interface Reading {
  groupCount: number;
  length: number;
  readonly keys: Map<string, { groups: number[]; type: GrokType }>;
  problem: string | undefined;
}

const addKey = (reading: Reading, name: string, typeName = ''): void => {
  const type = TYPES.get(typeName) ?? 'keyword';
  reading.groupCount += 1;
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
  return pattern.replaceAll(PIECE, (piece, name?: string, named?: string, group?: string) => {
    if (group !== undefined) {
      addKey(reading, group);
      return '(';
    }
    if (name === undefined) return piece === '(' ? '(?:' : piece;
    const known = Object.hasOwn(GROK_PATTERNS, name) ? GROK_PATTERNS[name] : undefined;
    if (known === undefined) {
      reading.problem ??= `Unable to find pattern [${name}] in Grok's pattern dictionary${didYouMean(name, Object.keys(GROK_PATTERNS))}`;
      return '';
    }
    const [, key, type] = /^([^:]*):?(.*)$/s.exec(named ?? '') ?? [];
    if (named !== undefined) addKey(reading, key ?? '', type);
    return `${named === undefined ? '(?:' : '('}${expand(reading, known, depth + 1)})`;
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
  const certain = certainGroups(regex);
  return { regex, groupCount: reading.groupCount, certain, keys: keys.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
};
