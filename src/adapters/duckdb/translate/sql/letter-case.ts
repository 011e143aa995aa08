import type { EmitContext } from '../emitters/emitter.ts';

/**
 * TO_UPPER and TO_LOWER as Java has them, which is Unicode's full mapping without a language. DuckDB maps each code
 * point to one, so that a text with letters that become several, or depend on their neighbours, is taken apart.
 */

const lettersOf = (...spans: readonly (readonly [first: number, last: number])[]): string =>
  spans
    .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)))
    .join('');

// Letters of Unicode 16 and 17, which are younger than DuckDB's tables.
const YOUNG_CAPITALS = lettersOf([0x1c89, 0x1c89], [0xa7cb, 0xa7cc], [0xa7ce, 0xa7ce], [0xa7d2, 0xa7d2], [0xa7d4, 0xa7d4], [0xa7da, 0xa7da], [0xa7dc, 0xa7dc]); // prettier-ignore
// ß and its like, the Greek letters with an iota or marks that no capital has, and ligatures.
const SPECIAL_SMALL =
  lettersOf([0xdf, 0xdf], [0x149, 0x149], [0x1f0, 0x1f0], [0x390, 0x390], [0x3b0, 0x3b0], [0x587, 0x587], [0x1e96, 0x1e9a], [0x1f50, 0x1f50], [0x1f52, 0x1f52], [0x1f54, 0x1f54], [0x1f56, 0x1f56], [0x1f80, 0x1faf], [0x1fb2, 0x1fb4], [0x1fb6, 0x1fb7], [0x1fbc, 0x1fbc], [0x1fc2, 0x1fc4], [0x1fc6, 0x1fc7], [0x1fcc, 0x1fcc], [0x1fd2, 0x1fd3], [0x1fd6, 0x1fd7], [0x1fe2, 0x1fe4], [0x1fe6, 0x1fe7], [0x1ff2, 0x1ff4], [0x1ff6, 0x1ff7], [0x1ffc, 0x1ffc], [0xfb00, 0xfb06], [0xfb13, 0xfb17]) +
  YOUNG_CAPITALS.toLowerCase(); // prettier-ignore
const DOTTED_I = '\u0130';

// Σ is ς at the end of a word: behind a letter that has a case and before none, whatever marks stand between.
const CASED = String.raw`[\p{Lu}\p{Ll}\p{Lt}ªº\x{2160}-\x{217f}\x{24b6}-\x{24e9}\x{1c89}\x{1c8a}\x{a7cb}-\x{a7cf}\x{a7d2}-\x{a7d5}\x{a7da}-\x{a7dc}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}]`;
const BETWEEN = String.raw`[\p{Mn}\p{Me}\p{Cf}\p{Lm}\p{Sk}'.:\x{b7}\x{387}\x{55f}\x{5f4}\x{897}\x{1acf}-\x{1add}\x{1ae0}-\x{1aeb}\x{2018}\x{2019}\x{2024}\x{2027}\x{a7f1}\x{fe13}\x{fe52}\x{fe55}\x{ff07}\x{ff0e}\x{ff1a}]*`;

/** Plain ASCII has as many bytes as characters, which is known sooner than what it is made of. */
const unlessPlain = (text: string, special: string, exact: string, plain: string): string =>
  `CASE WHEN strlen(${text}) <> length(${text}) AND regexp_matches(${text}, ${special}) THEN ${exact} ELSE ${plain} END`;

export const toUpperSql = (context: EmitContext, value: string): string => {
  const text = context.once(value);
  const special = context.text(SPECIAL_SMALL);
  const capitals = `string_split(${context.text(Array.from(SPECIAL_SMALL, (letter) => letter.toUpperCase()).join('|'))}, '|')`;
  const pieces = `regexp_extract_all(${text}, ${context.text(`[${SPECIAL_SMALL}]|[^${SPECIAL_SMALL}]+`)})`;
  const piece = `CASE WHEN contains(${special}, piece) THEN ${capitals}[strpos(${special}, piece)] ELSE upper(piece) END`;
  const exact = `array_to_string(list_transform(${pieces}, lambda piece: ${piece}), '')`;
  return unlessPlain(text, context.text(`[${SPECIAL_SMALL}]`), exact, `upper(${text})`);
};

export const toLowerSql = (context: EmitContext, value: string): string => {
  const text = context.once(value);
  // A letter that is the neighbour of two is only found as one's at a time.
  const within = (sql: string): string =>
    `regexp_replace(${sql}, ${context.text(`Σ(${BETWEEN}${CASED})`)}, ${context.text(String.raw`σ\1`)}, 'g')`;
  const atEnd = `regexp_replace(${within(within(text))}, ${context.text(`(${CASED}${BETWEEN})Σ`)}, ${context.text(String.raw`\1ς`)}, 'g')`;
  const young = `translate(${atEnd}, ${context.text(YOUNG_CAPITALS)}, ${context.text(YOUNG_CAPITALS.toLowerCase())})`;
  const exact = `lower(replace(${young}, '${DOTTED_I}', '${DOTTED_I.toLowerCase()}'))`;
  return unlessPlain(text, context.text(`[${DOTTED_I}Σ${YOUNG_CAPITALS}]`), exact, `lower(${text})`);
};
