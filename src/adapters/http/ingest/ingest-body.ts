import { hash } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { FastifyRequest } from 'fastify';

export class BodyTooLarge extends Error {
  /** After decompression. */
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super(`A body is larger than ${maxBytes} bytes`);
    this.maxBytes = maxBytes;
  }
}
export class BodyUnpackable extends Error {
  /** As the sender is told. */
  readonly encoding: string;

  constructor(encoding: string, cause: unknown) {
    super(`A body in ${encoding} cannot be unpacked`, { cause });
    this.encoding = encoding;
  }
}
/** The sender went away in the midst of it. */
export class BodyAborted extends Error {}
export class EncodingUnknown extends Error {}

async function* limitBytes(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLarge(maxBytes);
    yield chunk;
  }
}

async function* read(source: Readable): AsyncGenerator<Uint8Array> {
  try {
    // Destroying the request with the rest of its body unread would cut the answer off too.
    for await (const chunk of source.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    throw new BodyAborted('The sender went away', { cause: error });
  }
}

async function* unpack(source: Readable, unpacker: Transform, encoding: string): AsyncGenerator<Uint8Array> {
  source.once('error', (error) => unpacker.destroy(error));
  source.pipe(unpacker);
  try {
    for await (const chunk of unpacker) yield chunk as Uint8Array;
  } catch (error) {
    if (source.errored !== null) throw new BodyAborted('The sender went away', { cause: error });
    throw new BodyUnpackable(encoding, error);
  } finally {
    source.unpipe(unpacker);
    unpacker.destroy();
  }
}

// Fewer and larger pieces than zlib's own 16 KiB.
const CHUNK = { chunkSize: 65_536 } as const;

const bodyOf = (request: FastifyRequest): Readable =>
  request.body instanceof Readable ? request.body : Readable.from([]);

/** The one encoding of a body besides `identity`, which changes nothing; `x-gzip` is gzip (RFC 9110, 8.4.1.3). */
const encodingOf = (header: string | undefined): string => {
  const named = (header ?? '').toLowerCase().split(',');
  const encodings = named.map((each) => each.trim()).filter((each) => each !== '' && each !== 'identity');
  const [first = 'identity', ...others] = encodings;
  if (others.length > 0) throw new EncodingUnknown();
  return first === 'x-gzip' ? 'gzip' : first;
};

/** The request's body, unpacked and limited on the way. Throws BodyTooLarge, BodyUnpackable, BodyAborted, EncodingUnknown. */
export const openBody = (request: FastifyRequest, maxBodyBytes: number): AsyncIterable<Uint8Array> => {
  const encoding = encodingOf(request.headers['content-encoding']);
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw new BodyTooLarge(maxBodyBytes);
  const source = bodyOf(request);
  if (encoding === 'identity') return limitBytes(read(source), maxBodyBytes);
  if (encoding === 'gzip') return limitBytes(unpack(source, createGunzip(CHUNK), encoding), maxBodyBytes);
  // What HTTP calls deflate is in the format of zlib.
  if (encoding === 'deflate') {
    return limitBytes(unpack(source, createInflate(CHUNK), 'deflate in the format of zlib (RFC 1950)'), maxBodyBytes);
  }
  throw new EncodingUnknown();
};

/** The rest, unread, would hold the connection; the server's request timeout bounds it. */
export const dropBody = (request: FastifyRequest): void => {
  if (request.body instanceof Readable) request.body.resume();
};

export const collectBody = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
};

/** The same for the same content, and for no other. */
export const digestOf = (content: string | Uint8Array): string => hash('sha256', content, 'base64url');
