import { NAME, VARIABLE } from './classify-piece.ts';
import { isReadAsWord } from './name-stem.ts';
import type { TokenLine } from './token-line.ts';

/** A piece of a template as people read it. */
export interface DisplayToken {
  readonly text: string;
  readonly isVariable: boolean;
  readonly hasSpaceBefore: boolean;
}

export const VARIABLE_TEXT = '<*>';

/** How a line reads by itself: units and names such as `eth0` as they are, other values as variables. */
export const displayOf = (tokens: TokenLine, units: ReadonlySet<number>): readonly DisplayToken[] =>
  Array.from({ length: tokens.count }, (_, at) => {
    const text = tokens.text(at);
    const kind = tokens.kinds[at];
    const isVariable = (kind === VARIABLE && !units.has(at)) || (kind === NAME && !isReadAsWord(text));
    return { text: isVariable ? VARIABLE_TEXT : text, isVariable, hasSpaceBefore: !tokens.isGlued(at) };
  });

/** Tokens of a display that are shown as one variable, or one constant. */
export interface DisplayPart {
  readonly text: string;
  readonly isVariable: boolean;
  readonly hasSpaceBefore: boolean;
  /** Positions of the first and the last token. */
  readonly first: number;
  readonly last: number;
}

const JOINING = new Set(['.', ':', '/', '@', '#', '-', '_', '+', ', ', ',', ' ', '']);

const spaced = (token: { readonly hasSpaceBefore: boolean }): string => (token.hasSpaceBefore ? ' ' : '');

/** Folds variables that only `. : / @ # - _ + ,` or a space separates. */
export const foldDisplay = (tokens: readonly DisplayToken[]): readonly DisplayPart[] => {
  const parts: DisplayPart[] = [];
  const foldFrom = (last: number, position: number, joint: string): boolean => {
    const part = parts[last];
    if (!part?.isVariable || !JOINING.has(joint)) return false;
    parts.length = last;
    parts.push({ ...part, last: position });
    return true;
  };
  for (const [position, token] of tokens.entries()) {
    if (token.isVariable) {
      if (foldFrom(parts.length - 1, position, spaced(token))) continue;
      const between = parts.at(-1);
      const joint = between ? `${spaced(between)}${between.text}${spaced(token)}` : '';
      if (between && !between.isVariable && foldFrom(parts.length - 2, position, joint)) continue;
    }
    parts.push({ ...token, first: position, last: position });
  }
  return parts;
};

export const renderDisplay = (tokens: readonly DisplayToken[]): string =>
  foldDisplay(tokens)
    .map((part, position) => `${position > 0 ? spaced(part) : ''}${part.text}`)
    .join('');
