import type { Client } from '@elastic/elasticsearch';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { createFutureRowCounts } from '#ports/telemetry-rules/future-row-counts.ts';
import { TELEMETRY_KINDS } from '#ports/telemetry-rules/telemetry-tables.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { askElasticsearch } from './ask-elasticsearch.ts';
import { type ClusterFields, openClusterFields } from './cluster-fields.ts';
import { awaitServer, createClient, type ServerInfo } from './connect.ts';
import { deleteOldRows } from './delete-old-rows.ts';
import { elasticsearchFault } from './elasticsearch-fault.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { countByKind, encodeBatch, type EncodedBatch } from './encode-rows.ts';
import { replaceLookupIndex } from './lookup-indices.ts';
import { licenceTrouble, readLicence } from './licence.ts';
import { prepareOwnIndices } from './own-indices.ts';
import { detectionGaps, reportFields, type SourceReport } from './report-fields.ts';
import { type LookupReport, reportLookups } from './report-lookups.ts';
import { type RetryDeps, withRetries } from './retries.ts';
import { type WrittenRows, writeRows } from './write-rows.ts';

export interface ElasticsearchTelemetryDeps extends RetryDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const UPKEEP = { attempts: 4, timeoutMs: 30 * SECOND_MS } as const;
// Other instances, and whoever fills the configured indices, bring new fields along.
const FIELDS_EVERY_MS = MINUTE_MS;
const DELETE_LIMIT_MS = 4 * MINUTE_MS;

export interface ElasticsearchTelemetryStore extends TelemetryStore {
  /** What detection cannot see for want of fields, as they were last read; a sentence each. */
  fieldGaps(): readonly string[];
}

const closedFault = (): AppError =>
  new AppError({ code: 'unavailable', isRetryable: false, userMessage: 'The telemetry store is closed.' });

const countRows = (
  { metrics }: Pick<ElasticsearchTelemetryDeps, 'metrics'>,
  batch: EncodedBatch,
  written: WrittenRows,
): void => {
  const accepted = countByKind(written.accepted);
  const unmapped = countByKind(written.unmapped);
  const repeated = countByKind(written.repeated);
  const overloaded = countByKind(written.overloaded);
  const failed = countByKind(written.failed);
  const checked = countByKind(batch.rejected);
  for (const kind of TELEMETRY_KINDS) {
    const outcomes = {
      accepted: accepted[kind] - repeated[kind],
      repeated: repeated[kind],
      rejected: checked[kind] - batch.future[kind],
      future: batch.future[kind],
      unmapped: unmapped[kind],
      overloaded: overloaded[kind],
      failed: failed[kind],
    };
    for (const [outcome, count] of Object.entries(outcomes)) {
      if (count > 0) metrics.increment('sentinel_telemetry_rows_total', { kind, outcome }, count);
    }
  }
};

