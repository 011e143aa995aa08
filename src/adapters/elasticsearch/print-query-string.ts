import type { SearchBound, SearchField, SearchLeaf, SearchQuery } from '#esql/search/search-query.ts';
import type { FieldType } from '#esql/schema.ts';

/** A field as documents call it. */
export interface StoredField {
  readonly name: string;
  readonly type: FieldType;
}

export type FindStoredFields = (field: SearchField) => readonly StoredField[];

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

const SPECIAL = /[+\-=&|!(){}[\]^"~*?:\\/\s]/g;
const escaped = (text: string): string => text.replaceAll(SPECIAL, String.raw`\$&`);

// These two cannot be escaped, and words of the syntax are words of a text only in quotation marks.
const NEEDS_QUOTES = /[<>]|^(?:AND|OR|NOT|TO)$/;
const word = (text: string): string => (NEEDS_QUOTES.test(text) ? quoted(text) : escaped(text));

const wildcard = (pattern: string): string =>
  pattern.replaceAll(/\\[^]|[^]/gu, (piece) => {
    if (piece === '*' || piece === '?') return piece;
    return escaped(piece.startsWith('\\') && piece.length > 1 ? piece.slice(1) : piece);
  });

const bound = (side: SearchBound | null): string => (side ? quoted(side.value) : '*');

const valueOf = (leaf: SearchLeaf, isText: boolean): string => {
  switch (leaf.kind) {
    case 'words': {
      const words = leaf.text.split(/\s+/).filter((part) => part !== '');
      return isText && words.length > 0 ? `(${words.map(word).join(' OR ')})` : quoted(leaf.text);
    }
    case 'phrase':
      return quoted(leaf.text) + (leaf.slop ? `~${leaf.slop}` : '');
    case 'wildcard':
      return wildcard(leaf.pattern);
    case 'regex':
      return `/${leaf.pattern.replaceAll(/\\[^]|\//g, (piece) => (piece === '/' ? '\\/' : piece))}/`;
    case 'fuzzy':
      return `${word(leaf.text)}~${leaf.distance ?? ''}`;
    case 'range':
      return `${leaf.from?.isIncluded === false ? '{' : '['}${bound(leaf.from)} TO ${bound(leaf.to)}${leaf.to?.isIncluded === false ? '}' : ']'}`;
    case 'exists':
      return '*';
  }
};

const NOTHING = '(*:* AND NOT *:*)';

const printLeaf = (leaf: SearchLeaf, find: FindStoredFields): string => {
  if (leaf.field === null) return valueOf(leaf, true);
  const fields = find(leaf.field).map(({ name, type }) =>
    leaf.kind === 'exists' ? `_exists_:${escaped(name)}` : `${escaped(name)}:${valueOf(leaf, type === 'text')}`,
  );
  // No index has such a field.
  if (fields.length === 0) return NOTHING;
  return fields.length === 1 ? (fields[0] ?? '') : `(${fields.join(' OR ')})`;
};

/** A search in the query-string syntax, over fields as documents call them. */
export const printQueryString = (query: SearchQuery, find: FindStoredFields): string => {
  switch (query.kind) {
    case 'all':
      return '*:*';
    case 'not':
      // A group of nothing but what must not be there finds nothing.
      return `(*:* AND NOT ${printQueryString(query.operand, find)})`;
    case 'and':
    case 'or': {
      const operands = query.operands.map((operand) => printQueryString(operand, find));
      return `(${operands.join(query.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    default:
      return printLeaf(query, find);
  }
};
