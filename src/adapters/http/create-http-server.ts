import fastify, { type FastifyInstance } from 'fastify';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { addIngestRoutes, type IngestDeps, type IngestOptions } from './ingest/ingest-routes.ts';
import { isOfElasticsearch, sendElasticsearchError } from './ingest/elasticsearch-error.ts';
import { problemOf, sendProblem } from './problem.ts';
import type { PrometheusMetrics } from './prometheus-metrics.ts';
import { addRawEndpoint, type RawEndpoint } from './raw-endpoint.ts';
import { createReadiness, type ReadinessCheck } from './readiness.ts';

export interface HttpDeps extends Pick<IngestDeps, 'keepMatches'> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<PrometheusMetrics, 'render' | 'contentType' | 'increment'>;
  readonly telemetryStore: Pick<TelemetryStore, 'append' | 'knowsDeliveries'>;
  readonly checks: readonly ReadinessCheck[];
}

export interface HttpOptions {
  readonly ingest: IngestOptions;
  readonly endpoints?: readonly RawEndpoint[];
}

const REQUEST_TIMEOUT_MS = 30_000;
// Node takes the longer of the two for the whole request, and by default looks every 30 s only.
const HEADERS_TIMEOUT_MS = 15_000;
const TIMEOUT_CHECK_MS = 5_000;
const DEFAULT_BODY_BYTES = 1_000_000;
const MAX_PATH_PARAMETER = 200;

// Asked every few seconds by machines, and telling what is said elsewhere; they would drown the rest.
const QUIET_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

const levelOf = (path: string, status: number): 'debug' | 'info' | 'warn' => {
  if (status < 400 || QUIET_PATHS.has(path)) return 'debug';
  return status < 500 ? 'info' : 'warn';
};

const logRequests = (app: FastifyInstance, logger: Logger): void => {
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, not the address: a query string may hold what does not belong in a log.
    const path = request.routeOptions.url ?? 'unknown';
    const fields = {
      method: request.method,
      path,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    };
    logger[levelOf(path, reply.statusCode)](fields, 'HTTP request');
  });
};

/** Every route, not yet listening. */
export const createHttpServer = (deps: HttpDeps, options: HttpOptions): FastifyInstance => {
  const app = fastify({
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    bodyLimit: DEFAULT_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER },
    // A draining process answers what is under way and takes nothing new.
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  logRequests(app, deps.logger);

  app.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) {
      deps.logger.error(
        { err: error, method: request.method, path: request.routeOptions.url },
        'An HTTP request failed',
      );
    }
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const problem = { status: 404, detail: 'There is nothing at this address.' };
    return isOfElasticsearch(request) ? sendElasticsearchError(reply, problem) : sendProblem(reply, problem);
  });

  app.get('/healthz', async (_request, reply) => reply.send({ status: 'alive' }));

  const readiness = createReadiness(deps.checks);
  app.get('/readyz', async (_request, reply) => {
    const { isReady, checks } = await readiness();
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'not ready', checks });
  });

  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', deps.metrics.contentType).send(await deps.metrics.render()),
  );

  addIngestRoutes(app, deps, options.ingest);
  for (const endpoint of options.endpoints ?? []) addRawEndpoint(app, endpoint);
  return app;
};
