const QUOTED = /"[^"]*"|(?<![\p{L}\p{N}])'[^']*'/gu;
const WORD = /[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*/gu;
const DIGIT = /\p{N}/u;
const VALUE = '#';

/** The same for messages that differ only in what is quoted and in words with digits: numbers, ids, addresses. */
export const alikeText = (message: string): string =>
  message.replaceAll(QUOTED, VALUE).replaceAll(WORD, (word) => (DIGIT.test(word) ? VALUE : word));
