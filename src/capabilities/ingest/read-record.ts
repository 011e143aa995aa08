import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import type { LogRecord, MetricPoint, SpanRecord } from '#ports/telemetry-store.ts';
import { flattenObject, type FieldValue } from './flatten-object.ts';
import { readValue } from './read-value.ts';

export const INGEST_INDICES = ['logs', 'spans', 'metrics'] as const;
export type IngestIndex = (typeof INGEST_INDICES)[number];

export type IngestRecord =
  | { readonly index: 'logs'; readonly row: LogRecord }
  | { readonly index: 'spans'; readonly row: SpanRecord }
  | { readonly index: 'metrics'; readonly row: MetricPoint };

export type RecordOutcome =
  | { readonly kind: 'record'; readonly record: IngestRecord }
  /** `reason` is a phrase that names the field where there is one. */
  | { readonly kind: 'refused'; readonly field: string | null; readonly reason: string };

const INDEX_FIELD = '_index';
const ATTRIBUTE_PREFIX = 'attributes.';

export const isIngestIndex = (text: unknown): text is IngestIndex => INGEST_INDICES.some((index) => index === text);

type Scalar = string | number;
type Values = ReadonlyMap<string, Scalar>;

interface EcsField {
  readonly field: string;
  toOurs(value: Scalar): Scalar;
}

const NANOSECONDS_PER_MS = 1_000_000;
const asItIs = (value: Scalar): Scalar => value;
const DURATION: EcsField = { field: 'duration_ms', toOurs: (value) => Number(value) / NANOSECONDS_PER_MS };
const SPAN_STATUS: Readonly<Record<string, string>> = { success: 'ok', failure: 'error', unknown: 'unset' };

/** Fields that have another name or unit in the Elastic Common Schema (ECS 8). Metrics have none. */
const ECS_FIELDS: Readonly<Record<IngestIndex, ReadonlyMap<string, EcsField>>> = {
  logs: new Map([
    ['log.level', { field: 'level', toOurs: asItIs }],
    ['event.duration', DURATION],
    ['http.response.status_code', { field: 'status_code', toOurs: asItIs }],
  ]),
  spans: new Map([
    ['event.duration', DURATION],
    ['event.outcome', { field: 'status', toOurs: (value) => SPAN_STATUS[String(value).toLowerCase()] ?? value }],
  ]),
  metrics: new Map(),
};

const textOf = (values: Values, field: string): string | null => {
  const value = values.get(field);
  return typeof value === 'string' ? value : null;
};

const numberOf = (values: Values, field: string): number | null => {
  const value = values.get(field);
  return typeof value === 'number' ? value : null;
};

// What is required and missing is left to the store, which refuses the row and names the field.
const required = <Value>(value: Value | null): Value => value as Value;

interface Common {
  readonly timestampMs: number;
  readonly attributes: Readonly<Record<string, string>>;
}

const toLog = (values: Values, common: Common): LogRecord => ({
  ...common,
  service: required(textOf(values, 'service.name')),
  level: textOf(values, 'level')?.toLowerCase() ?? null,
  message: textOf(values, 'message'),
  durationMs: numberOf(values, 'duration_ms'),
  traceId: textOf(values, 'trace.id'),
  spanId: textOf(values, 'span.id'),
  statusCode: numberOf(values, 'status_code'),
  host: textOf(values, 'host.name'),
});

const toSpan = (values: Values, common: Common): SpanRecord => ({
  ...common,
  traceId: required(textOf(values, 'trace.id')),
  spanId: required(textOf(values, 'span.id')),
  parentId: textOf(values, 'parent.id'),
  service: required(textOf(values, 'service.name')),
  name: required(textOf(values, 'span.name')),
  kind: (textOf(values, 'span.kind')?.toLowerCase() ?? 'internal') as SpanRecord['kind'],
  peerService: textOf(values, 'peer.service'),
  durationMs: required(numberOf(values, 'duration_ms')),
  status: (textOf(values, 'status')?.toLowerCase() ?? 'unset') as SpanRecord['status'],
});

const toMetric = (values: Values, common: Common): MetricPoint => ({
  ...common,
  name: required(textOf(values, 'metric.name')),
  value: required(numberOf(values, 'value')),
  unit: textOf(values, 'unit'),
  service: textOf(values, 'service.name'),
});

const toRecord = (index: IngestIndex, values: Values, attributes: Readonly<Record<string, string>>): IngestRecord => {
  const common = { timestampMs: required(numberOf(values, '@timestamp')), attributes };
  if (index === 'logs') return { index, row: toLog(values, common) };
  if (index === 'spans') return { index, row: toSpan(values, common) };
  return { index, row: toMetric(values, common) };
};

// A span that is taken for a log line would be counted as a request, and nobody would know.
const FOREIGN_FIELDS: ReadonlyMap<string, IngestIndex> = new Map([
  ['span.name', 'spans'],
  ['span.kind', 'spans'],
  ['metric.name', 'metrics'],
]);

const attributeText = (value: FieldValue): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

const refused = (field: string | null, reason: string): RecordOutcome => ({ kind: 'refused', field, reason });

const parseObject = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Reads one line of NDJSON as a row of an index: the fields of the index under their own names or
 * those of ECS, dotted or nested, and everything else as attributes, lists as JSON. Where a line
 * has both names, its own is meant. Levels, span kinds and statuses are put in lower case. The
 * field `_index` outranks the index that was asked for.
 */
export const readRecord = (text: string, defaultIndex: IngestIndex): RecordOutcome => {
  const object = parseObject(text);
  if (!object) return refused(null, 'the line is not a JSON object');
  const flat = flattenObject(object);
  if (flat.kind === 'refused') return refused(null, flat.reason);
  const index = flat.fields.get(INDEX_FIELD) ?? defaultIndex;
  if (!isIngestIndex(index)) return refused(INDEX_FIELD, `${INDEX_FIELD} is none of ${INGEST_INDICES.join(', ')}`);
  const stray = index === 'logs' ? [...flat.fields.keys()].find((field) => FOREIGN_FIELDS.has(field)) : undefined;
  if (stray !== undefined) {
    return refused(stray, `${stray} belongs to ${FOREIGN_FIELDS.get(stray)}, not to logs`);
  }
  const schema = TELEMETRY_SCHEMA[index].fields;
  const values = new Map<string, string | number>();
  const attributes = new Map<string, string>();
  for (const [field, raw] of flat.fields) {
    if (field === INDEX_FIELD) continue;
    const ecs = ECS_FIELDS[index].get(field);
    const isEcs = ecs !== undefined && !flat.fields.has(ecs.field);
    const type = schema.get(isEcs ? ecs.field : field);
    if (type === undefined) {
      const name = field.startsWith(ATTRIBUTE_PREFIX) ? field.slice(ATTRIBUTE_PREFIX.length) : field;
      attributes.set(name, attributeText(raw));
      continue;
    }
    const outcome = readValue(type, raw);
    if (outcome.kind === 'refused') return refused(field, `${field} ${outcome.reason}`);
    if (isEcs) values.set(ecs.field, ecs.toOurs(outcome.value));
    else values.set(field, outcome.value);
  }
  return { kind: 'record', record: toRecord(index, values, Object.fromEntries(attributes)) };
};
