import { z } from 'zod';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import { joinPatterns, refuseOwnNames, refusePatterns } from './index-patterns.ts';
import { lookupIndices, refuseLookupName } from './lookup-indices.ts';
import { durationBetween, oneOf, protocolOf, section, textMatching, trueOrFalse } from './leaves.ts';

type Kind = keyof typeof TELEMETRY_SCHEMA;

const NAME = /^[A-Za-z_@][\w.@-]{0,199}$/;

/** Why documents cannot call fields like this; null if they can. */
const refuseNames = (kind: Kind, value: unknown): string | null => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is none';
  const { fields } = TELEMETRY_SCHEMA[kind];
  const names = Object.entries(value);
  for (const [field, name] of names) {
    if (!fields.has(field)) return `${field} is none of ${[...fields.keys()].join(', ')}`;
    if (typeof name !== 'string' || !NAME.test(name)) return `${field} needs the name of a field`;
    if (name !== field && fields.has(name)) return `${name} is the name of another field`;
    if (names.some(([other, taken]) => other !== field && taken === name)) return `${name} is there twice`;
  }
  return null;
};

const namesIn = (kind: Kind) =>
  z.unknown().transform((value, context): Readonly<Record<string, string>> => {
    const refusal = refuseNames(kind, value);
    if (refusal === null) return value as Record<string, string>;
    const message = `a mapping from fields of ${kind} to what documents call them: ${refusal}`;
    context.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  });

const OWN = 'own';

const PATTERNS_EXPECTED = 'own, or names or patterns of indices joined by commas, such as "app-logs-*"';
const MOST_CHARACTERS = 1_000;

const patterns = () =>
  z
    .string({ error: PATTERNS_EXPECTED })
    .max(MOST_CHARACTERS, { error: `at most ${MOST_CHARACTERS} characters` })
    .superRefine((text, context) => {
      const refusal = refusePatterns(text);
      if (refusal !== null) context.addIssue({ code: 'custom', message: refusal });
    })
    .transform(joinPatterns)
    .prefault(OWN);

const PRESET = 'preset';

/** How telemetry lies in Elasticsearch, where ELASTICSEARCH_URL names one. */
export const elasticsearchSection = section({
  prefix: textMatching(/^[a-z][a-z0-9_-]{0,39}-$/, 'small letters, digits, _ and -, with - at the end').prefault(
    'sentinel-',
  ),
  indices: section({ logs: patterns(), spans: patterns(), metrics: patterns() }).prefault({}),
  lookups: lookupIndices().prefault([]),
  fields: section({
    preset: oneOf(['plain', 'ecs']).prefault('plain'),
    durationUnit: oneOf([PRESET, 'ns', 'us', 'ms', 's']).prefault(PRESET),
    logs: namesIn('logs').prefault({}),
    spans: namesIn('spans').prefault({}),
    metrics: namesIn('metrics').prefault({}),
  }).prefault({}),
  refreshInterval: durationBetween('50ms', '1min').prefault('1s'),
  startLimit: durationBetween('0s', '10min').prefault('60s'),
  ca: textMatching(/\S/, 'system, or the path of a PEM file').prefault('system'),
  verifyTls: trueOrFalse().prefault(true),
}).superRefine(({ prefix, indices, lookups }, context) => {
  for (const [kind, read] of Object.entries(indices)) {
    const refusal = read === OWN ? null : refuseOwnNames(read, prefix);
    if (refusal !== null) context.addIssue({ code: 'custom', path: ['indices', kind], input: read, message: refusal });
  }
  for (const [at, name] of lookups.entries()) {
    const refusal = refuseLookupName(lookups, at, prefix);
    if (refusal !== null) context.addIssue({ code: 'custom', path: ['lookups', at], input: name, message: refusal });
  }
});

type ElasticsearchSection = z.output<typeof elasticsearchSection>;

export interface ElasticsearchSettings {
  readonly prefix: string;
  /** Null: Sentinel's own. */
  readonly indices: Readonly<Record<Kind, string | null>>;
  /** Indices of mode lookup, or aliases, that queries may join. */
  readonly lookups: readonly string[];
  readonly fields: {
    readonly preset: 'plain' | 'ecs';
    /** Null: the preset's. */
    readonly durationUnit: 'ns' | 'us' | 'ms' | 's' | null;
    readonly names: Readonly<Record<Kind, Readonly<Record<string, string>>>>;
  };
  readonly refreshIntervalMs: number;
  readonly startLimitMs: number;
  /** Null: the authorities that Node trusts. */
  readonly caFile: string | null;
  readonly verifyTls: boolean;
}

const patternOf = (value: string): string | null => (value === OWN ? null : value);

export const toElasticsearchSettings = (file: ElasticsearchSection): ElasticsearchSettings => {
  const { preset, durationUnit, logs, spans, metrics } = file.fields;
  return {
    prefix: file.prefix,
    indices: {
      logs: patternOf(file.indices.logs),
      spans: patternOf(file.indices.spans),
      metrics: patternOf(file.indices.metrics),
    },
    lookups: file.lookups,
    fields: {
      preset,
      durationUnit: durationUnit === PRESET ? null : durationUnit,
      names: { logs, spans, metrics },
    },
    refreshIntervalMs: file.refreshInterval,
    startLimitMs: file.startLimit,
    caFile: file.ca === 'system' ? null : file.ca,
    verifyTls: file.verifyTls,
  };
};

/** As the file has it. */
export const printElasticsearchSettings = (
  settings: ElasticsearchSettings,
  formatDuration: (ms: number) => string,
): object => ({
  prefix: settings.prefix,
  indices: Object.fromEntries(Object.entries(settings.indices).map(([kind, value]) => [kind, value ?? OWN])),
  lookups: settings.lookups,
  fields: {
    preset: settings.fields.preset,
    durationUnit: settings.fields.durationUnit ?? PRESET,
    ...settings.fields.names,
  },
  refreshInterval: formatDuration(settings.refreshIntervalMs),
  startLimit: formatDuration(settings.startLimitMs),
  ca: settings.caFile ?? 'system',
  verifyTls: settings.verifyTls,
});

const URL_EXPECTED =
  'http:// or https:// addresses of the nodes of one cluster, joined by commas, without user and password: those are ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD';

const isPlainAddress = (address: string): boolean => {
  if (!/^https?:$/.test(protocolOf(address))) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '';
};

export const elasticsearchNodes = () =>
  z
    .string({ error: URL_EXPECTED })
    .transform((text) => text.split(',').map((address) => address.trim()))
    .refine((nodes) => nodes.every(isPlainAddress), { error: URL_EXPECTED });
