import { printString } from '#esql/print/print-expression.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { LevelFilter } from './read-lines.ts';
import type { FoundPattern } from './report-patterns.ts';

interface Report {
  readonly service: string;
  readonly window: TimeWindow;
  readonly baseline: TimeWindow;
  readonly level: LevelFilter | null;
}

const VARIABLE = '<*>';
const MOST_CHARACTERS = 500;

/**
 * ES|QL of a pattern's lines, the newest first: in the window, or before it where the pattern is gone. Null where
 * its lines were too many different ones to be told apart.
 */
export const queryOfPattern = ({ service, window, baseline, level }: Report, pattern: FoundPattern): string | null => {
  const wildcards = wildcardsOf(pattern);
  if (wildcards === null) return null;
  const { from, to } = pattern.readLines > 0 ? window : baseline;
  const conditions = [
    `service.name == ${printString(service)}`,
    ...(level === null ? [] : [level.esql]),
    `message LIKE ${printString(wildcards)}`,
    `@timestamp >= ${printString(from.toISOString())}`,
    `@timestamp < ${printString(to.toISOString())}`,
  ];
  return `FROM logs | WHERE ${conditions.join(' AND ')} | SORT @timestamp DESC`;
};

/**
 * The words of a pattern with `*` for what varies. A pattern tells neither how much space was between its words
 * nor every mark, so that where its own newest line would not be found, only the words count.
 */
export const wildcardsOf = ({
  text,
  example,
  isCoarse,
}: Pick<FoundPattern, 'text' | 'example' | 'isCoarse'>): string | null => {
  if (isCoarse) return null;
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const asWritten = text.split(VARIABLE);
  const byWords = [
    '',
    ...text
      .replaceAll(VARIABLE, ' ')
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ''),
    '',
  ];
  const parts = matches(asWritten, example) ? asWritten : byWords;
  const isTooLong = parts.join('*').length > MOST_CHARACTERS;
  return words.length === 0 || isTooLong ? null : parts.map(escapeWildcards).join('*');
};

const escapeWildcards = (text: string): string => text.replaceAll(/[\\*?]/gu, (character) => `\\${character}`);

/** Whether the parts make up the line, in their order, from its beginning to its end. */
const matches = (parts: readonly string[], line: string): boolean => {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return line === first;
  if (!line.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = line.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return line.length - last.length >= at && line.endsWith(last);
};
