/** Where a word stands, as far as that tells whether it is a value. */
export type Place = 'plain' | 'quoted' | 'assigned' | 'after-colon';

/** A unit of what identifies a template: a word, a name with digits, or a variable. Punctuation is none. */
export interface Element {
  /** The word, the stem of a name, or VARIABLE_KEY. */
  readonly key: string;
  readonly kind: 'word' | 'name' | 'variable';
  readonly place: Place;
}

export const VARIABLE_KEY = '\u0001';
const KEY_END = '\u0002';

export const VARIABLE_ELEMENT: Element = { key: VARIABLE_KEY, kind: 'variable', place: 'plain' };

export const isVariable = (element: Element | undefined): boolean => element?.kind === 'variable';

/** Lines whose elements have the same key have the same template. */
export const keyOf = (elements: readonly Element[]): string => elements.map(({ key }) => key).join(KEY_END);
