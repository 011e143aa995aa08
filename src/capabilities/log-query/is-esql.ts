const SOURCE = /^\s*(?:from|row)\s+(\S+)/iu;

/**
 * Whether somebody wrote ES|QL rather than English, which may begin with the word "from" as well: then it has
 * a pipe, ends after its indices or before them, or names one that there is.
 */
export const isEsql = (text: string, indices: Iterable<string>): boolean => {
  if (/^\s*(?:from|row)\s*$/iu.test(text)) return true;
  const match = SOURCE.exec(text);
  if (match === null) return false;
  if (/^\s*row\s/iu.test(text)) return text.includes('=');
  const first = (match[1] ?? '').replaceAll(/[",]/gu, '').toLowerCase();
  return (
    text.includes('|') || [...indices].some((index) => index.toLowerCase() === first) || /^\s*\S+\s+\S+\s*$/u.test(text)
  );
};
