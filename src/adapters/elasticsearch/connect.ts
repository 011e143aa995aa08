import { Client, type ClientOptions } from '@elastic/elasticsearch';
import { setTimeout as wait } from 'node:timers/promises';
import { SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import { elasticsearchFault, isEsqlMissing } from './elasticsearch-fault.ts';
import { ExactSerializer } from './exact-serializer.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { retryDelayMs, type RetryDeps } from './retries.ts';

const PROBE_LIMIT_MS = 5 * SECOND_MS;
const REQUEST_LIMIT_MS = 30 * SECOND_MS;

// LOOKUP JOIN is generally available from 8.19 and 9.1 on; 9.0 came before 8.19.
const isSupported = (major: number, minor: number): boolean =>
  major > 9 || (major === 9 && minor >= 1) || (major === 8 && minor >= 19);

const authOf = ({ credentials }: ElasticsearchOptions): Pick<ClientOptions, 'auth'> => {
  if (credentials.kind === 'api-key') return { auth: { apiKey: credentials.apiKey } };
  if (credentials.kind === 'basic') {
    return { auth: { username: credentials.username, password: credentials.password } };
  }
  return {};
};

/** A client that leaves retries to its caller. */
export const createClient = (options: ElasticsearchOptions): Client =>
  new Client({
    nodes: [...options.nodes],
    ...authOf(options),
    tls: { rejectUnauthorized: options.verifyTls, ...(options.ca === null ? {} : { ca: options.ca }) },
    maxRetries: 0,
    Serializer: ExactSerializer,
    requestTimeout: REQUEST_LIMIT_MS,
    name: 'sentinel',
    // Says only which versions of the client and of Node ask.
    enableMetaHeader: false,
  });

/** What answers. */
export interface ServerInfo {
  readonly version: string;
  /** Has no version of its own and is always current; no licence, and no nodes that settings could speak of. */
  readonly isServerless: boolean;
}

const checkVersion = ({ version: number, isServerless }: ServerInfo): void => {
  if (isServerless) return;
  const [major = 0, minor = 0] = number.split('.').map(Number);
  if (isSupported(major, minor)) return;
  throw new AppError({
    code: 'configuration',
    isRetryable: false,
    userMessage: `The server is Elasticsearch ${number}. Sentinel needs 8.19, or 9.1 or later, because detection compares requests with what is usual by LOOKUP JOIN: upgrade it, or unset its address to keep telemetry embedded.`,
  });
};

// Reads nothing, so it only finds out whether ES|QL is there and allowed.
const PROBE = 'ROW sentinel = 1 | LIMIT 1';

const checkEsql = async (client: Client): Promise<void> => {
  try {
    const body = { query: PROBE };
    await client.transport.request({ method: 'POST', path: '/_query', body }, { requestTimeout: PROBE_LIMIT_MS });
  } catch (error) {
    if (isEsqlMissing(error)) throw elasticsearchFault(error);
    // Whatever else is wrong with a query is said by the first that reads something.
  }
};

/** Waits until the server answers, within the limit, and refuses one that Sentinel cannot work with. */
export const awaitServer = async (
  deps: Pick<RetryDeps, 'random'> & { readonly logger: Logger },
  client: Client,
  startLimitMs: number,
): Promise<ServerInfo> => {
  const endsAt = performance.now() + startLimitMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { version } = await client.info({}, { requestTimeout: PROBE_LIMIT_MS });
      const server = { version: version.number, isServerless: version.build_flavor === 'serverless' };
      checkVersion(server);
      await checkEsql(client);
      return server;
    } catch (error) {
      const fault = elasticsearchFault(error);
      const delayMs = SECOND_MS / 5 + retryDelayMs(deps.random, attempt);
      if (!fault.isRetryable || performance.now() + delayMs > endsAt) throw fault;
      if (attempt === 0) deps.logger.warn({ startLimitMs }, 'Elasticsearch does not answer yet; waiting for it');
      await wait(delayMs);
    }
  }
};
