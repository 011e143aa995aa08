import { type DisplayToken, VARIABLE_TEXT } from './display.ts';

// Of the table that aligns two middles; beyond it they become one variable.
const MAX_CELLS = 10_000;
// A common word tells more than a common mark.
const WORD_WEIGHT = 4;

const isSame = (a: DisplayToken | undefined, b: DisplayToken | undefined): boolean =>
  a?.isVariable === b?.isVariable && (a?.isVariable === true || a?.text === b?.text);

const isCommon = (a: DisplayToken | undefined, b: DisplayToken | undefined): boolean =>
  isSame(a, b) && a?.isVariable === false;

const variableLike = (token: DisplayToken): DisplayToken => ({
  text: VARIABLE_TEXT,
  isVariable: true,
  hasSpaceBefore: token.hasSpaceBefore,
});

const hasContent = (token: DisplayToken): boolean => token.isVariable || /[A-Za-z0-9]/.test(token.text);

/** Null where the two differ in more than words at the same places. */
const alignByPosition = (a: readonly DisplayToken[], b: readonly DisplayToken[]): readonly DisplayToken[] | null => {
  if (a.length !== b.length) return null;
  let isChanged = false;
  const aligned: DisplayToken[] = [];
  for (const [position, token] of a.entries()) {
    const other = b[position];
    if (other === undefined || isSame(token, other)) aligned.push(token);
    else if (!hasContent(token) || !hasContent(other)) return null;
    else {
      isChanged = true;
      aligned.push(variableLike(token));
    }
  }
  return isChanged ? aligned : a;
};

const weight = (token: DisplayToken | undefined): number => (/[A-Za-z]/.test(token?.text ?? '') ? WORD_WEIGHT : 1);

/** The greatest weight of a common subsequence of the rests of both, by where the rests begin. */
const weighCommon = (a: readonly DisplayToken[], b: readonly DisplayToken[]): Int32Array => {
  const width = b.length + 1;
  const table = new Int32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const below = table[(i + 1) * width + j] ?? 0;
      const right = table[i * width + j + 1] ?? 0;
      table[i * width + j] = isCommon(a[i], b[j])
        ? (table[(i + 1) * width + j + 1] ?? 0) + weight(a[i])
        : Math.max(below, right);
    }
  }
  return table;
};

const alignMiddles = (a: readonly DisplayToken[], b: readonly DisplayToken[]): readonly DisplayToken[] => {
  const [first = b[0]] = a;
  if (first === undefined) return [];
  if (a.length === 0 || b.length === 0 || a.length * b.length > MAX_CELLS) return [variableLike(first)];
  const table = weighCommon(a, b);
  const width = b.length + 1;
  const aligned: DisplayToken[] = [];
  let gap: DisplayToken | undefined;
  let i = 0;
  let j = 0;
  const close = (): void => {
    if (gap) aligned.push(variableLike(gap));
    gap = undefined;
  };
  while (i < a.length && j < b.length) {
    const token = a[i];
    if (token && isCommon(token, b[j])) {
      close();
      aligned.push(token);
      i += 1;
      j += 1;
    } else if ((table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0)) {
      gap ??= token;
      i += 1;
    } else {
      gap ??= b[j];
      j += 1;
    }
  }
  gap ??= a[i] ?? b[j];
  close();
  return aligned;
};

/** What two displays of one template have in common, with variables where they differ; the first itself if nothing is new. */
export const alignDisplays = (a: readonly DisplayToken[], b: readonly DisplayToken[]): readonly DisplayToken[] => {
  const byPosition = alignByPosition(a, b);
  if (byPosition) return byPosition;
  const shorter = Math.min(a.length, b.length);
  let before = 0;
  while (before < shorter && isSame(a[before], b[before])) before += 1;
  let after = 0;
  while (after < shorter - before && isSame(a[a.length - 1 - after], b[b.length - 1 - after])) after += 1;
  const middle = alignMiddles(a.slice(before, a.length - after), b.slice(before, b.length - after));
  return [...a.slice(0, before), ...middle, ...a.slice(a.length - after)];
};
