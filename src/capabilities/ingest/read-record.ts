import {
  MAX_ATTRIBUTE_VALUE_LENGTH,
  MAX_KEYWORD_LENGTH,
  MAX_MESSAGE_LENGTH,
} from '#ports/telemetry-rules/row-limits.ts';
import type { LogRecord, MetricPoint, SpanRecord } from '#ports/telemetry-store.ts';
import { cutText } from './cut-text.ts';
import { readValue } from './read-value.ts';
import {
  FOREIGN_FIELDS,
  type FieldName,
  type FieldNames,
  INGEST_INDICES,
  type IngestIndex,
  isIngestIndex,
  type Scalar,
  STRICT_NAMES,
} from './record-fields.ts';

export type IngestRecord =
  | { readonly index: 'logs'; readonly row: LogRecord }
  | { readonly index: 'spans'; readonly row: SpanRecord }
  | { readonly index: 'metrics'; readonly row: MetricPoint };

interface Refused {
  readonly kind: 'refused';
  readonly field: string | null;
  /** A phrase that names the field where there is one. */
  readonly reason: string;
}

interface Read {
  readonly kind: 'record';
  readonly record: IngestRecord;
}

export type RecordOutcome = Read | Refused;
/** A refusal with the index that the row was meant for. */
export type IndexedOutcome = Read | (Refused & { readonly index: IngestIndex });

export type JsonObject = Readonly<Record<string, unknown>>;

const INDEX_FIELD = '_index';
const ATTRIBUTE_PREFIX = 'attributes.';
const MAX_DEPTH = 8;
// Of what lists hold, which becomes JSON as it stands.
const MAX_LIST_DEPTH = 32;
export const MAX_FIELDS_PER_LINE = 256;
const RANKS = [1, 2] as const;

/** A row's fields and attributes as they are found. */
interface Draft {
  readonly names: FieldNames;
  readonly isLog: boolean;
  readonly fields: Map<string, Scalar>;
  readonly attributes: Record<string, string>;
  /** Values under names that give way to others. */
  readonly aliased: { readonly name: string; readonly known: FieldName; readonly raw: unknown }[];
  count: number;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const refused = (field: string | null, reason: string): Refused => ({ kind: 'refused', field, reason });

const setAttribute = (attributes: Record<string, string>, name: string, raw: unknown): void => {
  const value = cutText(typeof raw === 'string' ? raw : JSON.stringify(raw), MAX_ATTRIBUTE_VALUE_LENGTH, attributes);
  if (name !== '__proto__') attributes[name] = value;
  else Object.defineProperty(attributes, name, { value, enumerable: true });
};

const takeAttribute = (draft: Draft, name: string, raw: unknown): void =>
  setAttribute(draft.attributes, name.startsWith(ATTRIBUTE_PREFIX) ? name.slice(ATTRIBUTE_PREFIX.length) : name, raw);

const takeField = (draft: Draft, name: string, raw: unknown): Refused | null => {
  const known = draft.names.get(name);
  if (known === undefined) {
    if (draft.isLog && FOREIGN_FIELDS.has(name)) {
      return refused(name, `${name} belongs to ${FOREIGN_FIELDS.get(name)}, not to logs`);
    }
    takeAttribute(draft, name, raw);
    return null;
  }
  if (known.rank !== 0) {
    draft.aliased.push({ name, known, raw });
    return null;
  }
  const outcome = readValue(known.type, raw);
  if (outcome.kind === 'refused') return refused(name, `${name} ${outcome.reason}`);
  draft.fields.set(name, outcome.value);
  return null;
};

const nestsDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => nestsDeeper(each, levels - 1)));

/** Turns nested objects into dotted names: {service: {name}} is "service.name". Nulls are absent. */
const takeObject = (draft: Draft, object: JsonObject, prefix: string, depth: number): Refused | null => {
  if (depth > MAX_DEPTH) return refused(null, `objects are nested deeper than ${MAX_DEPTH}`);
  for (const key of Object.keys(object)) {
    const raw = object[key];
    if (raw === null || raw === undefined) continue;
    const name = prefix === '' ? key : prefix + key;
    if (isObject(raw)) {
      const refusal = takeObject(draft, raw, `${name}.`, depth + 1);
      if (refusal !== null) return refusal;
      continue;
    }
    draft.count += 1;
    if (draft.count > MAX_FIELDS_PER_LINE) return refused(null, `more than ${MAX_FIELDS_PER_LINE} fields`);
    if (name === INDEX_FIELD) continue;
    if (typeof raw === 'object' && nestsDeeper(raw, MAX_LIST_DEPTH))
      return refused(name, `${name} is nested deeper than ${MAX_LIST_DEPTH}`);
    const refusal = takeField(draft, name, raw);
    if (refusal !== null) return refusal;
  }
  return null;
};

const takeAliases = (draft: Draft): Refused | null => {
  for (const rank of RANKS) {
    for (const { name, known, raw } of draft.aliased) {
      if (known.rank !== rank) continue;
      if (draft.fields.has(known.field)) {
        takeAttribute(draft, name, raw);
        continue;
      }
      const outcome = readValue(known.type, raw);
      if (outcome.kind === 'value') draft.fields.set(known.field, known.toOurs?.(outcome.value) ?? outcome.value);
      // A name of the last rank was only guessed to mean the field.
      else if (rank === 2) takeAttribute(draft, name, raw);
      else return refused(name, `${name} ${outcome.reason}`);
    }
  }
  return null;
};

