/** Checks a message or a view against the limits that Slack documents and the rules of our own cards. Returns one sentence a problem. */

type Json = Readonly<Record<string, unknown>>;

export interface CheckOptions {
  /** Slack's limits alone, for messages that are not cards of ours. */
  readonly isSlackOnly?: boolean;
  /** The local dialect knows neither entities nor dates nor fences. */
  readonly dialect?: 'slack' | 'local';
}

const LIMITS = {
  text: 40_000,
  fallback: 120,
  blocks: 50,
  viewBlocks: 100,
  header: 150,
  section: 3000,
  fields: 10,
  field: 2000,
  contextElements: 10,
  contextText: 3000,
  actions: 25,
  buttonLabel: 75,
  buttonValue: 2000,
  id: 255,
  altText: 2000,
  url: 3000,
  codeColumns: 36,
  visibleButtons: 2,
  buttonRow: 30,
} as const;

const EMOJI = new Set(['🔴', '🟠', '🟡', '🔵', '🟢', '⚪', '✅', '⚠', '👀', '📟', '🔺', '↩', '🔎']);
const STYLES = new Set(['primary', 'danger']);
const BLOCK_KEYS: Readonly<Record<string, readonly string[]>> = {
  header: ['text'],
  section: ['text', 'fields', 'accessory', 'expand'],
  context: ['elements'],
  image: ['image_url', 'slack_file', 'alt_text', 'title'],
  actions: ['elements'],
  divider: [],
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const decode = (text: string): string => text.replace(/&(lt|gt|amp);/g, 'x');
const lengthOf = (text: string): number => [...decode(text)].length;

export const checkMessage = (
  message: { readonly text?: unknown; readonly blocks?: unknown },
  options: CheckOptions = {},
): string[] => {
  const problems: string[] = [];
  const say = (problem: string): void => void problems.push(problem);
  checkFallback(message.text, options, say);
  if (message.blocks !== undefined) checkBlocks(message.blocks, LIMITS.blocks, options, say);
  return problems;
};

export const checkView = (view: unknown, options: CheckOptions = {}): string[] => {
  const problems: string[] = [];
  const say = (problem: string): void => void problems.push(problem);
  if (!isObject(view) || !['home', 'modal'].includes(String(view['type']))) return ['view has no known type'];
  checkBlocks(view['blocks'], LIMITS.viewBlocks, options, say);
  return problems;
};

type Say = (problem: string) => void;

const checkFallback = (text: unknown, options: CheckOptions, say: Say): void => {
  if (typeof text !== 'string' || text.trim() === '') return say('the fallback text is empty');
  if (text.length > LIMITS.text) say(`the text has ${text.length} characters, at most ${LIMITS.text}`);
  if (options.isSlackOnly === true) return;
  if (lengthOf(text) > LIMITS.fallback)
    say(`the fallback has ${lengthOf(text)} characters, at most ${LIMITS.fallback}: ${text}`);
  if (/[*`<>]|(^|\s)_\S|\S_(\s|$)/.test(text)) say(`the fallback holds markup: ${text}`);
  if (/\p{Extended_Pictographic}/u.test(text)) say(`the fallback holds an emoji: ${text}`);
  if (/undefined|null|NaN|\[object/.test(text)) say(`the fallback holds a hole: ${text}`);
};

const checkBlocks = (blocks: unknown, most: number, options: CheckOptions, say: Say): void => {
  const list = listOf(blocks);
  if (list.length === 0 || list.length > most) return say(`${list.length} blocks, allowed 1 to ${most}`);
  const blockIds = new Set<unknown>();
  const actionIds = new Set<unknown>();
  for (const [index, block] of list.entries()) {
    if (!isObject(block)) {
      say(`block ${index} is no object`);
      continue;
    }
    const where = `block ${index} (${String(block['type'])})`;
    checkBlock(where, block, options, say);
    const id = block['block_id'];
    if (id !== undefined) {
      checkText(`${where} block_id`, id, LIMITS.id, say);
      if (blockIds.has(id)) say(`${where}: block_id twice in one message`);
      blockIds.add(id);
    }
    for (const element of listOf(block['elements'])) {
      if (!isObject(element) || element['action_id'] === undefined) continue;
      if (actionIds.has(element['action_id'])) say(`${where}: action_id ${String(element['action_id'])} twice`);
      actionIds.add(element['action_id']);
    }
  }
  for (const emoji of JSON.stringify(blocks).match(/\p{Extended_Pictographic}/gu) ?? []) {
    if (options.isSlackOnly !== true && !EMOJI.has(emoji)) say(`emoji ${emoji} is not one of the set`);
  }
};

const checkBlock = (where: string, block: Json, options: CheckOptions, say: Say): void => {
  const type = String(block['type']);
  const known = BLOCK_KEYS[type];
  if (known === undefined) return say(`${where}: does not render everywhere`);
  for (const key of Object.keys(block)) {
    if (!['type', 'block_id', ...known].includes(key)) say(`${where}: unknown property ${key}`);
  }
  switch (type) {
    case 'header':
      return checkPlain(where, block['text'], LIMITS.header, say);
    case 'section':
      return checkSection(where, block, options, say);
    case 'context':
      return checkCount(where, block['elements'], LIMITS.contextElements, say, (element) => {
        checkMarkup(where, element, LIMITS.contextText, options, say);
      });
    case 'image':
      return checkImage(where, block, say);
    case 'actions':
      return checkActions(where, block, options, say);
    default:
  }
};

const checkSection = (where: string, block: Json, options: CheckOptions, say: Say): void => {
  if (block['text'] === undefined && block['fields'] === undefined) say(`${where}: neither text nor fields`);
  if (block['text'] !== undefined) checkMarkup(where, block['text'], LIMITS.section, options, say);
  if (block['fields'] !== undefined) {
    checkCount(where, block['fields'], LIMITS.fields, say, (field) =>
      checkMarkup(where, field, LIMITS.field, options, say),
    );
  }
  if (options.isSlackOnly !== true && block['expand'] !== true) say(`${where}: Slack would fold it behind "see more"`);
};

const checkImage = (where: string, block: Json, say: Say): void => {
  checkText(`${where} alt_text`, block['alt_text'], LIMITS.altText, say);
  const hasUrl = block['image_url'] !== undefined;
  const hasFile = block['slack_file'] !== undefined;
  if (hasUrl === hasFile) return say(`${where}: exactly one of image_url and slack_file`);
  if (hasUrl) return checkText(`${where} image_url`, block['image_url'], LIMITS.url, say);
  const file = block['slack_file'];
  if (!isObject(file) || (file['id'] === undefined) === (file['url'] === undefined))
    say(`${where}: slack_file needs an id or a url`);
};

const checkActions = (where: string, block: Json, options: CheckOptions, say: Say): void => {
  const labels: string[] = [];
  checkCount(where, block['elements'], LIMITS.actions, say, (element) => {
    if (!isObject(element)) return say(`${where}: an element is no object`);
    if (element['type'] !== 'button') return say(`${where}: ${String(element['type'])} in a first card`);
    checkPlain(`${where} button`, element['text'], LIMITS.buttonLabel, say);
    checkText(`${where} action_id`, element['action_id'], LIMITS.id, say);
    if (element['value'] !== undefined) checkText(`${where} value`, element['value'], LIMITS.buttonValue, say);
    if (element['style'] !== undefined && !STYLES.has(String(element['style'])))
      say(`${where}: style ${String(element['style'])}`);
    if (element['style'] === 'danger' && options.isSlackOnly !== true) say(`${where}: no button is red`);
    if (isObject(element['text'])) labels.push(String(element['text']['text']));
  });
  if (options.isSlackOnly === true) return;
  if (labels.length > LIMITS.visibleButtons)
    say(`${where}: ${labels.length} buttons, at most ${LIMITS.visibleButtons}`);
  const row = labels.reduce((sum, label) => sum + lengthOf(label), 0);
  if (row > LIMITS.buttonRow) say(`${where}: labels of ${row} characters wrap on a phone`);
};

const checkCount = (where: string, list: unknown, most: number, say: Say, each: (item: unknown) => void): void => {
  const items = listOf(list);
  if (items.length === 0 || items.length > most) say(`${where}: ${items.length} items, allowed 1 to ${most}`);
  for (const item of items) each(item);
};

const checkText = (where: string, text: unknown, most: number, say: Say): void => {
  if (typeof text !== 'string' || text.trim() === '') say(`${where} is empty`);
  else if (text.length > most) say(`${where} has ${text.length} characters, at most ${most}`);
};

const checkPlain = (where: string, object: unknown, most: number, say: Say): void => {
  if (!isObject(object) || object['type'] !== 'plain_text') return say(`${where} must be plain_text`);
  checkText(where, object['text'], most, say);
  checkWords(where, String(object['text']), say);
};

const checkMarkup = (where: string, object: unknown, most: number, options: CheckOptions, say: Say): void => {
  if (!isObject(object) || object['type'] !== 'mrkdwn') return say(`${where} must be mrkdwn`);
  const text = String(object['text']);
  checkText(where, text, most, say);
  checkWords(where, text, say);
  if (/<!(channel|here|everyone)/.test(text)) say(`${where} notifies a whole channel`);
  for (const tag of text.match(/<!date[^>]*>/g) ?? []) {
    if (!/^<!date\^\d+\^[^|>]+\|[^>]+>$/.test(tag)) say(`${where}: a date without fallback ${tag}`);
  }
  if (options.dialect === 'local') {
    if (/<!date|```|&(amp|lt|gt);/.test(text)) say(`${where}: the local dialect shows this raw: ${text}`);
    return;
  }
  if (/<(?![@#!]|https?:)/.test(text)) say(`${where}: a bare < in ${text}`);
  if (/&(?!(amp|lt|gt);)/.test(text)) say(`${where}: a bare & in ${text}`);
  checkFences(where, text, options, say);
};

const checkFences = (where: string, text: string, options: CheckOptions, say: Say): void => {
  const parts = text.split('```');
  if (parts.length % 2 === 0) say(`${where}: a code fence is not closed`);
  if (options.isSlackOnly === true) return;
  if (parts.some((part, index) => index % 2 === 0 && /\*\*|^#/m.test(part))) say(`${where}: Markdown, not mrkdwn`);
  for (const [index, fence] of parts.entries()) {
    if (index % 2 === 0) continue;
    for (const line of fence.split('\n')) {
      if (lengthOf(line) > LIMITS.codeColumns)
        say(`${where}: ${lengthOf(line)} columns of code wrap on a phone: ${line}`);
    }
  }
};

const checkWords = (where: string, text: string, say: Say): void => {
  if (/\bundefined\b|\bNaN\b|\[object |Invalid Date/.test(text)) say(`${where} holds a hole: ${text}`);
};
