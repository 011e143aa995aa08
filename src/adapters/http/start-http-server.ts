import { AppError } from '#kernel/errors.ts';
import { createHttpServer, type HttpDeps, type HttpOptions } from './create-http-server.ts';

export interface ListenOptions extends HttpOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** How a person chooses another port, e.g. `http.port in sentinel.yaml`. */
  readonly portSetting: string;
}

export interface HttpServer {
  /** E.g. `http://127.0.0.1:3000`. */
  readonly address: string;
  /** Answers what is under way, then closes. */
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

export const startHttpServer = async (deps: HttpDeps, options: ListenOptions): Promise<HttpServer> => {
  const app = createHttpServer(deps, options);
  try {
    const address = await app.listen({ host: options.host, port: options.port });
    return { address, close: () => app.close() };
  } catch (error) {
    await app.close();
    throw listenFault(error, options);
  }
};
