export type Json = Readonly<Record<string, unknown>>;
export type Say = (problem: string) => void;

/** Of Slack's Block Kit reference and of chat.postMessage, in characters or pieces. */
export const LIMITS = {
  text: 40_000,
  blocks: 50,
  viewBlocks: 100,
  // Undocumented: slackapi/bolt-js#2509 measured where msg_blocks_too_long begins.
  blocksText: 13_000,
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
  imageTitle: 2000,
  url: 3000,
  placeholder: 150,
  inputLabel: 2000,
  inputHint: 2000,
  inputText: 3000,
  optionText: 75,
  optionValue: 150,
  overflowOptions: 5,
  listedOptions: 10,
  selectOptions: 100,
  confirmTitle: 100,
  confirmText: 300,
  confirmLabel: 30,
  viewTitle: 24,
  viewMetadata: 3000,
} as const;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const checkKeys = (where: string, object: Json, known: readonly string[], say: Say): void => {
  for (const key of Object.keys(object)) {
    if (!known.includes(key)) say(`${where}: unknown property ${key}`);
  }
};

export const checkText = (where: string, text: unknown, most: number, say: Say): void => {
  if (typeof text !== 'string' || text.trim() === '') say(`${where} is empty`);
  else if (text.length > most) say(`${where} has ${text.length} characters, at most ${most}`);
};

export const checkCount = (
  where: string,
  list: unknown,
  most: number,
  say: Say,
  each: (item: unknown) => void,
): void => {
  const items = listOf(list);
  if (items.length === 0 || items.length > most) say(`${where}: ${items.length} items, allowed 1 to ${most}`);
  for (const item of items) each(item);
};
