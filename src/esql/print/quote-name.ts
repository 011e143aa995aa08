import { RESERVED_WORDS } from '../parse/parse-names.ts';

const PLAIN_PART = /^(?:[A-Za-z][A-Za-z0-9_]*|[_@][A-Za-z0-9_]+)$/;

const isPlain = (part: string): boolean =>
  PLAIN_PART.test(part) && !RESERVED_WORDS.has(part.toLowerCase()) && part.toLowerCase() !== 'as';

const inBackquotes = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** A column name as the query text must write it: plain where it can be, else in backquotes. */
export const quoteName = (name: string): string => (name.split('.').every(isPlain) ? name : inBackquotes(name));

const isPlainPattern = (part: string): boolean => /^(?:[A-Za-z*]|[_@][A-Za-z0-9_*])[A-Za-z0-9_*]*$/.test(part);

/** A pattern of KEEP or DROP: literal parts with `*` between them. */
export const quotePattern = (parts: readonly string[]): string => {
  const [only] = parts;
  if (parts.length === 1) return quoteName(only ?? '');
  const plain = parts.join('*');
  if (!parts.some((part) => part.includes('*')) && plain.split('.').every(isPlainPattern)) return plain;
  return parts
    .map((part) => (/^[A-Za-z][A-Za-z0-9_]*$/.test(part) || part === '' ? part : inBackquotes(part)))
    .join('*');
};
