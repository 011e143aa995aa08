import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, expect, it, vi } from 'vitest';
import { startFakeElasticsearch } from './simulated-targets.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, ['simulator/main.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  children.push(child);
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString('utf8')));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, printed, ended };
};

it('lists every bad flag and exits with 1', async () => {
  const { ended, printed } = run(['--fault', 'gremlins', '--url', 'nowhere']);
  expect(await ended).toBe(1);
  expect(printed.err).toContain('--fault: found "gremlins"');
  expect(printed.err).toContain('--url: found "nowhere"');
  expect(printed.out).toBe('');
});

it('says in one sentence that nobody answers, and exits with 1', async () => {
  const { ended, printed } = run(['--fault', 'none', '--url', 'http://127.0.0.1:9']);
  expect(await ended).toBe(1);
  expect(printed.err.trim()).toMatch(/^http:\/\/127\.0\.0\.1:9\/ cannot be reached: .*\?$/);
});

it('ends on Ctrl-C with what was sent and what was true, and exits with 0', async () => {
  const server = await startFakeElasticsearch();
  try {
    const { child, ended, printed } = run(['--fault', 'full-disk', '--url', server.url.href, '--history', '2m'], {
      ELASTICSEARCH_USERNAME: 'shop',
      ELASTICSEARCH_PASSWORD: 'a-password',
    });
    await vi.waitFor(() => expect(printed.out).toContain('the present'), { timeout: 20_000, interval: 50 });
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(printed.out).toMatch(/Stored [\d,]+ logs/);
    expect(printed.out).toMatch(/full-disk: .*\n.*noticed by .*\n.*led by order-service, with gateway folded in/);
    expect(printed.out).toContain('nobody could notice yet');
    expect(printed.err).toBe('');
    const [first] = server.seen.filter((request) => request.method === 'PUT');
    expect(first?.headers.authorization).toBe(`Basic ${Buffer.from('shop:a-password').toString('base64')}`);
  } finally {
    await server.close();
  }
}, 30_000);
