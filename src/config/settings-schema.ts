import { z } from 'zod';
import { FAILED_BY_DEFAULT } from '#kernel/error-levels.ts';
import { DEFAULT_SEVERITY_LINES, SEVERITIES } from '#kernel/severity.ts';
import { cloudId } from './cloud-id.ts';
import { elasticsearchNodes, elasticsearchSection } from './elasticsearch-settings.ts';
import { refuseCondition } from './failed-expression.ts';
import { lookupFiles } from './lookup-files.ts';
import {
  durationBetween,
  numberBetween,
  oneOf,
  protocolOf,
  section,
  textMatching,
  trueOrFalse,
  webAddress,
  wholeNumberBetween,
} from './leaves.ts';

const CONDITION_EXPECTED = 'a condition in ES|QL on a row of logs, at most 2,000 characters';

const severityLine = () => numberBetween(0.1, 10);

const severityLines = section({
  P1: severityLine().prefault(DEFAULT_SEVERITY_LINES.P1),
  P2: severityLine().prefault(DEFAULT_SEVERITY_LINES.P2),
  P3: severityLine().prefault(DEFAULT_SEVERITY_LINES.P3),
  P4: severityLine().prefault(DEFAULT_SEVERITY_LINES.P4),
}).superRefine((lines, context) => {
  for (const [index, severity] of SEVERITIES.entries()) {
    const above = SEVERITIES[index - 1];
    if (above === undefined || lines[severity] < lines[above]) continue;
    context.addIssue({
      code: 'custom',
      path: [severity],
      input: lines[severity],
      message: `less than ${above}, which is ${lines[above]}: the lines must descend from P1 to P4`,
    });
  }
});

const detection = section({
  interval: durationBetween('10s', '5min').prefault('30s'),
  // Section 7 of the scoring method: at most 30 s, else the newest slots say nothing.
  lag: durationBetween('0s', '30s').prefault('12s'),
  preset: oneOf(['normal', 'quiet']).prefault('normal'),
  severityLines: severityLines.prefault({}),
  sizeFloors: section({
    errorPoints: numberBetween(0, 100, ' percentage points').prefault(1.25),
    errorRatio: numberBetween(1, 100).prefault(2),
    midShare: numberBetween(0, 1).prefault(0.5),
    farShare: numberBetween(0, 1).prefault(0.01),
  }).prefault({}),
  failedExpression: z
    .string({ error: CONDITION_EXPECTED })
    .max(2000, { error: CONDITION_EXPECTED })
    .superRefine((expression, context) => {
      const refusal = refuseCondition(expression);
      if (refusal !== null) context.addIssue({ code: 'custom', message: `${CONDITION_EXPECTED}: ${refusal}` });
    })
    .prefault(FAILED_BY_DEFAULT),
});

const channel = () =>
  textMatching(/^(#[^\s#@]{1,80}|[CG][A-Z0-9]{2,20})$/, 'a channel in quotes, such as "#incidents", or its id');

const slack = section({
  channel: channel().prefault('#incidents'),
  fallbackChannel: channel().optional(),
  mode: oneOf(['socket', 'http']).prefault('socket'),
  dialect: oneOf(['slack', 'local']).prefault('slack'),
  apiUrl: webAddress().optional(),
  allowGuests: trueOrFalse().prefault(false),
  allowExternalChannels: trueOrFalse().prefault(false),
  pace: durationBetween('0s', '1min').prefault('1s'),
}).superRefine((values, context) => {
  if (values.dialect !== 'local' || values.apiUrl !== undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['apiUrl'],
    input: undefined,
    message: 'the address of the local Slack, because slack.dialect is "local"',
  });
});

const FILTER_EXPECTED = 'a list of at most 50 words, each at most 100 characters';

const serviceName = () => textMatching(/^\S.{0,199}$/, 'the name of a service, at most 200 characters');

/** Everything that sentinel.yaml may say. */
export const fileSchema = section({
  dataDirectory: textMatching(/\S/, 'a path').prefault('./data'),
  http: section({
    host: textMatching(/^\S{1,255}$/, 'a host name or an address').prefault('127.0.0.1'),
    port: wholeNumberBetween(0, 65_535).prefault(8787),
    ingestBodyLimitBytes: wholeNumberBetween(1024, 104_857_600).prefault(10_485_760),
  }).prefault({}),
  ingest: section({
    cloudwatch: section({
      filter: z
        .array(textMatching(/^\S(.{0,98}\S)?$/, FILTER_EXPECTED), { error: FILTER_EXPECTED })
        .max(50, { error: FILTER_EXPECTED })
        .prefault(['ERROR', 'Exception', 'Critical']),
      opensIncident: trueOrFalse().prefault(false),
    }).prefault({}),
  }).prefault({}),
  detection: detection.prefault({}),
  incidents: section({
    openFrom: oneOf(['P2', 'P3']).prefault('P2'),
    cooldown: durationBetween('1min', '24h').prefault('30min'),
  }).prefault({}),
  retention: section({
    // A tick reads 65 minutes back, the latch and the hourly pattern up to three hours.
    logs: durationBetween('4h', '365d').prefault('24h'),
    spans: durationBetween('15min', '365d').prefault('6h'),
    metrics: durationBetween('1h', '3650d').prefault('30d'),
  }).prefault({}),
  elasticsearch: elasticsearchSection.prefault({}),
  lookups: lookupFiles().prefault({}),
  slack: slack.prefault({}),
  services: z
    .record(
      serviceName(),
      section({
        calls: z
          .array(serviceName(), { error: 'a list of service names' })
          .max(1000, { error: 'at most 1000 names' })
          .prefault([]),
      }),
      { error: 'a mapping of service names to what they call' },
    )
    .prefault({}),
  query: section({
    timeout: durationBetween('1s', '2min').prefault('10s'),
    rows: wholeNumberBetween(1, 10_000).prefault(1000),
    atOnce: wholeNumberBetween(1, 100).prefault(3),
    perMinute: wholeNumberBetween(1, 1000).prefault(30),
  }).prefault({}),
  claude: section({
    model: textMatching(/^\S{1,100}$/, 'the name of a Claude model').prefault('claude-sonnet-5-5'),
    apiUrl: webAddress().optional(),
  }).prefault({}),
  shutdown: section({
    drain: durationBetween('1s', '5min').prefault('10s'),
  }).prefault({}),
});

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const ESCAPES = 'with / # @ of a password written as %2F %23 %40';

/** Without those escapes a part of the password would be taken for the host or the path, and shown. */
const hasPlainAuthority = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { host, hash, pathname } = new URL(text);
  return host !== '' && hash === '' && !pathname.includes('@');
};

