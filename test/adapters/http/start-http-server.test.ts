import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startHttpServer } from '#adapters/http/start-http-server.ts';
import { AppError } from '#kernel/errors.ts';
import { depsOf, ingestOptions } from './http-under-test.ts';

const options = { ...ingestOptions(), host: '127.0.0.1', port: 0, portSetting: 'http.port', drainMs: 5_000 };

test('listens, and answers what is under way before it closes', async () => {
  let finish: (() => void) | undefined;
  const started = Promise.withResolvers<void>();
  const check = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
      started.resolve();
    });
  const server = await startHttpServer(depsOf({ checks: [{ name: 'slow', check }] }), options);
  const underWay = fetch(`${server.address}/readyz`);
  await started.promise;
  const closing = server.close();
  finish?.();
  expect((await underWay).status).toBe(200);
  await closing;
  await expect(fetch(`${server.address}/healthz`)).rejects.toThrow();
});

test('does not wait for a connection that was opened ahead of need', async () => {
  const server = await startHttpServer(depsOf(), options);
  const unused = connect(Number(new URL(server.address).port), '127.0.0.1');
  onTestFinished(() => void unused.destroy());
  await once(unused, 'connect');
  const ended = once(unused, 'close');
  await server.close();
  await ended;
  expect(unused.destroyed).toBe(true);
}, 5_000);

test('gives up a request that is still under way after the limit', async () => {
  const started = Promise.withResolvers<void>();
  const check = () => {
    started.resolve();
    return new Promise<void>(() => undefined);
  };
  const server = await startHttpServer(depsOf({ checks: [{ name: 'stuck', check }] }), { ...options, drainMs: 50 });
  const underWay = fetch(`${server.address}/readyz`);
  await Promise.all([expect(underWay).rejects.toThrow(), started.promise.then(() => server.close())]);
}, 5_000);

test('says in one sentence that the port is taken', async () => {
  const server = await startHttpServer(depsOf(), options);
  const port = Number(new URL(server.address).port);
  const error: unknown = await startHttpServer(depsOf(), { ...options, port }).catch((reason: unknown) => reason);
  await server.close();
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).userMessage).toBe(
    `Port ${port} is already in use by another program. Stop it, or choose another with http.port.`,
  );
});
