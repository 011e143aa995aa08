import { NAME, PUNCTUATION, VARIABLE } from './classify-piece.ts';
import type { DisplayToken } from './display.ts';
import { nameStem } from './name-stem.ts';
import type { Range } from './match-display.ts';
import type { Scanner } from './scan-line.ts';
import { createTwoGenerationMap } from './two-generation-map.ts';

/** Lines with the same tokens, apart from the text of variables and the digits of names. */
export interface KnownLine {
  readonly key: string;
  id: number;
  /** Names that had the same text in all lines so far, by token. */
  names: { readonly token: number; readonly text: string }[];
  /** Where the variables of the template stand, as it was shown then. */
  variables: { readonly display: readonly DisplayToken[]; readonly ranges: readonly Range[] | null } | null;
}

const VARIABLE_CODE = 1;
const TOKEN_END = 2;
// Small whole numbers make the fastest keys of a map.
const HASH_MASK = 0x3f_ff_ff_ff;
const PRIME = 0x01_00_01_93;

const stemAt = (line: string, { starts, ends }: Scanner, token: number): string =>
  nameStem(line.slice(starts[token], ends[token]));

const keyOf = (line: string, scanner: Scanner): string => {
  const { kinds, starts, ends } = scanner;
  let key = '';
  for (let token = 0; token < scanner.count(); token += 1) {
    const kind = kinds[token];
    if (kind === VARIABLE) key += '\u0001';
    else if (kind === NAME) key += `${stemAt(line, scanner, token)}\u0002`;
    else key += line.slice(starts[token], ends[token]) + (kind === PUNCTUATION ? '' : '\u0002');
  }
  return key;
};

const hashOf = (line: string, scanner: Scanner, seed: number): number => {
  const { kinds, starts, ends } = scanner;
  const count = scanner.count();
  let hash = seed;
  for (let token = 0; token < count; token += 1) {
    const kind = kinds[token];
    if (kind === VARIABLE) hash = Math.imul(hash ^ VARIABLE_CODE, PRIME);
    else if (kind === NAME) {
      const stem = stemAt(line, scanner, token);
      for (let at = 0; at < stem.length; at += 1) hash = Math.imul(hash ^ stem.charCodeAt(at), PRIME);
      hash = Math.imul(hash ^ TOKEN_END, PRIME);
    } else {
      const end = ends[token] ?? 0;
      for (let at = starts[token] ?? 0; at < end; at += 1) hash = Math.imul(hash ^ line.charCodeAt(at), PRIME);
      if (kind !== PUNCTUATION) hash = Math.imul(hash ^ TOKEN_END, PRIME);
    }
  }
  return (hash ^ (hash >>> 15)) & HASH_MASK;
};

/** Whether the tokens spell the key, without making the string. */
const spells = (key: string, line: string, scanner: Scanner): boolean => {
  const { kinds, starts, ends } = scanner;
  const count = scanner.count();
  let cursor = 0;
  for (let token = 0; token < count; token += 1) {
    const kind = kinds[token];
    if (kind === VARIABLE) {
      if (key.charCodeAt(cursor) !== VARIABLE_CODE) return false;
      cursor += 1;
      continue;
    }
    if (kind === NAME) {
      const stem = stemAt(line, scanner, token);
      if (!key.startsWith(stem, cursor)) return false;
      cursor += stem.length;
    } else {
      const end = ends[token] ?? 0;
      for (let at = starts[token] ?? 0; at < end; at += 1) {
        if (key.charCodeAt(cursor) !== line.charCodeAt(at)) return false;
        cursor += 1;
      }
    }
    if (kind === PUNCTUATION) continue;
    if (key.charCodeAt(cursor) !== TOKEN_END) return false;
    cursor += 1;
  }
  return cursor === key.length;
};

/** Knows most lines by their tokens. Two lines whose hashes collide push each other out, and are never confused. */
export interface LineCache {
  /** The entry of the line that was just scanned. */
  find(line: string, scanner: Scanner): KnownLine | undefined;
  /** Remembers the line for which `find` was called last. */
  remember(line: string, scanner: Scanner, id: number): KnownLine;
  sweep(resolve: (id: number) => number | null): void;
}

export const createLineCache = (settings: { readonly maxLines: number; readonly seed: number }): LineCache => {
  const lines = createTwoGenerationMap<number, KnownLine>(settings.maxLines / 2);
  let hash = 0;
  return {
    find: (line, scanner) => {
      hash = hashOf(line, scanner, settings.seed);
      const known = lines.get(hash);
      return known && spells(known.key, line, scanner) ? known : undefined;
    },
    remember: (line, scanner, id) => {
      const names: KnownLine['names'] = [];
      for (let token = 0; token < scanner.count(); token += 1) {
        if (scanner.kinds[token] !== NAME) continue;
        names.push({ token, text: line.slice(scanner.starts[token], scanner.ends[token]) });
      }
      const known: KnownLine = { key: keyOf(line, scanner), id, names, variables: null };
      lines.set(hash, known);
      return known;
    },
    sweep: (resolve) => {
      lines.revise((known) => {
        const id = resolve(known.id);
        if (id === null) return undefined;
        known.id = id;
        return known;
      });
    },
  };
};