const address = (pattern: RegExp, expected: string) =>
  z
    .string({ error: expected })
    .refine((text) => pattern.test(protocolOf(text)) && hasPlainAuthority(text), { error: `${expected}, ${ESCAPES}` });

const INGEST_EXPECTED = 'source=token pairs joined by commas, each token at least 16 characters and used once';

const ingestTokens = z.string({ error: INGEST_EXPECTED }).transform((text, context) => {
  const pairs = text.split(',').map((pair) => /^\s*([A-Za-z0-9][\w.-]{0,62})=(\S{16,256})\s*$/.exec(pair));
  const tokens = pairs.map((match) => ({ source: match?.[1] ?? '', token: match?.[2] ?? '' }));
  const isComplete = pairs.every((match) => match !== null);
  const isUnambiguous =
    new Set(tokens.map(({ source }) => source)).size === tokens.length &&
    new Set(tokens.map(({ token }) => token)).size === tokens.length;
  if (isComplete && isUnambiguous) return tokens;
  context.issues.push({ code: 'custom', message: INGEST_EXPECTED, input: text });
  return z.NEVER;
});

export const APP_TOKEN_EXPECTED = "the Slack app's app-level token, which begins with xapp-";
export const SIGNING_SECRET_EXPECTED = "the Slack app's signing secret, at least 16 characters";

/** Everything that the environment may say. Other variables are none of ours. */
export const environmentSchema = z
  .object({
    SENTINEL_CONFIG: z.string().optional(),
    LOG_LEVEL: oneOf(LOG_LEVELS).prefault('info'),
    SLACK_BOT_TOKEN: textMatching(/^xoxb-\S+$/, "the Slack app's bot token, which begins with xoxb-"),
    SLACK_APP_TOKEN: textMatching(/^xapp-\S+$/, APP_TOKEN_EXPECTED).optional(),
    SLACK_SIGNING_SECRET: textMatching(/^\S{16,256}$/, SIGNING_SECRET_EXPECTED).optional(),
    SENTINEL_INGEST_TOKENS: ingestTokens.optional(),
    ANTHROPIC_API_KEY: textMatching(/^\S{8,512}$/, 'an API key of Anthropic').optional(),
    DATABASE_URL: address(/^postgres(ql)?:$/, 'an address that begins with postgres://').optional(),
    REDIS_URL: address(/^rediss?:$/, 'an address that begins with redis:// or rediss://').optional(),
    ELASTICSEARCH_URL: elasticsearchNodes().optional(),
    ELASTICSEARCH_CLOUD_ID: cloudId().optional(),
    ELASTICSEARCH_API_KEY: textMatching(/^\S+$/, "an API key in Elasticsearch's encoded form").optional(),
    ELASTICSEARCH_USERNAME: z.string().optional(),
    ELASTICSEARCH_PASSWORD: z.string().optional(),
  })
  .superRefine((values, context) => {
    const refuse = (path: string, message: string, found?: string): void =>
      context.addIssue({ code: 'custom', path: [path], input: undefined, message, params: { found } });
    const { ELASTICSEARCH_API_KEY: apiKey, ELASTICSEARCH_USERNAME: user, ELASTICSEARCH_PASSWORD: password } = values;
    if ((user === undefined) !== (password === undefined)) {
      refuse(user === undefined ? 'ELASTICSEARCH_USERNAME' : 'ELASTICSEARCH_PASSWORD', 'user and password together');
    }
    if (apiKey !== undefined && user !== undefined) {
      refuse('ELASTICSEARCH_API_KEY', 'either an API key or user and password', 'both');
    }
    if (values.ELASTICSEARCH_CLOUD_ID === undefined) return;
    if (values.ELASTICSEARCH_URL !== undefined) {
      refuse('ELASTICSEARCH_CLOUD_ID', 'either a Cloud ID or ELASTICSEARCH_URL, which is another address', 'both');
    }
    if (apiKey === undefined && user === undefined) {
      refuse('ELASTICSEARCH_API_KEY', 'an API key, which every deployment of Elastic Cloud asks for');
    }
  });

export const settingsSchema = z.object({ file: fileSchema, environment: environmentSchema });

export type Settings = z.output<typeof settingsSchema>;
