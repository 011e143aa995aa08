import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Why an input cannot be read, in a sentence. */
export class InputFault extends Error {}

export interface OpenInput {
  readonly path: string;
  /** As stored; null where that is not known. */
  readonly size: number | null;
  /** Unpacked where it is gzip. Throws InputFault. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Of the stored bytes. */
  bytesRead(): number;
  /** The compressed data ends or breaks midway: what came before was read. */
  isBroken(): boolean;
}

const CHUNK_BYTES = 1 << 20;
// RFC 1952, section 2.3.1.
const GZIP_MAGIC = [0x1f, 0x8b] as const;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read by this user',
};

const faultOf = (path: string, error: unknown): InputFault => {
  const { code = 'an error' } = error as NodeJS.ErrnoException;
  return new InputFault(`${path} cannot be read: ${REASONS[code] ?? code}.`, { cause: error });
};

/** Opens a file, or standard input for `-`. Throws InputFault at once where the file is not there. */
export const openInput = (path: string, stdin: Readable): OpenInput => {
  const size = path === '-' ? null : sizeOf(path);
  let bytes = 0;
  let isBroken = false;

  async function* stored(): AsyncGenerator<Uint8Array> {
    const source = path === '-' ? stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
    try {
      for await (const chunk of source as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw faultOf(path, error);
    }
  }

  async function* plain(): AsyncGenerator<Uint8Array> {
    const chunks = withFullStart(stored());
    const start = await chunks.next();
    if (start.done === true) return;
    const first = start.value;
    const all = prepend(first, chunks);
    if (GZIP_MAGIC.some((byte, index) => first[index] !== byte)) {
      yield* all;
      return;
    }
    try {
      yield* unzip(all);
    } catch (error) {
      if (error instanceof InputFault) throw error;
      isBroken = true;
    }
  }

  return { path, size, body: plain(), bytesRead: () => bytes, isBroken: () => isBroken };
};

const sizeOf = (path: string): number | null => {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    // A named pipe has no size.
    return stat.isFile() ? stat.size : null;
  } catch (error) {
    throw faultOf(path, error);
  }
};

/** Joins the first chunks until the magic bytes are whole. */
async function* withFullStart(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | null = new Uint8Array();
  for await (const chunk of chunks) {
    if (start === null) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < GZIP_MAGIC.length) continue;
    yield start;
    start = null;
  }
  if (start !== null && start.length > 0) yield start;
}

async function* prepend(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* unzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const feed = async (): Promise<void> => {
    try {
      for await (const chunk of chunks) {
        if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve));
      }
      gunzip.end();
    } catch (error) {
      gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const feeding = feed();
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
    await feeding;
  } finally {
    gunzip.destroy();
  }
}
