import type { FastifyInstance } from 'fastify';
import { createIngestStore, type IngestCloudwatchDeps, type KeptMs, OTLP_SIGNALS } from '#capabilities/ingest/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { addBulkProbes, bulkSurface, receiveBulk } from './bulk-routes.ts';
import { awslogsSurface, firehoseSurface, receiveAwslogs, receiveFirehose } from './cloudwatch-routes.ts';
import { createSourceFinder, type IngestSource } from './find-source.ts';
import { ingestNdjson, ndjsonSurface } from './ndjson-route.ts';
import { onlyMethods } from './only-methods.ts';
import { otlpSurface, receiveOtlp } from './otlp-routes.ts';
import { createAdmission, serveIngest } from './serve-ingest.ts';

export interface IngestDeps extends Pick<IngestCloudwatchDeps, 'keepMatches'> {
  readonly clock: Clock;
  readonly telemetryStore: Pick<TelemetryStore, 'append' | 'knowsDeliveries'>;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'increment'>;
}

export interface IngestOptions {
  /** None: every endpoint refuses everybody. */
  readonly sources: readonly IngestSource[];
  /** How a person sets a source's token, e.g. `SENTINEL_INGEST_TOKENS`. */
  readonly tokenSetting: string;
  /** After decompression. */
  readonly maxBodyBytes: number;
  readonly keptMs: KeptMs;
  /** Words that mark a line of CloudWatch Logs as a failure. */
  readonly cloudwatchFilter: readonly string[];
}

/** Every way in for telemetry. What differs between them is how rows are read; the rest is one path. */
export const addIngestRoutes = (app: FastifyInstance, deps: IngestDeps, options: IngestOptions): void => {
  const routeDeps = {
    ...deps,
    telemetryStore: createIngestStore(deps, options.keptMs),
    findSource: createSourceFinder(options.sources),
  };
  const routeOptions = { ...options, isOpen: options.sources.length > 0 };
  const admission = createAdmission();
  app.register(async (scope) => {
    // Bodies are read as they arrive, by whoever knows their format.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    const serve = serveIngest.bind(null, routeDeps, routeOptions, admission);
    const post = (path: string, handler: ReturnType<typeof serve>): void => {
      scope.post(path, handler);
      onlyMethods(scope, path, ['POST']);
    };
    post('/ingest/ndjson', serve(ndjsonSurface, ingestNdjson(routeDeps, routeOptions)));
    for (const path of ['/_bulk', '/:index/_bulk']) {
      const handler = serve(bulkSurface, receiveBulk(routeDeps, routeOptions));
      scope.post(path, handler);
      scope.put(path, handler);
      onlyMethods(scope, path, ['POST', 'PUT']);
    }
    post('/ingest/cloudwatch/firehose', serve(firehoseSurface(deps.clock), receiveFirehose(routeDeps, routeOptions)));
    post('/ingest/cloudwatch/awslogs', serve(awslogsSurface, receiveAwslogs(routeDeps, routeOptions)));
    addBulkProbes(scope, (request) => routeDeps.findSource(bulkSurface.tokenOf(request)) !== undefined);
    for (const signal of OTLP_SIGNALS) {
      post(`/v1/${signal}`, serve(otlpSurface, receiveOtlp(routeDeps, routeOptions, signal)));
    }
  });
};
