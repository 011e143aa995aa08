import type { CardBlock, CardMessage, ChartImage } from './cards/blocks.ts';
import { CODE_COLUMNS } from './cards/answer/query-text.ts';
import { lengthOf, NBSP, unescapeMrkdwn } from './cards/text.ts';

export const DIALECTS = ['slack', 'local'] as const;
export type Dialect = (typeof DIALECTS)[number];

const CODE_BLOCK = /(```[^]*?```)/u;
const CODE_SPAN = /(`[^`\n]*`)/u;

/**
 * The last step before a message leaves. Slack takes cards as they are; a local Slack shows dates,
 * entities and code blocks raw, and images only by address.
 */
export const inDialect = (message: CardMessage, dialect: Dialect, chart: ChartImage | null = null): CardMessage =>
  dialect === 'slack'
    ? message
    : { text: localText(message.text), blocks: message.blocks.map((block) => localBlock(block, chart)) };

/** The same for a text that is no message, such as the comment beside a file. */
export const textInDialect = (text: string, dialect: Dialect): string => (dialect === 'slack' ? text : localText(text));

const localBlock = (block: CardBlock, chart: ChartImage | null): CardBlock => {
  switch (block.type) {
    case 'image':
      return chart === null || !('slack_file' in block)
        ? block
        : { type: 'image', image_url: chart.permalink, alt_text: block.alt_text };
    case 'section':
      return mapStrings(block, localText);
    case 'context':
      return mapStrings(block, localText);
    case 'header':
    case 'actions':
      return block;
  }
};

// Only text objects are for reading; ids and values go through as they are.
const mapStrings = <T>(value: T, change: (text: string) => string): T => {
  if (Array.isArray(value)) return value.map((item: unknown) => mapStrings(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      key === 'text' && typeof item === 'string' ? change(item) : mapStrings(item, change),
    ]),
  ) as T;
};

const localText = (text: string): string =>
  text
    .replace(/<!date\^\d+\^[^|>]+\|([^>]+)>/gu, '$1')
    .split(CODE_BLOCK)
    .map((part) => (part.startsWith('```') ? localCodeBlock(part) : localProse(part)))
    .join('');

const localProse = (text: string): string =>
  text
    .split(CODE_SPAN)
    .map((part) => (part.startsWith('`') ? withSingleStar(withoutEntities(part)) : withoutEntities(part)))
    .join('');

/** One code span a line, padded to a block; a line that is longer than a phone’s, such as a literal, sticks out alone. */
const localCodeBlock = (block: string): string => {
  const body = block.slice(3, -3).replace(/^\n|\n$/gu, '');
  const lines = body.split('\n').map((line) => withSingleStar(withoutEntities(line)).replaceAll('`', 'ʼ'));
  const width = Math.min(CODE_COLUMNS, Math.max(...lines.map(lengthOf)));
  return lines
    .map((line) => `\`${`${line}${' '.repeat(Math.max(0, width - lengthOf(line)))}`.replaceAll(' ', NBSP)}\``)
    .join('\n');
};

// A "<" would begin a tag there.
const withoutEntities = (text: string): string =>
  text.replace(/&(?:lt|gt|amp);/gu, (entity) => (entity === '&lt;' ? '‹' : unescapeMrkdwn(entity)));

// Two asterisks in a line turn it bold there, even in code.
const withSingleStar = (line: string): string => {
  let seen = 0;
  return line.replaceAll('*', (star) => (seen++ === 0 ? star : '∗'));
};
