export const NBSP = '\u00a0';

/** Slack shows at most this much of a lock screen. */
export const FALLBACK_LIMIT = 120;
export const HEADER_LIMIT = 150;
export const NAME_LIMIT = 40;

/** Slack's limits of a text in a block, and of one field. */
export const TEXT_LIMIT = 3_000;
export const FIELD_LIMIT = 2_000;

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

// Colours of a terminal: ECMA-48, "Control sequences", introduced by ESC [ or by its one-byte form.
const ESCAPE = '\u001b';
const CONTROL_SEQUENCE = new RegExp(`(?:${ESCAPE}\\[|\u009b)[0-?]*[ -/]*[@-~]`, 'gu');

export const lengthOf = (text: string): number => [...text].length;

/** Text that somebody else wrote, on one line and without characters that hide or reorder it. */
export const toOneLine = (text: string): string =>
  text.replace(CONTROL_SEQUENCE, '').replace(/\s+/gu, ' ').replace(INVISIBLE, '').trim();

/** So that it neither links, mentions nor ends a code span. */
export const escapeMrkdwn = (text: string): string => withEntities(text).replaceAll('`', 'ʼ');

/** For a line of a code block, where a backtick is shown as it is and only three of them end the block. */
export const escapeCode = (text: string): string =>
  withEntities(text).replaceAll(/`{3,}/gu, (ticks) => 'ʼ'.repeat(ticks.length));

const withEntities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Slack sends what people type with these three as entities. */
export const unescapeMrkdwn = (text: string): string =>
  text.replace(/&(lt|gt|amp);/g, (_, name: string) => (name === 'lt' ? '<' : name === 'gt' ? '>' : '&'));

/** Cuts a name in the middle, where names of one family differ least. */
export const cutInMiddle = (text: string, limit: number): string => {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const head = Math.ceil((limit - 1) * 0.6);
  const tail = limit - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
};

/** Cuts at a word; the end says that something is missing. */
export const cutAtWord = (text: string, limit: number): string => {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const kept = characters.slice(0, limit - 1).join('');
  const lastSpace = kept.lastIndexOf(' ');
  return `${(lastSpace > limit / 2 ? kept.slice(0, lastSpace) : kept).replace(/[\s,;:.]+$/u, '')}…`;
};

/** At a space where there is one in the second half of the line, else anywhere. */
export const wrapText = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let left = [...text];
  while (left.length > width) {
    const space = left.slice(0, width + 1).lastIndexOf(' ');
    const at = space > width / 2 ? space : width;
    lines.push(left.slice(0, at).join('').trimEnd());
    left = [...left.slice(at).join('').trimStart()];
  }
  return [...lines, left.join('')];
};

/** A service or field name of somebody else's, for mrkdwn. */
export const nameIn = (name: string): string =>
  escapeFormatting(escapeMrkdwn(cutInMiddle(toOneLine(name), NAME_LIMIT)));

/** A name of somebody else's, for headers and the fallback, where markup is not parsed. */
export const plainName = (name: string, limit = NAME_LIMIT): string =>
  cutInMiddle(withoutMarkup(toOneLine(name)), limit);

/** A word longer than a line runs out of the card on a phone. */
const cutWords = (text: string): string =>
  text
    .split(' ')
    .map((word) => cutInMiddle(word, NAME_LIMIT))
    .join(' ');

/** Words of somebody else's in curly quotes. */
export const quoted = (text: string, limit: number): string =>
  `“${escapeFormatting(escapeMrkdwn(cutAtWord(cutWords(toOneLine(text)), limit)))}”`;

/** For the fallback, which some clients show as it is. */
export const withoutMarkup = (text: string): string =>
  escapeFormatting(text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('`', 'ʼ').replaceAll('&', '+'));

// A zero-width character would be invisible in a search; a look-alike is not formatting.
const escapeFormatting = (text: string): string =>
  text
    .replaceAll('*', '∗')
    .replace(/(?<!\w)_|_(?!\w)/gu, 'ˍ')
    .replaceAll('~', '∼')
    // An emoji's name would be drawn.
    .replaceAll(/:(?=[\w+-]+:)/gu, '꞉');

const FENCE = '```';

/**
 * Mrkdwn that is ready to be shown, cut to what Slack takes: at a line where there is one, never within an
 * entity, and a code block that was open is closed. Escaping makes a text up to five times as long.
 */
export const fitMrkdwn = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  const room = limit - FENCE.length - 2;
  const kept = text
    .slice(0, room)
    .replace(/&\w{0,3}$/u, '')
    .toWellFormed();
  const lastLine = kept.lastIndexOf('\n');
  const cut = lastLine > room / 2 ? kept.slice(0, lastLine) : kept;
  const isOpen = cut.split(FENCE).length % 2 === 0;
  return `${cut}…${isOpen ? `\n${FENCE}` : ''}`;
};

/** The first candidate that fits a lock screen; else the last one, cut at a word. */
export const fitFallback = (candidates: readonly string[]): string =>
  candidates.find((candidate) => lengthOf(candidate) <= FALLBACK_LIMIT) ??
  cutAtWord(candidates.at(-1) ?? '', FALLBACK_LIMIT);

/** "a, b and c" */
export const listInWords = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** The first few, then how many more. */
export const listWithRest = (items: readonly string[], most: number, separator: string): string =>
  items.length <= most
    ? items.join(separator)
    : `${items.slice(0, most).join(separator)} and ${(items.length - most).toLocaleString('en-US')} more`;

export const code = (text: string): string => `\`${text}\``;
export const fence = (lines: readonly string[]): string => `\`\`\`\n${lines.join('\n')}\n\`\`\``;
