import { literally } from './patterns.ts';

// Of ASCII only: neither part of a word nor what joins two parts. Classes of Unicode take RE2 milliseconds to compile.
const SEPARATOR = String.raw`[^0-9A-Za-z_.,;:'\x80-\x{10FFFF}]`;
// Between a separator or an end and a word it joins nothing.
const LOOSE_JOINERS = "[.,;:']*";

/**
 * An expression of RE2 that finds one of some words of `analyzeText` where it plainly stands apart in a
 * text in small letters. What it finds is a word of the text; a word of the text it may miss.
 */
export const apartPattern = (words: readonly string[]): string =>
  `(?:^|${SEPARATOR})${LOOSE_JOINERS}(?:${words.map(literally).join('|')})${LOOSE_JOINERS}(?:$|${SEPARATOR})`;
