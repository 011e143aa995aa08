const TOKEN = /\\[^]|\[\^?\]?(?:\\[^]|\[:\w+:\]|[^\]\\])*\]|\((?:\?[^)]*?[:>])?|\)(?:[?*]|\{0)?|\|/g;

interface Open {
  readonly isCapturing: boolean;
  /** Groups that began before it. */
  readonly before: number;
  hasChoice: boolean;
}

/**
 * The groups, from 1, that take part whenever the expression of RE2 matches: none of a choice, or of what may be
 * left out. Of the others nobody can tell an empty text from none.
 */
export const certainGroups = (regex: string): ReadonlySet<number> => {
  let count = 0;
  const uncertain = new Set<number>();
  const doubt = (after: number): void => {
    for (let group = after + 1; group <= count; group += 1) uncertain.add(group);
  };
  const whole: Open = { isCapturing: false, before: 0, hasChoice: false };
  const open: Open[] = [whole];
  for (const [token] of regex.matchAll(TOKEN)) {
    if (token === '|') (open.at(-1) ?? whole).hasChoice = true;
    else if (token.startsWith('(')) {
      const isCapturing = token === '(';
      open.push({ isCapturing, before: count, hasChoice: false });
      if (isCapturing) count += 1;
    } else if (token.startsWith(')')) {
      const closed = open.length > 1 ? open.pop() : undefined;
      if (!closed) continue;
      if (closed.hasChoice) doubt(closed.before + (closed.isCapturing ? 1 : 0));
      if (token !== ')') doubt(closed.before);
    }
  }
  if (whole.hasChoice) doubt(0);
  return new Set(Array.from({ length: count }, (_, at) => at + 1).filter((group) => !uncertain.has(group)));
};
