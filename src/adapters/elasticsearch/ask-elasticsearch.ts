import type { Client } from '@elastic/elasticsearch';
import type { CheckedQuery } from '#esql/checked-query.ts';
import type { Clock } from '#kernel/clock.ts';
import { answerTooLarge } from '#ports/telemetry-rules/answer-too-large.ts';
import type { QueryAnswer, QueryRequest } from '#ports/telemetry-store.ts';
import type { ClusterFields } from './cluster-fields.ts';
import {
  elasticsearchFault,
  isIndexMissing,
  isMappingChanged,
  isTooLarge,
  stoppedFault,
  timeLimitFault,
} from './elasticsearch-fault.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { findLookupIndex } from './lookup-indices.ts';
import { readPattern } from './own-indices.ts';
import { type EsqlAnswer, readAnswer, readWarnings } from './read-answer.ts';
import { type RetryDeps, withRetries } from './retries.ts';
import { rewriteQuery } from './rewrite-query.ts';

export interface AskDeps extends RetryDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly fields: ClusterFields;
}

const ATTEMPTS = 4;
// A lookup table may be replaced between finding its index and reading it.
const LOOKUP_ATTEMPTS = 3;

const lookupsOf = ({ plan }: CheckedQuery): readonly string[] =>
  plan.steps.flatMap((step) => (step.kind === 'lookup-join' ? [step.index] : []));

const toParams = (parameters: CheckedQuery['parameters']): readonly unknown[] =>
  Array.isArray(parameters)
    ? (parameters as readonly unknown[])
    : Object.entries(parameters).map(([name, value]) => ({ [name]: value }));

/**
 * Asks by `_query`. The time limit and the signal end the request, and with its connection the
 * server cancels the query. Throws AppError.
 */
export const askElasticsearch = async (
  deps: AskDeps,
  options: ElasticsearchOptions,
  request: QueryRequest,
): Promise<Omit<QueryAnswer, 'tookMs'>> => {
  const { query, range, timeoutMs, signal, maxAnswerBytes } = request;
  if (signal?.aborted === true) throw stoppedFault();
  if (timeoutMs <= 0) throw timeLimitFault();
  const { client } = deps;
  const params = toParams(query.parameters);

  const endsAt = performance.now() + timeoutMs;
  /** Of one request: the time that is left for all of them. */
  const limits = () => ({
    requestTimeout: Math.max(1, Math.ceil(endsAt - performance.now())),
    ...(signal ? { signal } : {}),
  });

  const askOnce = async () => {
    const indices = new Map<string, string>();
    for (const table of lookupsOf(query)) {
      const named = deps.fields.namedLookups().get(table);
      const index =
        named?.kind === 'joinable' ? named.index : await findLookupIndex(client, options.prefix, table, limits());
      indices.set(table, index);
    }
    const text = rewriteQuery(query, {
      now: deps.clock.now(),
      range,
      fieldsOf: (kind) => deps.fields.of(kind),
      patternOf: (kind) => readPattern(options, kind),
      lookupIndexOf: (table) => indices.get(table) ?? table,
    });
    return client.transport.request<EsqlAnswer>(
      {
        method: 'POST',
        path: '/_query',
        querystring: { format: 'json', allow_partial_results: true },
        body: { query: text, ...(params.length > 0 ? { params } : {}) },
      },
      { ...limits(), ...(maxAnswerBytes === undefined ? {} : { maxResponseSize: maxAnswerBytes }), meta: true },
    );
  };

  try {
    let isRead = false;
    const { body, headers } = await withRetries(deps, 'query', { attempts: ATTEMPTS, timeoutMs, signal }, async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await askOnce();
        } catch (error) {
          if (isMappingChanged(error) && !isRead) {
            isRead = true;
            await deps.fields.refresh();
            continue;
          }
          const isStale = lookupsOf(query).length > 0 && isIndexMissing(error);
          if (!isStale || attempt >= LOOKUP_ATTEMPTS) throw error;
          if (lookupsOf(query).some((table) => deps.fields.namedLookups().has(table))) await deps.fields.refresh();
        }
      }
    });
    return readAnswer(body, query, readWarnings(headers['warning']));
  } catch (error) {
    throw maxAnswerBytes !== undefined && isTooLarge(error)
      ? answerTooLarge(maxAnswerBytes, error)
      : elasticsearchFault(error);
  }
};
