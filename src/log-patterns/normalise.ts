import { NAME, PUNCTUATION, VARIABLE } from './classify-piece.ts';
import { type Element, type Place, VARIABLE_ELEMENT } from './element.ts';
import { findQuoted } from './find-values.ts';
import { nameStem } from './name-stem.ts';
import type { TokenLine } from './token-line.ts';

const MIN_UNIT = 2;
const MAX_UNIT = 6;

const placeOf = ({ mark, isGlued, characterBefore, text, count }: TokenLine, at: number): Place => {
  const before = mark(at - 1);
  if (before === '=') {
    const isValue = isGlued(at) || characterBefore(at - 1) === ' ';
    return isValue && mark(at + 1) !== '=' ? 'assigned' : 'plain';
  }
  if (before === "'" || before === '"') return 'quoted';
  return before === ':' && text(at - 1).endsWith(':') && at === count - 1 ? 'after-colon' : 'plain';
};

const elementAt = (tokens: TokenLine, at: number): Element => {
  const text = tokens.text(at);
  const place = placeOf(tokens, at);
  return tokens.kinds[at] === NAME ? { key: nameStem(text), kind: 'name', place } : { key: text, kind: 'word', place };
};

/** Drops an immediately repeated unit of `size` elements that holds a value: `a 1 b 2 a 3 b 4` is `a 1 b 2`. */
const dropRepeats = (elements: Element[], size: number): void => {
  let kept = 0;
  let run = 0;
  for (const element of elements) {
    elements[kept] = element;
    kept += 1;
    run = kept > size && elements[kept - 1 - size]?.key === element.key ? run + 1 : 0;
    if (run < size) continue;
    run = 0;
    if (elements.slice(kept - size, kept).some(({ kind }) => kind !== 'word')) kept -= size;
  }
  elements.length = kept;
};

/**
 * What identifies the template of a line. Neighbouring variables are one, whatever punctuation
 * stands between, and so are equal neighbouring names, so that lists of any length agree.
 */
export const normalise = (tokens: TokenLine): readonly Element[] => {
  const { kinds, count } = tokens;
  const quoted = findQuoted(tokens);
  const elements: Element[] = [];
  let isAfterVariable = false;
  const flush = (): void => {
    if (isAfterVariable) elements.push(VARIABLE_ELEMENT);
    isAfterVariable = false;
  };
  for (let at = 0; at < count; at += 1) {
    if (kinds[at] === VARIABLE) isAfterVariable = true;
    if (kinds[at] === VARIABLE || kinds[at] === PUNCTUATION) continue;
    flush();
    const end = quoted.get(at);
    if (end === undefined) {
      const element = elementAt(tokens, at);
      if (element.kind === 'name' && elements.at(-1)?.key === element.key) continue;
      elements.push(element);
    } else {
      elements.push({ key: tokens.textBetween(at, end), kind: 'word', place: 'quoted' });
      at = end;
    }
  }
  flush();
  for (let size = MIN_UNIT; size <= MAX_UNIT && elements.length >= 2 * size; size += 1) dropRepeats(elements, size);
  return elements;
};
