import type { QueryValue } from '#ports/telemetry-store.ts';

const PATTERN = /^\.\*\?.*\.\*\?$/su;

/** Whether it is a key of CATEGORIZE: a regular expression of the words that all messages have. */
export const isPattern = (value: string): boolean => PATTERN.test(value);

/**
 * Of a key of CATEGORIZE its words. The expression has the same between any two of them, so that it does not tell
 * where a value was left out.
 */
export const readablePattern = (value: string): string =>
  isPattern(value)
    ? value
        .replaceAll(/\.[*+]\?/gu, ' ')
        .replaceAll(/\\(.)/gsu, '$1')
        .trim()
    : value;

/** What tells a group apart, as people read it. */
export const keyText = (value: QueryValue): string =>
  value === null ? 'none' : Array.isArray(value) ? value.join(', ') : readablePattern(String(value));
