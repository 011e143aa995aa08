import { createLogDraft, takeLogAttribute, toLogRow } from './otlp-log.ts';
import {
  createMetricDraft,
  createPointDraft,
  type MetricDraft,
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
import { createSpanDraft, type SpanDraft, takeSpanAttribute, takeSpanEvent, toSpanRow } from './otlp-span.ts';
import { type OtlpValue, readProtobufPair, readProtobufValue } from './otlp-value.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import type { OtlpReading, OtlpSignal, OtlpSink } from './read-otlp.ts';

/** Reads the message that begins here, field by field; a field that `take` leaves alone must be skipped by it. */
const readMessage = (reader: ProtobufReader, take: (field: number) => void): void => {
  const end = reader.message();
  while (reader.position < end) take(reader.field());
  reader.leave(end);
};

/** Reads only field 1, where the message says whose its records are, and comes back to where it was. */
const peekOwner = (reader: ProtobufReader, end: number, read: () => void): void => {
  const start = reader.position;
  while (reader.position < end) {
    if (reader.field() === 1) read();
    else reader.skip();
  }
  reader.leave(end);
  reader.position = start;
};

const readOrigin = (reader: ProtobufReader, end: number): OtlpOrigin => {
  const draft = createOriginDraft();
  const take = (name: string, value: OtlpValue): void => takeResourceAttribute(draft, name, value);
  peekOwner(reader, end, () =>
    readMessage(reader, (field) => (field === 1 ? readProtobufPair(reader, take) : reader.skip())),
  );
  return originOf(draft);
};

const readScope = (reader: ProtobufReader, end: number, origin: OtlpOrigin): OtlpOrigin => {
  let name = '';
  let version = '';
  const attributes: Record<string, string> = {};
  const take = (key: string, value: OtlpValue): void => setAttribute(attributes, key, value);
  peekOwner(reader, end, () =>
    readMessage(reader, (field) => {
      if (field === 1) name = reader.text();
      else if (field === 2) version = reader.text();
      else if (field === 3) readProtobufPair(reader, take);
      else reader.skip();
    }),
  );
  return withScope(origin, name, version, attributes);
};

/** Reads one LogRecord, Span or Metric and returns the number of the next item. */
type ReadItem = (origin: OtlpOrigin, item: number) => number;

const logReader = (reader: ProtobufReader, sink: OtlpSink): ReadItem => {
  return (origin, item) => {
    sink.begin(origin);
    const draft = createLogDraft(origin);
    const take = (name: string, value: OtlpValue): void => takeLogAttribute(draft, name, value);
    const end = reader.message();
    while (reader.position < end) {
      switch (reader.field()) {
        case 1:
          draft.timeMs = reader.timeMs();
          break;
        case 2:
          draft.severityNumber = reader.enumeration();
          break;
        case 3:
          draft.severityText = reader.text();
          break;
        case 5:
          draft.body = readProtobufValue(reader);
          break;
        case 6:
          readProtobufPair(reader, take);
          break;
        case 9:
          draft.traceId = reader.id();
          break;
        case 10:
          draft.spanId = reader.id();
          break;
        case 11:
          draft.observedMs = reader.timeMs();
          break;
        case 12:
          draft.eventName = reader.text();
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(end);
    const hasOwnTime = draft.timeMs !== 0 || draft.observedMs !== 0;
    sink.take({ index: 'logs', row: toLogRow(origin, draft, sink.receivedMs) }, item, hasOwnTime);
    return item + 1;
  };
};

const readSpanEvent = (reader: ProtobufReader, draft: SpanDraft): void => {
  let name = '';
  const attributes = new Map<string, OtlpValue>();
  readMessage(reader, (field) => {
    if (field === 2) name = reader.text();
    else if (field === 3) readProtobufPair(reader, (key, value) => attributes.set(key, value));
    else reader.skip();
  });
  takeSpanEvent(draft, name, attributes);
};

const readSpanStatus = (reader: ProtobufReader, draft: SpanDraft): void =>
  readMessage(reader, (field) => {
    if (field === 2) draft.statusMessage = reader.text();
    else if (field === 3) draft.statusCode = reader.enumeration();
    else reader.skip();
  });

const spanReader = (reader: ProtobufReader, sink: OtlpSink): ReadItem => {
  return (origin, item) => {
    sink.begin(origin);
    const draft = createSpanDraft(origin);
    const take = (name: string, value: OtlpValue): void => takeSpanAttribute(draft, name, value);
    const end = reader.message();
    while (reader.position < end) {
      switch (reader.field()) {
        case 1:
          draft.traceId = reader.id();
          break;
        case 2:
          draft.spanId = reader.id();
          break;
        case 4:
          draft.parentId = reader.id();
          break;
        case 5:
          draft.name = reader.text();
          break;
        case 6:
          draft.kind = reader.enumeration();
          break;
        case 7:
          draft.startMs = reader.timeMs();
          draft.startRestNs = reader.timeRestNs();
          break;
        case 8:
          draft.endMs = reader.timeMs();
          draft.endRestNs = reader.timeRestNs();
          break;
        case 9:
          readProtobufPair(reader, take);
          break;
        case 11:
          readSpanEvent(reader, draft);
          break;
        case 15:
          readSpanStatus(reader, draft);
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(end);
    sink.take({ index: 'spans', row: toSpanRow(origin, draft) }, item, true);
    return item + 1;
  };
};

const readQuantile = (reader: ProtobufReader, point: PointDraft): void => {
  const pair = { quantile: 0, value: 0 };
  readMessage(reader, (field) => {
    if (field === 1) pair.quantile = reader.double();
    else if (field === 2) pair.value = reader.double();
    else reader.skip();
  });
  point.quantiles.push(pair);
};

// Field numbers of a data point that differ between the types of metrics.
const POINT_FIELDS: Readonly<
  Record<
    MetricType,
    { readonly attributes: number; readonly flags: number; readonly min: number; readonly max: number }
  >
> = {
  gauge: { attributes: 7, flags: 8, min: 0, max: 0 },
  sum: { attributes: 7, flags: 8, min: 0, max: 0 },
  histogram: { attributes: 9, flags: 10, min: 11, max: 12 },
  exponential_histogram: { attributes: 1, flags: 10, min: 12, max: 13 },
  summary: { attributes: 7, flags: 8, min: 0, max: 0 },
};

const readPoint = (reader: ProtobufReader, sink: OtlpSink, type: MetricType, point: PointDraft): void => {
  const fields = POINT_FIELDS[type];
  const isNumber = type === 'gauge' || type === 'sum';
  const take = (name: string, value: OtlpValue): void => takePointAttribute(point, name, value);
  readMessage(reader, (field) => {
    if (field === fields.attributes) readProtobufPair(reader, take);
    else if (field === fields.flags) point.flags = reader.uint32();
    else if (field === 3) point.timeMs = reader.timeMs();
    else if (field === 4 && isNumber) point.value = reader.double();
    else if (field === 6 && isNumber) point.value = reader.sfixed64();
    else if (field === 4) point.count = reader.fixed64();
    else if (field === 5 && !isNumber) point.sum = reader.double();
    else if (field === 6 && type === 'summary') {
      sink.begin(null);
      readQuantile(reader, point);
    } else if (field === fields.min) point.min = reader.double();
    else if (field === fields.max) point.max = reader.double();
    else reader.skip();
  });
};

const METRIC_DATA: ReadonlyMap<number, MetricType> = new Map([
  [5, 'gauge'],
  [7, 'sum'],
  [9, 'histogram'],
  [10, 'exponential_histogram'],
  [11, 'summary'],
]);

const metricReader = (reader: ProtobufReader, sink: OtlpSink): ReadItem => {
  const readData = (metric: MetricDraft, origin: OtlpOrigin, points: PointDraft[]): void =>
    readMessage(reader, (field) => {
      if (field === 1) {
        sink.begin(origin);
        const point = createPointDraft(origin);
        readPoint(reader, sink, metric.type, point);
        points.push(point);
      } else if (field === 2) metric.temporality = reader.enumeration();
      else if (field === 3) metric.isMonotonic = reader.flag();
      else reader.skip();
    });
  return (origin, first) => {
    sink.begin(null);
    const metric = createMetricDraft();
    // Name, unit and temporality may come after the points that they are of.
    const points: PointDraft[] = [];
    readMessage(reader, (field) => {
      const type = METRIC_DATA.get(field);
      if (type !== undefined) {
        metric.type = type;
        readData(metric, origin, points);
      } else if (field === 1) metric.name = reader.text();
      else if (field === 3) metric.unit = reader.text();
      else reader.skip();
    });
    points.forEach((point, index) => {
      for (const row of toMetricRows(origin, metric, point, sink.receivedMs)) {
        sink.take({ index: 'metrics', row }, first + index, point.timeMs !== 0);
      }
    });
    return first + points.length;
  };
};

const ITEM_READERS = { logs: logReader, traces: spanReader, metrics: metricReader } as const;

/** Reads an Export…ServiceRequest of OTLP in its binary encoding. */
export const readOtlpProtobuf = function* (body: Buffer, signal: OtlpSignal, sink: OtlpSink): OtlpReading {
  const reader = new ProtobufReader(body);
  const readItem = ITEM_READERS[signal](reader, sink);
  let item = 0;
  while (reader.position < body.length) {
    if (reader.field() !== 1) {
      reader.skip();
      continue;
    }
    sink.begin(null);
    yield;
    const resourceEnd = reader.message();
    const origin = readOrigin(reader, resourceEnd);
    while (reader.position < resourceEnd) {
      if (reader.field() !== 2) {
        reader.skip();
        continue;
      }
      sink.begin(origin);
      yield;
      const scopeEnd = reader.message();
      const scoped = readScope(reader, scopeEnd, origin);
      while (reader.position < scopeEnd) {
        if (reader.field() === 2) {
          item = readItem(scoped, item);
          yield;
        } else reader.skip();
      }
      reader.leave(scopeEnd);
    }
    reader.leave(resourceEnd);
  }
  return item;
};
