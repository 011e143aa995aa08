import { RequestTooLarge } from './request-budget.ts';

// 100,000 events, each an object of three members.
export const MAX_JSON_PARTS = 500_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const PART_BEGINS = new Set<number | undefined>(Buffer.from('[{,'));

/**
 * Throws RequestTooLarge for JSON of more values than messages of CloudWatch Logs have: it is parsed in one
 * piece, and a value of two bytes takes as long as a line of text. What is no JSON is left to the parser.
 */
export const assertFewParts = (json: Uint8Array): void => {
  let parts = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) {
      for (at += 1; at < json.length && json[at] !== QUOTE; at += 1) if (json[at] === BACKSLASH) at += 1;
    } else if (PART_BEGINS.has(byte)) {
      parts += 1;
      if (parts > MAX_JSON_PARTS) {
        throw new RequestTooLarge(`The JSON has more than ${MAX_JSON_PARTS} values. Send it in several requests.`);
      }
    }
  }
};