const build = (
  deps: ElasticsearchTelemetryDeps,
  options: ElasticsearchOptions,
  client: Client,
  server: ServerInfo,
  fields: ClusterFields,
): ElasticsearchTelemetryStore => {
  const { clock, logger, metrics } = deps;
  const futureRows = createFutureRowCounts();
  let isClosed = false;

  const whileOpen = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isClosed) throw closedFault();
    try {
      return await work();
    } catch (error) {
      throw elasticsearchFault(error);
    }
  };

  const sayUnread = (error: unknown): void =>
    logger.warn({ err: error }, 'The fields of the indices in Elasticsearch could not be read; the known ones stay');
  const refreshing = setInterval(() => {
    fields.refresh().catch(sayUnread);
  }, FIELDS_EVERY_MS);
  refreshing.unref();

  /** Never fails: the rows are stored, and whoever were told otherwise would send them again. */
  const learnAttributes = async ({ attributes }: EncodedBatch): Promise<void> => {
    try {
      for (const kind of TELEMETRY_KINDS) await fields.learn(kind, attributes[kind]);
    } catch (error) {
      sayUnread(error);
    }
  };

  return {
    knowsDeliveries: true,
    append: (batch) =>
      whileOpen(async () => {
        const encoded = await encodeBatch({ clock, futureRows }, batch, options);
        const written = await writeRows({ ...deps, client, fields: options.fields }, encoded.rows);
        countRows(deps, encoded, written);
        if (written.accepted.length > 0) await learnAttributes(encoded);
        const rejected = [...encoded.rejected, ...written.unmapped, ...written.overloaded, ...written.failed].toSorted(
          (a, b) => TELEMETRY_KINDS.indexOf(a.kind) - TELEMETRY_KINDS.indexOf(b.kind) || a.index - b.index,
        );
        return { accepted: written.accepted.length, rejected };
      }),

    schema: () => fields.schema(),

    query: async (request) => {
      const startedMs = performance.now();
      const took = (): number => performance.now() - startedMs;
      const observe = (outcome: string): void =>
        metrics.observe('sentinel_telemetry_query_seconds', took() / SECOND_MS, { purpose: request.purpose, outcome });
      try {
        const answer = await whileOpen(() => askElasticsearch({ ...deps, client, fields }, options, request));
        observe('ok');
        return { ...answer, tookMs: Math.round(took()) };
      } catch (error) {
        observe(isAppError(error) ? error.code : 'bug');
        logger.warn({ purpose: request.purpose, query: request.query.text, err: error }, 'A telemetry query failed');
        throw error;
      }
    },

    replaceLookup: (table) =>
      whileOpen(async () => {
        // Each attempt is an index of its own, so that a lost answer does no harm.
        const schema = await withRetries(deps, 'lookup', UPKEEP, () =>
          replaceLookupIndex({ client, clock, server }, options.prefix, table),
        );
        fields.setLookup(table.name, schema);
      }),

    futureRows: () => futureRows.list(),

    fieldGaps: () => detectionGaps(reportFields(options, fields.of)),

    deleteOlderThan: (limits) =>
      whileOpen(async () => {
        const now = clock.now();
        const deleted = { logs: 0, spans: 0, metrics: 0 };
        for (const kind of TELEMETRY_KINDS) {
          deleted[kind] = await withRetries(deps, 'delete', { ...UPKEEP, timeoutMs: DELETE_LIMIT_MS }, () =>
            deleteOldRows(client, options, kind, limits[kind], now),
          );
        }
        return deleted;
      }),

    ping: (timeoutMs) =>
      whileOpen(async () => {
        await client.info({}, { requestTimeout: timeoutMs });
      }),

    close: async () => {
      if (isClosed) return;
      isClosed = true;
      clearInterval(refreshing);
      await client.close();
    },
  };
};

/** One line, whatever is missing: --check-config tells the rest. */
const warnOfLosses = (logger: Logger, sources: readonly SourceReport[], lookups: readonly LookupReport[]): void => {
  const lostBy = [
    ...sources.map(({ kind, losses }): [string, readonly string[]] => [kind, losses.map(({ what }) => what)]),
    ['lookups', lookups.flatMap(({ loss }) => loss ?? [])] as const,
  ];
  const losses = Object.fromEntries(lostBy.filter(([, lost]) => lost.length > 0));
  if (Object.keys(losses).length > 0)
    logger.warn(
      { losses },
      'Fields or lookup indices are missing in Elasticsearch; --check-config says which, and what it costs',
    );
};

/**
 * Telemetry in Elasticsearch 8.19, or 9.1 or later, asked by its own ES|QL. Waits for a server that
 * is starting, within `startLimitMs`.
 *
 * Durability: when `append` returns, its rows are in the translog of the primary shard and of the
 * replicas in sync, synced to disk unless the index says otherwise.
 */
export const openElasticsearchTelemetryStore = async (
  deps: ElasticsearchTelemetryDeps,
  options: ElasticsearchOptions,
): Promise<ElasticsearchTelemetryStore> => {
  const client = createClient(options);
  try {
    const server = await awaitServer(deps, client, options.startLimitMs);
    deps.logger.info({ ...server }, 'Telemetry is in Elasticsearch');
    const licence = await readLicence(client, server);
    const trouble = licenceTrouble(licence);
    if (trouble !== null) deps.logger.warn({ licence }, trouble);
    const fields = await withRetries(deps, 'open', UPKEEP, async () => {
      await prepareOwnIndices(client, options, server, deps.clock.now());
      return openClusterFields(client, options);
    });
    warnOfLosses(deps.logger, reportFields(options, fields.of), reportLookups(fields.namedLookups()));
    return build(deps, options, client, server, fields);
  } catch (error) {
    await client.close();
    throw elasticsearchFault(error);
  }
};
