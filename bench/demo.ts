import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { SECOND_MS } from '#kernel/duration.ts';
import { printResult, readMemoryMb } from './machine.ts';

/** Seconds from `npm run demo` to the first card, and resident memory then and a minute later. */

const CARD_WITHIN_MS = 90 * SECOND_MS;
const SETTLE_MS = 60 * SECOND_MS;

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const startedAt = performance.now();
const demo = spawn(process.execPath, ['demo/src/main.ts', '--no-open', '--port', String(await findFreePort())], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const pid = demo.pid ?? 0;
let printed = '';
demo.stdout.on('data', (chunk: Buffer) => {
  printed += chunk.toString('utf8');
});
const ended = new Promise<void>((resolve) => {
  demo.once('exit', () => resolve());
});

try {
  while (!printed.includes(' in #incidents ')) {
    if (performance.now() - startedAt > CARD_WITHIN_MS) throw new Error(`No card within 90 s:\n${printed}`);
    await wait(50);
  }
  const secondsToCard = Math.round((performance.now() - startedAt) / 100) / 10;
  await wait(SETTLE_MS);
  printResult({
    secondsToCard,
    residentMbAfterAMinute: readMemoryMb(pid, 'VmRSS'),
    residentMbAtMost: readMemoryMb(pid, 'VmHWM'),
  });
} finally {
  demo.kill('SIGINT');
  await ended;
}
