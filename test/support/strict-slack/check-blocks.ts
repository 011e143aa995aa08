import { checkCount, checkKeys, checkText, isObject, type Json, LIMITS, listOf, type Say } from './block-limits.ts';
import { actionIdsOf, checkElement, checkPlain } from './check-elements.ts';

/** Checks blocks against Slack's Block Kit reference: what exists, what is required, and every limit. */

const KEYS: Readonly<Record<string, readonly string[]>> = {
  header: ['text'],
  section: ['text', 'fields', 'accessory', 'expand'],
  context: ['elements'],
  image: ['image_url', 'slack_file', 'alt_text', 'title'],
  actions: ['elements'],
  divider: [],
  input: ['label', 'element', 'hint', 'optional', 'dispatch_action'],
};

export const checkBlocks = (blocks: unknown, surface: 'message' | 'home' | 'modal', say: Say): void => {
  const list = listOf(blocks);
  const most = surface === 'message' ? LIMITS.blocks : LIMITS.viewBlocks;
  if (list.length === 0 || list.length > most) return say(`${list.length} blocks, allowed 1 to ${most}`);
  const blockIds = new Set<unknown>();
  for (const [index, block] of list.entries()) {
    if (!isObject(block)) {
      say(`block ${index} is no object`);
      continue;
    }
    const where = `block ${index} (${String(block['type'])})`;
    checkBlock(where, block, surface, say);
    checkIds(where, block, blockIds, say);
  }
};

/** Characters of text in all blocks together. */
export const textLengthOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLengthOf(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === 'text' && typeof item === 'string' ? item.length : textLengthOf(item)),
    0,
  );
};

const checkIds = (where: string, block: Json, blockIds: Set<unknown>, say: Say): void => {
  const id = block['block_id'];
  if (id !== undefined) {
    checkText(`${where} block_id`, id, LIMITS.id, say);
    if (blockIds.has(id)) say(`${where}: block_id twice in one message`);
    blockIds.add(id);
  }
  const actionIds = actionIdsOf(block);
  for (const [index, actionId] of actionIds.entries()) {
    if (actionIds.indexOf(actionId) !== index) say(`${where}: action_id ${String(actionId)} twice`);
  }
};

const checkBlock = (where: string, block: Json, surface: string, say: Say): void => {
  const type = String(block['type']);
  const known = KEYS[type];
  if (known === undefined) return say(`${where}: does not render everywhere`);
  checkKeys(where, block, ['type', 'block_id', ...known], say);
  switch (type) {
    case 'header':
      return checkPlain(where, block['text'], LIMITS.header, say);
    case 'section':
      return checkSection(where, block, say);
    case 'context':
      return checkCount(where, block['elements'], LIMITS.contextElements, say, (element) =>
        checkContextElement(where, element, say),
      );
    case 'image':
      return checkImage(where, block, say);
    case 'actions':
      return checkCount(where, block['elements'], LIMITS.actions, say, (element) =>
        checkElement(where, element, 'actions', say),
      );
    case 'input':
      return checkInput(where, block, surface, say);
    default:
  }
};

const checkSection = (where: string, block: Json, say: Say): void => {
  if (block['text'] === undefined && block['fields'] === undefined) say(`${where}: neither text nor fields`);
  if (block['text'] !== undefined) checkTextObject(where, block['text'], LIMITS.section, say);
  if (block['fields'] !== undefined) {
    checkCount(where, block['fields'], LIMITS.fields, say, (field) => checkTextObject(where, field, LIMITS.field, say));
  }
  const { accessory } = block as { accessory?: Json };
  if (accessory === undefined) return;
  if (accessory['type'] === 'image') checkImage(`${where} accessory`, accessory, say);
  else checkElement(`${where} accessory`, accessory, 'section', say);
};

const checkContextElement = (where: string, element: unknown, say: Say): void => {
  if (isObject(element) && element['type'] === 'image') return checkImage(where, element, say);
  checkTextObject(where, element, LIMITS.contextText, say);
};

const checkTextObject = (where: string, object: unknown, most: number, say: Say): void => {
  if (!isObject(object) || !['mrkdwn', 'plain_text'].includes(String(object['type']))) {
    return say(`${where} must be mrkdwn or plain_text`);
  }
  const known = object['type'] === 'mrkdwn' ? ['type', 'text', 'verbatim'] : ['type', 'text', 'emoji'];
  checkKeys(where, object, known, say);
  checkText(where, object['text'], most, say);
};

const checkImage = (where: string, block: Json, say: Say): void => {
  checkText(`${where} alt_text`, block['alt_text'], LIMITS.altText, say);
  if (block['title'] !== undefined) checkPlain(`${where} title`, block['title'], LIMITS.imageTitle, say);
  const hasUrl = block['image_url'] !== undefined;
  const hasFile = block['slack_file'] !== undefined;
  if (hasUrl === hasFile) return say(`${where}: exactly one of image_url and slack_file`);
  if (hasUrl) return checkText(`${where} image_url`, block['image_url'], LIMITS.url, say);
  const file = block['slack_file'];
  if (!isObject(file) || (file['id'] === undefined) === (file['url'] === undefined)) {
    say(`${where}: slack_file needs an id or a url`);
  }
};

const checkInput = (where: string, block: Json, surface: string, say: Say): void => {
  if (surface === 'message') say(`${where}: an input has no submit button in a message`);
  checkPlain(`${where} label`, block['label'], LIMITS.inputLabel, say);
  if (block['hint'] !== undefined) checkPlain(`${where} hint`, block['hint'], LIMITS.inputHint, say);
  checkElement(where, block['element'], 'input', say);
};

const VIEW_KEYS = ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'];
const MODAL_KEYS = [...VIEW_KEYS, 'title', 'submit', 'close', 'clear_on_close', 'notify_on_close', 'submit_disabled'];

export const checkViewLimits = (view: unknown, say: Say): void => {
  if (!isObject(view)) return say('the view is no object');
  const type = view['type'];
  if (type !== 'home' && type !== 'modal') return say('view has no known type');
  checkKeys('view', view, type === 'home' ? VIEW_KEYS : MODAL_KEYS, say);
  checkBlocks(view['blocks'], type, say);
  for (const key of ['callback_id', 'external_id']) {
    if (view[key] !== undefined) checkText(`view ${key}`, view[key], LIMITS.id, say);
  }
  if (view['private_metadata'] !== undefined && String(view['private_metadata']).length > LIMITS.viewMetadata) {
    say(`private_metadata is longer than ${LIMITS.viewMetadata}`);
  }
  if (type === 'home') return;
  checkPlain('view title', view['title'], LIMITS.viewTitle, say);
  const hasInput = listOf(view['blocks']).some((block) => isObject(block) && block['type'] === 'input');
  if (hasInput && view['submit'] === undefined) say('a view with inputs needs a submit button');
  for (const key of ['submit', 'close']) {
    if (view[key] !== undefined) checkPlain(`view ${key}`, view[key], LIMITS.viewTitle, say);
  }
};
