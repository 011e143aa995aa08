import { once } from 'node:events';
import { createServer } from 'node:net';
import { env } from 'node:process';

// Below those that systems give to whoever asks for any port: a test beside this one cannot be given it before it is used.
const FIRST = 20_000;
const PORTS_OF_A_WORKER = 2_000;
const WORKERS = 6;
const ATTEMPTS = 100;

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(port);
    await listening;
  } catch {
    return false;
  }
  const closed = once(server, 'close');
  server.close();
  await closed;
  return true;
};

/** The first of so many ports in a row that are free, and that no other worker of the tests is told of. */
export const findFreePorts = async (count: number): Promise<number> => {
  const own = FIRST + (Number(env['VITEST_POOL_ID'] ?? 0) % WORKERS) * PORTS_OF_A_WORKER;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = own + Math.floor(Math.random() * (PORTS_OF_A_WORKER - count));
    const free = await Promise.all(Array.from({ length: count }, (_, at) => isFree(port + at)));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`No ${count} ports in a row are free from ${own} on`);
};
