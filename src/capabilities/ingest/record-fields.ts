import type { FieldType } from '#esql/schema.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';

export const INGEST_INDICES = ['logs', 'spans', 'metrics'] as const;
export type IngestIndex = (typeof INGEST_INDICES)[number];

export const isIngestIndex = (text: unknown): text is IngestIndex => INGEST_INDICES.some((index) => index === text);

export type Scalar = string | number;

/** A name that a sender may use for a field of an index. */
export interface FieldName {
  /** The field in queries. */
  readonly field: string;
  readonly type: FieldType;
  /** The field's own name is 0; a name of a higher rank gives way, and its value becomes an attribute. */
  readonly rank: 0 | 1 | 2;
  readonly toOurs: ((value: Scalar) => Scalar) | null;
}

export type FieldNames = ReadonlyMap<string, FieldName>;

const NANOSECONDS_PER_MS = 1_000_000;
const SPAN_STATUS: Readonly<Record<string, string>> = { success: 'ok', failure: 'error', unknown: 'unset' };

type Alias = readonly [name: string, field: string, toOurs?: (value: Scalar) => Scalar];

const toMilliseconds = (value: Scalar): Scalar => Number(value) / NANOSECONDS_PER_MS;

/** Fields that have another name or unit in the Elastic Common Schema (ECS 8). Metrics have none. */
const ECS_ALIASES: Readonly<Record<IngestIndex, readonly Alias[]>> = {
  logs: [
    ['log.level', 'level'],
    ['event.duration', 'duration_ms', toMilliseconds],
    ['http.response.status_code', 'status_code'],
  ],
  spans: [
    ['event.duration', 'duration_ms', toMilliseconds],
    ['event.outcome', 'status', (value) => SPAN_STATUS[String(value).toLowerCase()] ?? value],
  ],
  metrics: [],
};

/** What forwarders call fields by default where they know no schema; the first that is there is taken. */
const LOOSE_ALIASES: readonly Alias[] = [
  ['timestamp', '@timestamp'],
  ['time', '@timestamp'],
  ['log', 'message'],
  ['msg', 'message'],
  ['event.original', 'message'],
  ['severity', 'level'],
  ['loglevel', 'level'],
  ['log_level', 'level'],
  ['host', 'host.name'],
  ['hostname', 'host.name'],
  ['host.hostname', 'host.name'],
  ['agent.hostname', 'host.name'],
  ['service', 'service.name'],
  ['service_name', 'service.name'],
  ['kubernetes.labels.app_kubernetes_io/name', 'service.name'],
  ['kubernetes.labels.app', 'service.name'],
  ['kubernetes.container.name', 'service.name'],
  ['kubernetes.container_name', 'service.name'],
  ['container.name', 'service.name'],
  ['container_name', 'service.name'],
];

const namesOf = (index: IngestIndex, loose: readonly Alias[]): FieldNames => {
  const { fields } = TELEMETRY_SCHEMA[index];
  const names = new Map<string, FieldName>();
  const addAliases = (aliases: readonly Alias[], rank: 1 | 2): void => {
    for (const [name, field, toOurs = null] of aliases) {
      const type = fields.get(field);
      if (type !== undefined && !names.has(name)) names.set(name, { field, type, rank, toOurs });
    }
  };
  for (const [field, type] of fields) names.set(field, { field, type, rank: 0, toOurs: null });
  addAliases(ECS_ALIASES[index], 1);
  addAliases(loose, 2);
  return names;
};

const tableOf = (loose: readonly Alias[]): Readonly<Record<IngestIndex, FieldNames>> => ({
  logs: namesOf('logs', loose),
  spans: namesOf('spans', loose),
  metrics: namesOf('metrics', loose),
});

/** Sentinel's names and those of ECS. */
export const STRICT_NAMES = tableOf([]);
/** And what forwarders write by default. */
export const LOOSE_NAMES = tableOf(LOOSE_ALIASES);

// A span that is taken for a log line would be counted as a request, and nobody would know.
export const FOREIGN_FIELDS: ReadonlyMap<string, IngestIndex> = new Map([
  ['span.name', 'spans'],
  ['span.kind', 'spans'],
  ['metric.name', 'metrics'],
]);
