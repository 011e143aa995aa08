import { randomUUID } from 'node:crypto';
import { env } from 'node:process';
import type { Credentials, ElasticsearchOptions } from '#adapters/elasticsearch/elasticsearch-options.ts';
import { fieldNames } from '#adapters/elasticsearch/field-names.ts';
import { startElasticsearchProxy, type ElasticsearchProxy, type ProxyOptions } from './proxy.ts';
import { startStandIn } from './stand-in.ts';

export const credentialsOfEnvironment = (): Credentials => {
  const { ELASTICSEARCH_API_KEY: apiKey, ELASTICSEARCH_USERNAME: username, ELASTICSEARCH_PASSWORD: password } = env;
  if (apiKey) return { kind: 'api-key', apiKey };
  return username && password ? { kind: 'basic', username, password } : { kind: 'none' };
};

export interface ServerBehindProxy {
  /** For the title of a suite: which server it ran on, and which half of it. */
  readonly name: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** What TEST_ELASTICSEARCH_URL names (`start-server.sh`), or a small one in the process. */
export const startWritingHalf = async (): Promise<ServerBehindProxy> => {
  const given = env['TEST_ELASTICSEARCH_URL'];
  if (given) return { name: WRITING_HALF, url: given, stop: () => Promise.resolve() };
  return { name: WRITING_HALF, ...(await startStandIn()) };
};

export const WRITING_HALF = env['TEST_ELASTICSEARCH_URL']
  ? 'Elasticsearch 9.2, ES|QL by the proxy'
  : 'the stand-in, because TEST_ELASTICSEARCH_URL is not set';

/** A name for the indices of one test, on a server that others share. */
export const newPrefix = (): string => `t${randomUUID().slice(0, 8)}-`;

export const optionsFor = (url: string, changed: Partial<ElasticsearchOptions> = {}): ElasticsearchOptions => ({
  nodes: [url],
  credentials: { kind: 'none' },
  ca: null,
  verifyTls: true,
  prefix: newPrefix(),
  indices: { logs: null, spans: null, metrics: null },
  lookups: [],
  fields: fieldNames({ preset: 'plain', durationUnit: null, names: { logs: {}, spans: {}, metrics: {} } }),
  refreshIntervalMs: 50,
  startLimitMs: 5_000,
  ...changed,
});

export interface ProxiedServer {
  readonly proxy: ElasticsearchProxy;
  /** Of the server behind the proxy. */
  readonly upstream: string;
  stop(): Promise<void>;
}

export const startProxiedServer = async (options: Omit<ProxyOptions, 'upstream'> = {}): Promise<ProxiedServer> => {
  const server = await startWritingHalf();
  const proxy = await startElasticsearchProxy({ ...options, upstream: server.url });
  return {
    proxy,
    upstream: server.url,
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
};
