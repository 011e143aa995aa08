import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { MAX_JSON_BODY_BYTES } from '#adapters/http/ingest/otlp-routes.ts';
import { serverOf, TOKEN } from '../http-under-test.ts';
import { useIngest } from './ingest-under-test.ts';

const MIB = 1_048_576;
const SENT_MIB = 200;
// What streams and sockets hold, and what is free already but counted until V8 has swept it.
const MAX_GROWTH_BYTES = 80 * MIB;

const roomy = useIngest({ ingest: { maxBodyBytes: 2 * SENT_MIB * MIB } });

/** A sender that goes on after the answer has come, as Node's own client does not. */
const open = async (address: string, path: string, headers: readonly string[]): Promise<Socket> => {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const all = [...headers, 'host: sentinel', `authorization: Bearer ${TOKEN}`, 'transfer-encoding: chunked'];
  socket.write([`POST ${path} HTTP/1.1`, ...all, '', ''].join('\r\n'));
  return socket;
};

const write = async (socket: Socket, part: Buffer | string): Promise<void> => {
  const chunk = Buffer.from(part);
  const head = Buffer.from(`${chunk.length.toString(16)}\r\n`);
  if (chunk.length > 0 && !socket.write(Buffer.concat([head, chunk, Buffer.from('\r\n')]))) await once(socket, 'drain');
};

const textOf = async (socket: Socket): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const heldBytes = (): number => {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
};

const END = '0\r\n\r\n';
const PARTS_BETWEEN_LOOKS = 40;

/** Writes the same part again and again, and tells by how much the bytes that are held grew meanwhile. */
const pour = async (socket: Socket, part: Buffer, parts: number): Promise<number> => {
  const before = heldBytes();
  let most = before;
  for (let count = 0; count < parts; count += 1) {
    await write(socket, part);
    if (count % PARTS_BETWEEN_LOOKS === 0) most = Math.max(most, heldBytes());
  }
  return most - before;
};

test.each([
  ['/ingest/ndjson?index=logs', 'application/x-ndjson'],
  ['/_bulk', 'application/x-ndjson'],
])('a line of 200 MB sent to %s is refused without being held', async (path, type) => {
  const isBulk = path === '/_bulk';
  const line = JSON.stringify({ '@timestamp': new Date().toISOString(), 'service.name': 'shop', message: 'good' });
  const action = isBulk ? '{"create":{"_index":"logs"}}\n' : '';
  const socket = await open(await roomy().listen(), path, [`content-type: ${type}`, 'connection: close']);
  const answer = textOf(socket);
  await write(socket, action);
  const growth = await pour(socket, Buffer.alloc(MIB / 4, 'x'), SENT_MIB * 4);
  await write(socket, `\n${action}${line}\n`);
  socket.write(END);
  const text = await answer;
  expect(text).toMatch(/^HTTP\/1.1 200 /);
  expect(text).toMatch(isBulk ? /the document is longer than 524288 bytes/ : /the line is longer than 524288 bytes/);
  expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  expect(await roomy().rows('FROM logs | KEEP message')).toEqual([['good']]);
});

test.each([
  ['/v1/logs', 'application/json', MAX_JSON_BODY_BYTES],
  ['/v1/logs', 'application/x-protobuf', 10 * MIB],
])('a stream of 200 MB to %s as %s is answered 413 and the rest of it is not held', async (path, type, limit) => {
  const app = serverOf({ telemetryStore: roomy().store }, { maxBodyBytes: 10 * MIB });
  try {
    const socket = await open(await app.listen({ host: '127.0.0.1', port: 0 }), path, [`content-type: ${type}`]);
    const answer = textOf(socket);
    const growth = await pour(socket, Buffer.alloc(MIB / 4), SENT_MIB * 4);
    socket.end(END);
    const text = await answer;
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    expect(text).toContain(`The body is larger than ${limit} bytes.`);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  } finally {
    await app.close();
  }
});
