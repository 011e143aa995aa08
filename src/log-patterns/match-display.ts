import { type DisplayToken, foldDisplay } from './display.ts';

/** Positions of the tokens that stand for a shown variable; null: it is empty there. */
export type Range = { readonly first: number; readonly last: number } | null;

const isConstantOf = (constant: DisplayToken, token: DisplayToken | undefined): boolean =>
  token?.isVariable === false && token.text === constant.text;

const matchByPosition = (template: readonly DisplayToken[], line: readonly DisplayToken[]): readonly Range[] | null =>
  template.length === line.length && template.every((token, at) => token.isVariable || isConstantOf(token, line[at]))
    ? template.map((_, at) => ({ first: at, last: at }))
    : null;

/** Each variable takes what stands before the first token that fits the next constant. */
const matchInOrder = (template: readonly DisplayToken[], line: readonly DisplayToken[]): readonly Range[] | null => {
  const ranges: Range[] = [];
  let at = 0;
  for (const [position, token] of template.entries()) {
    if (!token.isVariable) {
      if (!isConstantOf(token, line[at])) return null;
      ranges.push({ first: at, last: at });
      at += 1;
      continue;
    }
    const next = template[position + 1];
    const first = at;
    if (next === undefined) at = line.length;
    else if (next.isVariable) at += 1;
    else while (at < line.length && !isConstantOf(next, line[at])) at += 1;
    ranges.push(at > first ? { first, last: at - 1 } : null);
  }
  return at === line.length ? ranges : null;
};

/** For each variable that the template shows, where it stands in a line of it; null if that cannot be told. */
export const matchDisplay = (
  template: readonly DisplayToken[],
  line: readonly DisplayToken[],
): readonly Range[] | null => {
  const ranges = matchByPosition(template, line) ?? matchInOrder(template, line);
  if (!ranges) return null;
  return foldDisplay(template)
    .filter(({ isVariable }) => isVariable)
    .map(({ first, last }) => {
      const covered = ranges.slice(first, last + 1).filter((range) => range !== null);
      const [start] = covered;
      const end = covered.at(-1);
      return start && end ? { first: start.first, last: end.last } : null;
    });
};