const textOf = (draft: Draft, field: string): string | null => {
  const value = draft.fields.get(field);
  return typeof value === 'string' ? value : null;
};

const numberOf = (draft: Draft, field: string): number | null => {
  const value = draft.fields.get(field);
  return typeof value === 'number' ? value : null;
};

// What is required and missing is left to the store, which refuses the row and names the field.
const required = <Value>(value: Value | null): Value => value as Value;

const cut = (draft: Draft, text: string | null, most: number): string | null =>
  text === null ? null : cutText(text, most, draft.attributes);

const toLog = (draft: Draft): LogRecord => ({
  timestampMs: required(numberOf(draft, '@timestamp')),
  service: required(textOf(draft, 'service.name')),
  level: textOf(draft, 'level')?.toLowerCase() ?? null,
  message: cut(draft, textOf(draft, 'message'), MAX_MESSAGE_LENGTH),
  durationMs: numberOf(draft, 'duration_ms'),
  traceId: textOf(draft, 'trace.id'),
  spanId: textOf(draft, 'span.id'),
  statusCode: numberOf(draft, 'status_code'),
  host: textOf(draft, 'host.name'),
  attributes: draft.attributes,
});

const toSpan = (draft: Draft): SpanRecord => ({
  timestampMs: required(numberOf(draft, '@timestamp')),
  traceId: required(textOf(draft, 'trace.id')),
  spanId: required(textOf(draft, 'span.id')),
  parentId: textOf(draft, 'parent.id'),
  service: required(textOf(draft, 'service.name')),
  name: required(cut(draft, textOf(draft, 'span.name'), MAX_KEYWORD_LENGTH)),
  kind: (textOf(draft, 'span.kind')?.toLowerCase() ?? 'internal') as SpanRecord['kind'],
  peerService: textOf(draft, 'peer.service'),
  durationMs: required(numberOf(draft, 'duration_ms')),
  status: (textOf(draft, 'status')?.toLowerCase() ?? 'unset') as SpanRecord['status'],
  attributes: draft.attributes,
});

const toMetric = (draft: Draft): MetricPoint => ({
  timestampMs: required(numberOf(draft, '@timestamp')),
  name: required(textOf(draft, 'metric.name')),
  value: required(numberOf(draft, 'value')),
  unit: textOf(draft, 'unit'),
  service: textOf(draft, 'service.name'),
  attributes: draft.attributes,
});

const toRecord = (index: IngestIndex, draft: Draft): IngestRecord => {
  if (index === 'logs') return { index, row: toLog(draft) };
  if (index === 'spans') return { index, row: toSpan(draft) };
  return { index, row: toMetric(draft) };
};

const OBJECT_BEGINS = /^[ \t\r\n]*\{/;

/** Undefined for whatever is no object. */
export const parseObject = (text: string): JsonObject | undefined => {
  // What JSON.parse throws costs microseconds to make, and nobody reads it.
  if (!OBJECT_BEGINS.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** What a document says where it does not say it itself. */
export type FieldDefaults = ReadonlyMap<string, Scalar>;

const NO_DEFAULTS: FieldDefaults = new Map();

/**
 * Reads an object as a row of an index: the fields of the index under the names of the table, dotted
 * or nested, and everything else as attributes, lists as JSON; texts that are too long for a row are cut.
 * Levels, span kinds and statuses are put in lower case.
 */
export const readObject = (
  object: JsonObject,
  index: IngestIndex,
  names: FieldNames,
  defaults: FieldDefaults = NO_DEFAULTS,
): RecordOutcome => {
  const draft: Draft = { names, isLog: index === 'logs', fields: new Map(), attributes: {}, aliased: [], count: 0 };
  const refusal = takeObject(draft, object, '', 1) ?? (draft.aliased.length > 0 ? takeAliases(draft) : null);
  if (refusal !== null) return refusal;
  for (const [field, value] of defaults) if (!draft.fields.has(field)) draft.fields.set(field, value);
  return { kind: 'record', record: toRecord(index, draft) };
};

/**
 * Reads one line of NDJSON by Sentinel's names and those of ECS; where a line has both names, its
 * own is meant. The field `_index` outranks the index that was asked for.
 */
export const readRecord = (text: string, defaultIndex: IngestIndex): IndexedOutcome => {
  const object = parseObject(text);
  if (!object) return { ...refused(null, 'the line is not a JSON object'), index: defaultIndex };
  const index = object[INDEX_FIELD] ?? defaultIndex;
  if (!isIngestIndex(index)) {
    return { ...refused(INDEX_FIELD, `${INDEX_FIELD} is none of ${INGEST_INDICES.join(', ')}`), index: defaultIndex };
  }
  const outcome = readObject(object, index, STRICT_NAMES[index]);
  return outcome.kind === 'record' ? outcome : { ...outcome, index };
};
