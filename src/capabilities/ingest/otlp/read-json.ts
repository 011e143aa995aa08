import {
  enumerationIn,
  has,
  idIn,
  type JsonObject,
  listIn,
  numberIn,
  objectIn,
  readJsonPairs,
  readJsonValue,
  textIn,
  timeIn,
} from './json-value.ts';
import { MalformedBody } from './malformed-body.ts';
import { createLogDraft, takeLogAttribute, toLogRow } from './otlp-log.ts';
import {
  createMetricDraft,
  createPointDraft,
  type MetricType,
  type PointDraft,
  takePointAttribute,
  toMetricRows,
} from './otlp-metric.ts';
import {
  createOriginDraft,
  type OtlpOrigin,
  originOf,
  setAttribute,
  takeResourceAttribute,
  withScope,
} from './otlp-origin.ts';
import { createSpanDraft, takeSpanAttribute, takeSpanEvent, toSpanRow } from './otlp-span.ts';
import type { OtlpValue } from './otlp-value.ts';
import type { OtlpReading, OtlpSignal, OtlpSink } from './read-otlp.ts';

const SEVERITIES = [
  'UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) => [
    level,
    `${level}2`,
    `${level}3`,
    `${level}4`,
  ]),
];
const SPAN_KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'];
const TEMPORALITIES = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'];

/** Reads one record of a scope and returns the number of the next item. */
type ReadItem = (json: JsonObject, origin: OtlpOrigin, item: number) => number;

const readLog = (json: JsonObject, origin: OtlpOrigin, item: number, sink: OtlpSink): number => {
  sink.begin(origin);
  const draft = createLogDraft(origin);
  draft.timeMs = timeIn(json, 'timeUnixNano').ms;
  draft.observedMs = timeIn(json, 'observedTimeUnixNano').ms;
  draft.severityNumber = enumerationIn(json, 'severityNumber', 'SEVERITY_NUMBER_', SEVERITIES);
  draft.severityText = textIn(json, 'severityText');
  draft.body = readJsonValue(json['body']);
  draft.eventName = textIn(json, 'eventName');
  draft.traceId = idIn(json, 'traceId');
  draft.spanId = idIn(json, 'spanId');
  readJsonPairs(json, 'attributes', (name, value) => takeLogAttribute(draft, name, value));
  const hasOwnTime = draft.timeMs !== 0 || draft.observedMs !== 0;
  sink.take({ index: 'logs', row: toLogRow(origin, draft, sink.receivedMs) }, item, hasOwnTime);
  return item + 1;
};

const readSpan = (json: JsonObject, origin: OtlpOrigin, item: number, sink: OtlpSink): number => {
  sink.begin(origin);
  const draft = createSpanDraft(origin);
  const start = timeIn(json, 'startTimeUnixNano');
  const end = timeIn(json, 'endTimeUnixNano');
  const status = objectIn(json, 'status');
  draft.traceId = idIn(json, 'traceId');
  draft.spanId = idIn(json, 'spanId');
  draft.parentId = idIn(json, 'parentSpanId');
  draft.name = textIn(json, 'name');
  draft.kind = enumerationIn(json, 'kind', 'SPAN_KIND_', SPAN_KINDS);
  draft.startMs = start.ms;
  draft.startRestNs = start.restNs;
  draft.endMs = end.ms;
  draft.endRestNs = end.restNs;
  draft.statusCode = enumerationIn(status, 'code', 'STATUS_CODE_', STATUS_CODES);
  draft.statusMessage = textIn(status, 'message');
  readJsonPairs(json, 'attributes', (name, value) => takeSpanAttribute(draft, name, value));
  for (const event of listIn(json, 'events')) {
    const attributes = new Map<string, OtlpValue>();
    readJsonPairs(event, 'attributes', (name, value) => attributes.set(name, value));
    takeSpanEvent(draft, textIn(event, 'name'), attributes);
  }
  sink.take({ index: 'spans', row: toSpanRow(origin, draft) }, item, true);
  return item + 1;
};

const METRIC_DATA: readonly (readonly [string, MetricType])[] = [
  ['gauge', 'gauge'],
  ['sum', 'sum'],
  ['histogram', 'histogram'],
  ['exponentialHistogram', 'exponential_histogram'],
  ['summary', 'summary'],
];

