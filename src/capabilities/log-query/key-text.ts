import type { QueryValue } from '#ports/telemetry-store.ts';

const PATTERN = /^\.\*\?.*\.\*\?$/su;

/** A key of CATEGORIZE is a regular expression of the words that all messages have: those words. */
export const readablePattern = (value: string): string =>
  PATTERN.test(value)
    ? value
        .replaceAll(/\.[*+]\?/gu, ' ')
        .replaceAll(/\\(.)/gsu, '$1')
        .trim()
    : value;

/** What tells a group apart, as people read it. */
export const keyText = (value: QueryValue): string =>
  value === null ? 'none' : Array.isArray(value) ? value.join(', ') : readablePattern(String(value));
