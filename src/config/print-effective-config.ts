import { stringify } from 'yaml';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { Config } from './effective-config.ts';
import { printElasticsearchSettings } from './elasticsearch-settings.ts';

const MASK = '***';

/**
 * The effective configuration as YAML, in the form of sentinel.yaml; what comes from the
 * environment follows as comments, secrets masked. Reading it back gives the same configuration.
 */
export const printEffectiveConfig = (config: Config): string => {
  const file = {
    dataDirectory: config.dataDirectory,
    http: config.http,
    detection: {
      interval: formatDuration(config.detection.intervalMs),
      lag: formatDuration(config.detection.lagMs),
      preset: config.detection.preset,
      severityLines: config.detection.severityLines,
      sizeFloors: config.detection.sizeFloors,
      failedExpression: config.detection.failedExpression,
    },
    ingest: config.ingest,
    incidents: { openFrom: config.incidents.openFrom, cooldown: formatDuration(config.incidents.cooldownMs) },
    retention: {
      logs: formatDuration(config.retention.logsMs),
      spans: formatDuration(config.retention.spansMs),
      metrics: formatDuration(config.retention.metricsMs),
    },
    elasticsearch: printElasticsearchSettings(config.elasticsearch, formatDuration),
    lookups: config.lookups,
    slack: {
      channel: config.slack.channel,
      ...(config.slack.fallbackChannel === null ? {} : { fallbackChannel: config.slack.fallbackChannel }),
      mode: config.slack.connection.kind,
      dialect: config.slack.dialect,
      ...(config.slack.apiUrl === null ? {} : { apiUrl: config.slack.apiUrl }),
      allowGuests: config.slack.allowGuests,
      allowExternalChannels: config.slack.allowExternalChannels,
      pace: formatDuration(config.slack.paceMs),
    },
    services: config.services,
    claude: { model: config.claude.model, ...(config.claude.apiUrl === null ? {} : { apiUrl: config.claude.apiUrl }) },
    query: {
      timeout: formatDuration(config.query.timeoutMs),
      rows: config.query.rows,
      atOnce: config.query.atOnce,
      perMinute: config.query.perMinute,
    },
    shutdown: { drain: formatDuration(config.shutdown.drainMs) },
  };
  return [stringify(file, { lineWidth: 0 }), ...environmentLines(config), ''].join('\n');
};

const environmentLines = (config: Config): readonly string[] => [
  '# From the environment:',
  `#   LOG_LEVEL=${config.logLevel}`,
  `#   SLACK_BOT_TOKEN=xoxb-${MASK}`,
  config.slack.connection.kind === 'socket' ? `#   SLACK_APP_TOKEN=xapp-${MASK}` : `#   SLACK_SIGNING_SECRET=${MASK}`,
  `#   SENTINEL_INGEST_TOKENS=${config.ingestTokens.map(({ source }) => `${source}=${MASK}`).join(',')}`,
  `#   ANTHROPIC_API_KEY=${config.claude.apiKey === null ? '' : MASK}`,
  `#   DATABASE_URL=${config.state.kind === 'postgres' ? maskAddress(config.state.url) : ''}`,
  `#   REDIS_URL=${config.jobs.kind === 'redis' ? maskAddress(config.jobs.url) : ''}`,
  ...elasticsearchLines(config),
  `# State: ${config.state.kind}. Jobs: ${config.jobs.kind}. Telemetry: ${config.telemetry.kind}.`,
];

const elasticsearchLines = ({ telemetry }: Config): readonly string[] => {
  if (telemetry.kind === 'embedded') return ['#   ELASTICSEARCH_URL='];
  const secret = { none: [], 'api-key': ['API_KEY'], basic: ['USERNAME', 'PASSWORD'] }[telemetry.credentials.kind];
  return [
    telemetry.addressIn === 'ELASTICSEARCH_URL'
      ? `#   ELASTICSEARCH_URL=${telemetry.nodes.map(maskAddress).join(',')}`
      : `#   ELASTICSEARCH_CLOUD_ID=${MASK}, which is ${telemetry.nodes.join(',')}`,
    ...secret.map((name) => `#   ELASTICSEARCH_${name}=${MASK}`),
  ];
};

/** Keeps what tells two servers apart; user, password and parameters may be secret. */
const maskAddress = (address: string): string => {
  const url = new URL(address);
  const hasSecret = url.username !== '' || url.password !== '';
  return `${url.protocol}//${hasSecret ? `${MASK}@` : ''}${url.host}${url.pathname}${url.search === '' ? '' : `?${MASK}`}`;
};

const UNITS = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['min', MINUTE_MS],
  ['s', SECOND_MS],
] as const;

/** "24h" rather than "1d": two of a unit before the larger one is used, except where only one fits. */
const formatDuration = (ms: number): string => {
  const [unit, length] = UNITS.find(([, unitMs]) => ms % unitMs === 0 && ms / unitMs >= 2) ??
    UNITS.find(([, unitMs]) => ms > 0 && ms % unitMs === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
};