const readPoint = (json: JsonObject, sink: OtlpSink, point: PointDraft): void => {
  point.timeMs = timeIn(json, 'timeUnixNano').ms;
  point.value = numberIn(json, 'asDouble') ?? numberIn(json, 'asInt');
  point.count = numberIn(json, 'count') ?? 0;
  point.sum = numberIn(json, 'sum');
  point.min = numberIn(json, 'min');
  point.max = numberIn(json, 'max');
  point.flags = numberIn(json, 'flags') ?? 0;
  for (const pair of listIn(json, 'quantileValues')) {
    sink.begin(null);
    point.quantiles.push({ quantile: numberIn(pair, 'quantile') ?? 0, value: numberIn(pair, 'value') ?? 0 });
  }
  readJsonPairs(json, 'attributes', (name, value) => takePointAttribute(point, name, value));
};

const readMetric = (json: JsonObject, origin: OtlpOrigin, first: number, sink: OtlpSink): number => {
  sink.begin(null);
  const metric = createMetricDraft();
  metric.name = textIn(json, 'name');
  metric.unit = textIn(json, 'unit');
  const [name, type] = METRIC_DATA.find(([each]) => has(json, each)) ?? ['gauge', 'gauge' as const];
  const data = objectIn(json, name);
  metric.type = type;
  metric.temporality = enumerationIn(data, 'aggregationTemporality', 'AGGREGATION_TEMPORALITY_', TEMPORALITIES);
  metric.isMonotonic = data['isMonotonic'] === true;
  let item = first;
  for (const pointJson of listIn(data, 'dataPoints')) {
    refusing(sink, item, () => {
      sink.begin(origin);
      const point = createPointDraft(origin);
      readPoint(pointJson, sink, point);
      for (const row of toMetricRows(origin, metric, point, sink.receivedMs)) {
        sink.take({ index: 'metrics', row }, item, point.timeMs !== 0);
      }
    });
    item += 1;
  }
  return item;
};

/** One record that is wrong does not spoil the others. */
const refusing = (sink: OtlpSink, item: number, read: () => void): void => {
  try {
    read();
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
    sink.refuse(item, null, error.message);
  }
};

const SHAPES = {
  logs: { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords', read: readLog },
  traces: { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans', read: readSpan },
  metrics: { resources: 'resourceMetrics', scopes: 'scopeMetrics', records: 'metrics', read: readMetric },
} as const;

const originIn = (json: JsonObject): OtlpOrigin => {
  const draft = createOriginDraft();
  readJsonPairs(objectIn(json, 'resource'), 'attributes', (name, value) => takeResourceAttribute(draft, name, value));
  return originOf(draft);
};

const scopeIn = (json: JsonObject, origin: OtlpOrigin): OtlpOrigin => {
  const scope = objectIn(json, 'scope');
  const attributes: Record<string, string> = {};
  readJsonPairs(scope, 'attributes', (name, value) => setAttribute(attributes, name, value));
  return withScope(origin, textIn(scope, 'name'), textIn(scope, 'version'), attributes);
};

const parse = (body: Buffer): JsonObject => {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MalformedBody('it is not JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedBody('it is not a JSON object');
  }
  return value as JsonObject;
};

/** Reads an Export…ServiceRequest of OTLP in its JSON encoding. */
export const readOtlpJson = function* (body: Buffer, signal: OtlpSignal, sink: OtlpSink): OtlpReading {
  const shape = SHAPES[signal];
  const read: ReadItem = (json, origin, item) => {
    let next = item + 1;
    refusing(sink, item, () => {
      next = shape.read(json, origin, item, sink);
    });
    return next;
  };
  let item = 0;
  for (const resource of listIn(parse(body), shape.resources)) {
    sink.begin(null);
    yield;
    const origin = originIn(resource);
    for (const scope of listIn(resource, shape.scopes)) {
      sink.begin(origin);
      yield;
      const scoped = scopeIn(scope, origin);
      for (const record of listIn(scope, shape.records)) {
        item = read(record, scoped, item);
        yield;
      }
    }
  }
  return item;
};
