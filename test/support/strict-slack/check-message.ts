/** Checks a message or a view against the limits that Slack documents and the rules of our own cards. Returns one sentence a problem. */

import { isObject, type Json, LIMITS, listOf, type Say } from './block-limits.ts';
import { checkBlocks, checkViewLimits, textLengthOf } from './check-blocks.ts';

export interface CheckOptions {
  /** Slack's limits alone, for messages that are not cards of ours. */
  readonly isSlackOnly?: boolean;
  /** The local dialect knows neither entities nor dates nor fences. */
  readonly dialect?: 'slack' | 'local';
}

/** Of our own: what a lock screen and a phone can show. */
const HOUSE = { fallback: 120, codeColumns: 36, visibleButtons: 2, buttonRow: 30 } as const;
const EMOJI = new Set(['🔴', '🟠', '🟡', '🔵', '🟢', '⚪', '✅', '⚠', '👀', '📟', '🔺', '↩', '🔎']);

const decode = (text: string): string => text.replace(/&(lt|gt|amp);/g, 'x');
const lengthOf = (text: string): number => [...decode(text)].length;

export const checkMessage = (
  message: { readonly text?: unknown; readonly blocks?: unknown },
  options: CheckOptions = {},
): string[] => {
  const problems: string[] = [];
  const say = (problem: string): void => void problems.push(problem);
  checkFallback(message.text, options, say);
  if (message.blocks === undefined) return problems;
  checkBlocks(message.blocks, 'message', say);
  if (textLengthOf(message.blocks) > LIMITS.blocksText)
    say(`the blocks hold more than ${LIMITS.blocksText} characters`);
  checkHouse(message.blocks, options, say);
  return problems;
};

export const checkView = (view: unknown, options: CheckOptions = {}): string[] => {
  const problems: string[] = [];
  const say = (problem: string): void => void problems.push(problem);
  checkViewLimits(view, say);
  if (isObject(view)) checkHouse(view['blocks'], options, say);
  return problems;
};

const checkFallback = (text: unknown, options: CheckOptions, say: Say): void => {
  if (typeof text !== 'string' || text.trim() === '') return say('the fallback text is empty');
  if (text.length > LIMITS.text) say(`the text has ${text.length} characters, at most ${LIMITS.text}`);
  if (options.isSlackOnly === true) return;
  if (lengthOf(text) > HOUSE.fallback)
    say(`the fallback has ${lengthOf(text)} characters, at most ${HOUSE.fallback}: ${text}`);
  if (/[*`<>]|(^|\s)_\S|\S_(\s|$)/.test(text)) say(`the fallback holds markup: ${text}`);
  if (/\p{Extended_Pictographic}/u.test(text)) say(`the fallback holds an emoji: ${text}`);
  if (/undefined|null|NaN|\[object/.test(text)) say(`the fallback holds a hole: ${text}`);
};

const checkHouse = (blocks: unknown, options: CheckOptions, say: Say): void => {
  for (const [index, block] of listOf(blocks).entries()) {
    if (isObject(block)) checkHouseBlock(`block ${index} (${String(block['type'])})`, block, options, say);
  }
  if (options.isSlackOnly === true) return;
  for (const emoji of JSON.stringify(blocks).match(/\p{Extended_Pictographic}/gu) ?? []) {
    if (!EMOJI.has(emoji)) say(`emoji ${emoji} is not one of the set`);
  }
};

const checkHouseBlock = (where: string, block: Json, options: CheckOptions, say: Say): void => {
  if (block['type'] === 'section' && options.isSlackOnly !== true && block['expand'] !== true) {
    say(`${where}: Slack would fold it behind "see more"`);
  }
  if (block['type'] === 'actions' && options.isSlackOnly !== true) checkButtonRow(where, block, say);
  const texts = [block['text'], ...listOf(block['fields']), ...listOf(block['elements'])];
  for (const object of texts) {
    if (!isObject(object) || typeof object['text'] !== 'string') continue;
    checkWords(where, object['text'], say);
    if (object['type'] === 'mrkdwn') checkMarkup(where, object['text'], options, say);
  }
};

const checkButtonRow = (where: string, block: Json, say: Say): void => {
  const buttons = listOf(block['elements']).filter(
    (element): element is Json => isObject(element) && element['type'] === 'button',
  );
  if (buttons.some((button) => button['style'] === 'danger')) say(`${where}: no button is red`);
  if (buttons.length > HOUSE.visibleButtons) {
    say(`${where}: ${buttons.length} buttons, at most ${HOUSE.visibleButtons}`);
  }
  const row = buttons.reduce(
    (sum, { text }) => sum + lengthOf(isObject(text) && typeof text['text'] === 'string' ? text['text'] : ''),
    0,
  );
  if (row > HOUSE.buttonRow) say(`${where}: labels of ${row} characters wrap on a phone`);
};

const checkMarkup = (where: string, text: string, options: CheckOptions, say: Say): void => {
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
  if (parts.some((part, index) => index % 2 === 0 && /\*\*\w[^*]*\*\*|^#{1,6} /m.test(part)))
    say(`${where}: Markdown, not mrkdwn`);
  for (const [index, fence] of parts.entries()) {
    if (index % 2 === 0) continue;
    for (const line of fence.split('\n')) {
      if (lengthOf(line) > HOUSE.codeColumns)
        say(`${where}: ${lengthOf(line)} columns of code wrap on a phone: ${line}`);
    }
  }
};

const checkWords = (where: string, text: string, say: Say): void => {
  if (/\bundefined\b|\bNaN\b|\[object |Invalid Date/.test(text)) say(`${where} holds a hole: ${text}`);
};
