/** A key that a pattern of DISSECT or GROK fills. */
export interface ExtractedKey {
  readonly name: string;
  /** Groups of the regular expression, from 1. */
  readonly groups: readonly number[];
}

export interface Extraction {
  /** In RE2's form; every group captures. */
  readonly regex: string;
  readonly groupCount: number;
  readonly keys: readonly ExtractedKey[];
}

const KEY = /%\{([^}]*)\}/g;

interface DissectKey {
  readonly name: string;
  readonly isSkipped: boolean;
  readonly isAppended: boolean;
  readonly order: number;
  readonly isPadded: boolean;
}

const readKey = (text: string): DissectKey | string => {
  const isPadded = text.endsWith('->');
  const body = isPadded ? text.slice(0, -2) : text;
  const [, modifier = '', name = '', order] = /^([+?*&]?)(.*?)(?:\/(\d+))?$/s.exec(body) ?? [];
  if (modifier === '*' || modifier === '&') return `Reference keys not supported in dissect patterns: [%{${text}}]`;
  return {
    name,
    isSkipped: modifier === '?' || name === '',
    isAppended: modifier === '+',
    order: order === undefined ? 0 : Number(order),
    isPadded,
  };
};

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/**
 * The keys between a pattern's delimiters, as a regular expression that the whole string must match: each
 * key ends at the first delimiter after it, the last one takes the rest. A problem is told as a string.
 * Elastic's DISSECT command and its dissect processor.
 */
export const extractDissect = (pattern: string): Extraction | string => {
  const found = [...pattern.matchAll(KEY)];
  if (found.length === 0) return `Invalid pattern for dissect: [${pattern}]; it has no key such as %{name}`;
  const appended = new Map<string, { readonly group: number; readonly order: number }[]>();
  const keys = new Map<string, readonly number[]>();
  let regex = escape(pattern.slice(0, found[0]?.index));
  for (const [at, match] of found.entries()) {
    const key = readKey(match[1] ?? '');
    if (typeof key === 'string') return key;
    const end = match.index + match[0].length;
    const delimiter = escape(pattern.slice(end, found[at + 1]?.index));
    const isLast = at === found.length - 1 && delimiter === '';
    regex += `(${isLast ? '.*' : '.*?'})${key.isPadded && delimiter !== '' ? `(?:${delimiter})+` : delimiter}`;
    const group = at + 1;
    if (key.isSkipped) continue;
    if (key.isAppended) appended.set(key.name, [...(appended.get(key.name) ?? []), { group, order: key.order }]);
    keys.set(key.name, [...(keys.get(key.name) ?? []), group]);
  }
  if (keys.size === 0) return `Invalid pattern for dissect: [${pattern}]; it has no key that is kept`;
  for (const [name, parts] of appended) {
    const groups = parts.toSorted((a, b) => a.order - b.order).map(({ group }) => group);
    keys.set(name, [...(keys.get(name) ?? []).filter((group) => !groups.includes(group)), ...groups]);
  }
  return {
    regex: `(?s)^${regex}$`,
    groupCount: found.length,
    keys: [...keys].map(([name, groups]) => ({ name, groups })),
  };
};
