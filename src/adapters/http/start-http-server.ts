import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/errors.ts';
import { createHttpServer, type HttpDeps, type HttpOptions } from './create-http-server.ts';

export interface ListenOptions extends HttpOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** How a person chooses another port, e.g. `http.port in sentinel.yaml`. */
  readonly portSetting: string;
  /** How long requests that are under way may take once it closes. */
  readonly drainMs: number;
}

export interface HttpServer {
  /** E.g. `http://127.0.0.1:3000`. */
  readonly address: string;
  /** Answers what is under way within the drain limit, then closes. */
  close(): Promise<void>;
}

const listenFault = (error: unknown, { host, port, portSetting }: ListenOptions): AppError => {
  const isTaken = (error as { code?: unknown }).code === 'EADDRINUSE';
  return new AppError({
    code: 'configuration',
    isRetryable: false,
    userMessage: isTaken
      ? `Port ${port} is already in use by another program. Stop it, or choose another with ${portSetting}.`
      : `Sentinel cannot listen on ${host}, port ${port}. Choose another with ${portSetting}.`,
    cause: error,
  });
};

/**
 * Node waits a minute for a connection that was opened and has not asked anything, as clients open
 * them ahead of need. So connections are ended by what is asked on them: when nothing is, or the limit is over.
 */
const closerOf = (app: FastifyInstance, drainMs: number): (() => Promise<void>) => {
  const underWay = new Set<FastifyRequest>();
  let isClosing = false;
  const closeConnections = (): void => app.server.closeAllConnections();
  const end = (request: FastifyRequest): void => {
    underWay.delete(request);
    if (isClosing && underWay.size === 0) setImmediate(closeConnections);
  };
  app.addHook('onRequest', async (request) => {
    underWay.add(request);
  });
  app.addHook('onResponse', async (request) => end(request));
  app.addHook('onRequestAbort', async (request) => end(request));
  return async () => {
    isClosing = true;
    const closed = app.close();
    const limit = setTimeout(closeConnections, underWay.size === 0 ? 0 : drainMs);
    await closed;
    clearTimeout(limit);
  };
};

export const startHttpServer = async (deps: HttpDeps, options: ListenOptions): Promise<HttpServer> => {
  const app = createHttpServer(deps, options);
  const close = closerOf(app, options.drainMs);
  try {
    const address = await app.listen({ host: options.host, port: options.port });
    return { address, close };
  } catch (error) {
    await app.close();
    throw listenFault(error, options);
  }
};
