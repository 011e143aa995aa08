import { errors } from '@elastic/elasticsearch';
import { AppError, type AppErrorCode, isAppError } from '#kernel/errors.ts';

interface Fault {
  readonly code: AppErrorCode;
  readonly isRetryable: boolean;
  readonly userMessage: string;
}

const UNREACHABLE: Fault = {
  code: 'unavailable',
  isRetryable: true,
  userMessage:
    'Elasticsearch cannot be reached, so telemetry could not be looked at. Check the server and its address, ELASTICSEARCH_URL or ELASTICSEARCH_CLOUD_ID.',
};
const TIME_LIMIT: Fault = {
  code: 'timeout',
  isRetryable: true,
  userMessage: 'Elasticsearch had no answer within the time limit. Narrow the time range, or try again.',
};
const STOPPED: Fault = {
  code: 'timeout',
  isRetryable: true,
  userMessage: 'The query was stopped before it had an answer.',
};
const BAD_CERTIFICATE: Fault = {
  code: 'configuration',
  isRetryable: false,
  userMessage: "Elasticsearch's certificate is not trusted. Name the authority that signed it with elasticsearch.ca.",
};
const NOT_ELASTICSEARCH: Fault = {
  code: 'configuration',
  isRetryable: false,
  userMessage:
    'What answers there is not Elasticsearch, or a proxy before it removes the header X-Elastic-Product. OpenSearch and other servers have no ES|QL: Sentinel needs Elasticsearch 8.19, or 9.1 or later.',
};
const NO_ESQL: Fault = {
  code: 'configuration',
  isRetryable: false,
  userMessage:
    'This Elasticsearch has no ES|QL: it is a distribution without X-Pack, or ES|QL is switched off (xpack.esql.enabled). Every query of Sentinel is ES|QL, which the default distribution has under its free Basic licence.',
};
const LICENCE: Fault = {
  code: 'configuration',
  isRetryable: false,
  userMessage:
    'The licence of the Elasticsearch cluster does not allow this. Renew it, or start the free Basic licence, which has all that Sentinel needs.',
};

const CREDENTIALS: Fault = {
  code: 'not-permitted',
  isRetryable: false,
  userMessage:
    'Elasticsearch refused the credentials. Check ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD.',
};
const PRIVILEGE: Fault = {
  code: 'not-permitted',
  isRetryable: false,
  userMessage: 'The credentials lack a privilege in Elasticsearch. docs/elasticsearch.md lists what is needed.',
};
const NO_INDEX: Fault = {
  code: 'rejected',
  isRetryable: false,
  userMessage: 'No index in Elasticsearch has the configured name. Check elasticsearch.indices in sentinel.yaml.',
};
const MEMORY: Fault = {
  code: 'limit-exceeded',
  isRetryable: false,
  userMessage:
    'This needs more memory than Elasticsearch allows a query. Narrow the time range, or group by fewer fields.',
};
const BUSY: Fault = {
  code: 'rate-limited',
  isRetryable: true,
  userMessage: 'Elasticsearch is too busy. Try again in a moment.',
};
const TOO_LARGE: Fault = {
  code: 'limit-exceeded',
  isRetryable: false,
  userMessage: 'Elasticsearch refuses a request of this size.',
};
const BROKEN: Fault = {
  code: 'unavailable',
  isRetryable: true,
  userMessage: 'Elasticsearch cannot answer at the moment. Check the state of its cluster.',
};
const REJECTED: Fault = {
  code: 'rejected',
  isRetryable: false,
  userMessage: 'Elasticsearch could not run this. Rephrase the query, or simplify it.',
};

// OpenSSL's code, or its words where the client keeps only those.
const ABOUT_CERTIFICATE = /certificate|cert_|leaf_signature|altname|err_(?:ssl|tls)/i;

interface ErrorBody {
  readonly error?: { readonly type?: string; readonly reason?: string };
}

const bodyOf = (error: errors.ResponseError): NonNullable<ErrorBody['error']> => {
  const body = error.body as ErrorBody | string | undefined;
  return (typeof body === 'object' ? body.error : undefined) ?? {};
};

