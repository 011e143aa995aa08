import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkHealth } from '#check-health.ts';
import { loadConfig } from '#config.ts';

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
  server = undefined;
});

const serve = async (status: number): Promise<number> => {
  const listening = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 404).end();
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
};

const checkAt = (host: string, port: number): Promise<string | null> => {
  const outcome = loadConfig({
    env: { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SENTINEL_CONFIG: 'sentinel.yaml' },
    readFile: () => `http: { host: '${host}', port: ${port} }`,
  });
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome.problems));
  return checkHealth(outcome.config);
};

describe('the check of the health', () => {
  it('asks the configured port, wherever the server listens', async () => {
    const port = await serve(200);
    expect([await checkAt('127.0.0.1', port), await checkAt('0.0.0.0', port)]).toEqual([null, null]);
  });

  it('says what is wrong where nobody answers, or not well', async () => {
    const port = await serve(503);
    expect(await checkAt('0.0.0.0', port)).toBe(`http://127.0.0.1:${port}/healthz answers 503.`);
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    expect(await checkAt('0.0.0.0', port)).toBe(`http://127.0.0.1:${port}/healthz does not answer.`);
  });
});
