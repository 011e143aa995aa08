/** In queries `attributes.sentinel.cut_characters`: by how much the texts of the row were longer than a row may hold. */
export const CUT_ATTRIBUTE = 'sentinel.cut_characters';

const HALF_A_CHARACTER = /[\ud800-\udbff]$/;

/**
 * The beginning of a text, at most `most` UTF-16 code units; the row's attributes count what is missing. Senders
 * cannot shorten what applications write, and a failure without the end of its stack trace is still one.
 */
export const cutText = (text: string, most: number, attributes: Record<string, string>): string => {
  if (text.length <= most) return text;
  const kept = text.slice(0, most).replace(HALF_A_CHARACTER, '');
  attributes[CUT_ATTRIBUTE] = String(Number(attributes[CUT_ATTRIBUTE] ?? 0) + text.length - kept.length);
  return kept;
};