const ofStatus = (error: errors.ResponseError): Fault => {
  const { type = '', reason = '' } = bodyOf(error);
  if (type === 'circuit_breaking_exception') return MEMORY;
  if (type === 'index_not_found_exception' || /Unknown index \[/.test(reason)) return NO_INDEX;
  const conflict = conflictOf(reason);
  if (conflict !== null) return conflict;
  if (isEsqlMissing(error)) return NO_ESQL;
  if (/licen[sc]e is (?:non-compliant|expired)|licen[sc]e \[.*\] is expired/i.test(reason)) return LICENCE;
  switch (error.statusCode) {
    case 401:
      return CREDENTIALS;
    case 403:
      return PRIVILEGE;
    case 413:
      return TOO_LARGE;
    case 408:
      return TIME_LIMIT;
    case 429:
      return BUSY;
    default:
      return (error.statusCode ?? 500) >= 500 ? BROKEN : REJECTED;
  }
};

/** No route leads to queries: Elasticsearch answers with a plain sentence that names the address. */
export const isEsqlMissing = (error: unknown): boolean => {
  if (!(error instanceof errors.ResponseError)) return false;
  const said = (error.body as { readonly error?: unknown } | undefined)?.error;
  return typeof said === 'string' && said.includes('uri [/_query');
};

const causeCodes = (error: unknown): string => {
  const codes: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = causeOf(at), depth += 1) {
    codes.push(String((at as NodeJS.ErrnoException).code ?? ''), at.message);
  }
  return codes.join(' ');
};

const causeOf = (error: Error): unknown => error.cause ?? (error as { options?: { cause?: unknown } }).options?.cause;

const faultOf = (error: unknown): Fault | null => {
  if (error instanceof errors.ResponseError) return ofStatus(error);
  if (error instanceof errors.ProductNotSupportedError) return NOT_ELASTICSEARCH;
  if (error instanceof errors.TimeoutError) return TIME_LIMIT;
  if (error instanceof errors.RequestAbortedError) return STOPPED;
  if (error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError)
    return ABOUT_CERTIFICATE.test(causeCodes(error)) ? BAD_CERTIFICATE : UNREACHABLE;
  if (error instanceof errors.ElasticsearchClientError) return BROKEN;
  return null;
};

// "Cannot use field [x] due to ambiguities being mapped as [2] incompatible types: [keyword] in [a], [long] in [b]"
const AMBIGUOUS = /Cannot use field \[([^\]]+)\] due to ambiguities being mapped as \[\d+\] incompatible types: (.*)/s;
const GONE = /Unknown column \[([^\]]+)\]/;

/** Mappings have changed since the query was written in their words. */
export const isMappingChanged = (error: unknown): boolean => {
  if (!(error instanceof errors.ResponseError)) return false;
  const { reason = '' } = bodyOf(error);
  return AMBIGUOUS.test(reason) || GONE.test(reason);
};

const conflictOf = (reason: string): Fault | null => {
  const [, field, where] = AMBIGUOUS.exec(reason) ?? [];
  if (field === undefined) return null;
  const types = [...(where ?? '').matchAll(/\[([a-z_]+)\] in /g)].map(([, type]) => type);
  const as = types.length === 0 ? '' : `, as ${[...new Set(types)].join(' and ')}`;
  return {
    code: 'rejected',
    isRetryable: false,
    userMessage: `Indices in Elasticsearch map ${field} in ways that cannot be asked together${as}. --check-config says which do, and elasticsearch.indices can leave some of them out.`,
  };
};

/** Translates what the client threw; its own text stays in `cause`. What is no fault of Elasticsearch is thrown again. */
export const elasticsearchFault = (error: unknown): AppError => {
  if (isAppError(error)) return error;
  const fault = faultOf(error);
  if (!fault) throw error;
  return new AppError({ ...fault, cause: error });
};

/** An index that was there when it was looked up is there no more. */
export const isIndexMissing = (error: unknown): boolean =>
  error instanceof errors.ResponseError && ofStatus(error) === NO_INDEX;

export const isIndexClosed = (error: errors.ResponseError): boolean => bodyOf(error).type === 'index_closed_exception';

/** The answer was larger than `maxResponseSize`. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof errors.RequestAbortedError && /is bigger than the maximum allowed/u.test(error.message);

export const timeLimitFault = (): AppError => new AppError(TIME_LIMIT);
export const stoppedFault = (): AppError => new AppError(STOPPED);
