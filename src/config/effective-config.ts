import type { Severity, SeverityLines } from '#kernel/severity.ts';
import { type ElasticsearchSettings, toElasticsearchSettings } from './elasticsearch-settings.ts';
import type { LOG_LEVELS, Settings } from './settings-schema.ts';

/** What Sentinel runs with: sentinel.yaml, the environment and the defaults, checked. Durations in milliseconds. */
export interface Config {
  readonly dataDirectory: string;
  readonly http: { readonly host: string; readonly port: number; readonly ingestBodyLimitBytes: number };
  readonly ingest: {
    readonly cloudwatch: {
      /** Words that mark a line of CloudWatch Logs as a failure; in any case. */
      readonly filter: readonly string[];
      /** Such a line opens an incident for its service. */
      readonly opensIncident: boolean;
    };
  };
  readonly detection: {
    readonly intervalMs: number;
    readonly lagMs: number;
    readonly preset: 'normal' | 'quiet';
    readonly severityLines: SeverityLines;
    readonly sizeFloors: {
      /** Percentage points above the baseline. */
      readonly errorPoints: number;
      /** Times the baseline. */
      readonly errorRatio: number;
      /** Shares in [0, 1]. */
      readonly midShare: number;
      readonly farShare: number;
    };
    /** A condition in ES|QL on a row of `logs`. */
    readonly failedExpression: string;
  };
  readonly incidents: { readonly openFrom: Extract<Severity, 'P2' | 'P3'>; readonly cooldownMs: number };
  readonly retention: { readonly logsMs: number; readonly spansMs: number; readonly metricsMs: number };
  /** Of use only where telemetry is there. */
  readonly elasticsearch: ElasticsearchSettings;
  /** Paths of CSV files by the name of the lookup table that each becomes; only where telemetry is embedded. */
  readonly lookups: Readonly<Record<string, string>>;
  readonly slack: {
    readonly channel: string;
    /** Where cards and notices go while the channel takes none; null: nowhere. */
    readonly fallbackChannel: string | null;
    readonly dialect: 'slack' | 'local';
    /** Null: Slack's own. */
    readonly apiUrl: string | null;
    readonly botToken: string;
    /** How Slack's requests arrive. */
    readonly connection:
      | { readonly kind: 'socket'; readonly appToken: string }
      | { readonly kind: 'http'; readonly signingSecret: string };
    readonly allowGuests: boolean;
    readonly allowExternalChannels: boolean;
    /** Least time between two writes to one channel. */
    readonly paceMs: number;
  };
  /** By service name. */
  readonly services: Readonly<Record<string, { readonly calls: readonly string[] }>>;
  /** Of use only where there is a key. */
  readonly claude: { readonly apiKey: string | null; readonly model: string; readonly apiUrl: string | null };
  readonly query: {
    readonly timeoutMs: number;
    readonly rows: number;
    /** Of one person: queries that run at the same time, and in a minute. */
    readonly atOnce: number;
    readonly perMinute: number;
  };
  readonly shutdown: { readonly drainMs: number };
  readonly state: { readonly kind: 'embedded' } | { readonly kind: 'postgres'; readonly url: string };
  readonly jobs: { readonly kind: 'embedded' } | { readonly kind: 'postgres' | 'redis'; readonly url: string };
  readonly telemetry:
    | { readonly kind: 'embedded' }
    | {
        readonly kind: 'elasticsearch';
        /** The variable that the nodes come from. */
        readonly addressIn: 'ELASTICSEARCH_URL' | 'ELASTICSEARCH_CLOUD_ID';
        readonly nodes: readonly string[];
        readonly credentials:
          | { readonly kind: 'none' }
          | { readonly kind: 'api-key'; readonly apiKey: string }
          | { readonly kind: 'basic'; readonly username: string; readonly password: string };
      };
  /** Who may send telemetry; empty: nobody over HTTP. */
  readonly ingestTokens: readonly { readonly source: string; readonly token: string }[];
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** What decides which incidents open, and nothing of where they are shown or kept. */
export type WatchSettings = Pick<Config, 'detection' | 'incidents' | 'retention' | 'services'>;

export const toWatchSettings = (file: Settings['file']): WatchSettings => ({
  detection: {
    intervalMs: file.detection.interval,
    lagMs: file.detection.lag,
    preset: file.detection.preset,
    severityLines: file.detection.severityLines,
    sizeFloors: file.detection.sizeFloors,
    failedExpression: file.detection.failedExpression,
  },
  incidents: { openFrom: file.incidents.openFrom, cooldownMs: file.incidents.cooldown },
  retention: { logsMs: file.retention.logs, spansMs: file.retention.spans, metricsMs: file.retention.metrics },
  services: file.services,
});

export const toEffectiveConfig = ({ file, environment }: Settings): Config => ({
  dataDirectory: file.dataDirectory,
  http: file.http,
  ingest: file.ingest,
  ...toWatchSettings(file),
  elasticsearch: toElasticsearchSettings(file.elasticsearch),
  lookups: file.lookups,
  slack: {
    channel: file.slack.channel,
    fallbackChannel: file.slack.fallbackChannel ?? null,
    dialect: file.slack.dialect,
    apiUrl: file.slack.apiUrl ?? null,
    botToken: environment.SLACK_BOT_TOKEN,
    connection:
      file.slack.mode === 'socket'
        ? { kind: 'socket', appToken: environment.SLACK_APP_TOKEN ?? '' }
        : { kind: 'http', signingSecret: environment.SLACK_SIGNING_SECRET ?? '' },
    allowGuests: file.slack.allowGuests,
    allowExternalChannels: file.slack.allowExternalChannels,
    paceMs: file.slack.pace,
  },
  claude: {
    apiKey: environment.ANTHROPIC_API_KEY ?? null,
    model: file.claude.model,
    apiUrl: file.claude.apiUrl ?? null,
  },
  query: {
    timeoutMs: file.query.timeout,
    rows: file.query.rows,
    atOnce: file.query.atOnce,
    perMinute: file.query.perMinute,
  },
  shutdown: { drainMs: file.shutdown.drain },
  state:
    environment.DATABASE_URL === undefined ? { kind: 'embedded' } : { kind: 'postgres', url: environment.DATABASE_URL },
  jobs: chooseJobs(environment),
  telemetry: chooseTelemetry(environment),
  ingestTokens: environment.SENTINEL_INGEST_TOKENS ?? [],
  logLevel: environment.LOG_LEVEL,
});

const chooseJobs = (environment: Settings['environment']): Config['jobs'] => {
  if (environment.REDIS_URL !== undefined) return { kind: 'redis', url: environment.REDIS_URL };
  if (environment.DATABASE_URL !== undefined) return { kind: 'postgres', url: environment.DATABASE_URL };
  return { kind: 'embedded' };
};

const chooseTelemetry = (environment: Settings['environment']): Config['telemetry'] => {
  const { ELASTICSEARCH_URL: addresses, ELASTICSEARCH_CLOUD_ID: deployment } = environment;
  const nodes = addresses ?? (deployment === undefined ? undefined : [deployment]);
  if (nodes === undefined) return { kind: 'embedded' };
  const addressIn = addresses === undefined ? 'ELASTICSEARCH_CLOUD_ID' : 'ELASTICSEARCH_URL';
  const server = { kind: 'elasticsearch', addressIn, nodes } as const;
  const {
    ELASTICSEARCH_API_KEY: apiKey,
    ELASTICSEARCH_USERNAME: username,
    ELASTICSEARCH_PASSWORD: password,
  } = environment;
  if (apiKey !== undefined) return { ...server, credentials: { kind: 'api-key', apiKey } };
  if (username === undefined || password === undefined) {
    return { ...server, credentials: { kind: 'none' } };
  }
  return { ...server, credentials: { kind: 'basic', username, password } };
};
