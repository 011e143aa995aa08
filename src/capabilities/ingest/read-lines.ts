export interface IngestLine {
  /** From 1. */
  readonly number: number;
  /** Null: the line is longer than the limit. */
  readonly text: string | null;
  /** Of the line without its end; at most the limit for a line that is too long. */
  readonly bytes: number;
}

export const NEWLINE = 0x0a;

/**
 * Splits a stream of bytes at newlines, empty lines included and counted, and holds no more of it
 * than a line may be long: the rest of a longer line is skipped. Yields the lines of a chunk together.
 */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<readonly IngestLine[]> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let bytes = 0;
  let isTooLong = false;
  const take = (part: Uint8Array): void => {
    if (isTooLong || part.length === 0) return;
    bytes += part.length;
    if (bytes > maxLineBytes) {
      isTooLong = true;
      bytes = maxLineBytes;
      parts = [];
    } else parts.push(part);
  };
  const end = (): IngestLine => {
    const text = isTooLong ? null : Buffer.concat(parts).toString('utf8');
    const line = { number, text, bytes };
    number += 1;
    parts = [];
    bytes = 0;
    isTooLong = false;
    return line;
  };
  for await (const chunk of source) {
    const lines: IngestLine[] = [];
    let from = 0;
    let at = chunk.indexOf(NEWLINE);
    if (at !== -1) {
      take(chunk.subarray(0, at));
      lines.push(end());
      from = at + 1;
      const last = chunk.lastIndexOf(NEWLINE);
      const whole = Buffer.from(chunk.buffer, chunk.byteOffset + from, Math.max(0, last - from)).toString('utf8');
      // In plain ASCII a character is a byte, so that the lines can be cut from one string.
      const isAscii = whole.length === last - from;
      const start = from;
      for (at = chunk.indexOf(NEWLINE, from); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        if (isAscii && at - from <= maxLineBytes) {
          lines.push({ number, text: whole.slice(from - start, at - start), bytes: at - from });
          number += 1;
        } else {
          take(chunk.subarray(from, at));
          lines.push(end());
        }
        from = at + 1;
      }
    }
    take(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (bytes > 0) yield [end()];
}
