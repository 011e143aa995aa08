export interface IngestLine {
  /** From 1. */
  readonly number: number;
  /** Null: the line is longer than the limit. */
  readonly text: string | null;
  /** Of the line without its end; at most the limit for a line that is too long. */
  readonly bytes: number;
}

const NEWLINE = 0x0a;

/**
 * Splits a stream of bytes at newlines, empty lines included and counted, and holds no more of
 * it than a line may be long: the rest of a longer line is skipped.
 */
export async function* readLines(source: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<IngestLine> {
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
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield end();
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (bytes > 0) yield end();
}
