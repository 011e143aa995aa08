import { NEWLINE } from './read-lines.ts';

export interface BodyHold {
  /** Passes a body on and keeps it on the way. */
  through(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** What was kept. Of a line that is longer than the limit only so much that it still is. */
  blocks(): readonly Uint8Array[];
}

const BLOCK_BYTES = 65_536;

/** Keeps a body of lines to read it once more, in blocks: it takes the memory of its bytes in however small pieces it arrives. */
export const createBodyHold = (maxLineBytes: number): BodyHold => {
  const full: Uint8Array[] = [];
  let block = Buffer.allocUnsafe(BLOCK_BYTES);
  let used = 0;
  let lineBytes = 0;
  const keep = (part: Uint8Array): void => {
    for (let from = 0; from < part.length;) {
      const some = part.subarray(from, from + BLOCK_BYTES - used);
      block.set(some, used);
      used += some.length;
      from += some.length;
      if (used < BLOCK_BYTES) continue;
      full.push(block);
      block = Buffer.allocUnsafe(BLOCK_BYTES);
      used = 0;
    }
  };
  const take = (part: Uint8Array): void => {
    const newline = part.indexOf(NEWLINE);
    const end = newline === -1 ? part.length : newline;
    const kept = Math.min(end, Math.max(0, maxLineBytes + 1 - lineBytes));
    if (kept === end) keep(part);
    else {
      keep(part.subarray(0, kept));
      keep(part.subarray(end));
    }
    lineBytes = newline === -1 ? lineBytes + part.length : part.length - 1 - part.lastIndexOf(NEWLINE);
  };
  return {
    async *through(body) {
      for await (const part of body) {
        take(part);
        yield part;
      }
    },
    blocks: () => [...full, block.subarray(0, used)],
  };
};
