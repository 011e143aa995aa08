const PART = /^-?\d{1,4}%?$/;
const CONDITIONAL = /^\d{1,4}<-?\d{1,4}%?$/;

const partsOf = (text: string): readonly string[] =>
  text
    .trim()
    .replaceAll(/\s*<\s*/g, '<')
    .split(/\s+/);

/** Whether a text is a minimum_should_match: `2`, `-1`, `75%`, `-25%`, or conditional as `2<75% 9<-3`. */
export const isMinimumMatch = (text: string): boolean => {
  const parts = partsOf(text);
  return parts.length === 1 && PART.test(parts[0] ?? '') ? true : parts.every((part) => CONDITIONAL.test(part));
};

const shareOf = (part: string, count: number): number => {
  const amount = part.endsWith('%') ? Math.trunc((count * Number(part.slice(0, -1))) / 100) : Number(part);
  return part.startsWith('-') ? count + amount : amount;
};

/** How many of `count` clauses a checked minimum_should_match asks for: never less than none or more than all. */
export const leastOf = (minimum: string, count: number): number => {
  let least = count;
  for (const part of partsOf(minimum)) {
    const [above = '', share] = part.split('<');
    if (share !== undefined && count <= Number(above)) break;
    least = shareOf(share ?? above, count);
  }
  return Math.min(Math.max(least, 0), count);
};
