import type { FieldType, IndexSchema } from '#esql/schema.ts';

const index = (fields: Readonly<Record<string, FieldType>>): IndexSchema => ({
  fields: new Map(Object.entries(fields)),
  isLookup: false,
});

/** The three logical indices that every query uses, without the attributes that rows bring along. */
export const TELEMETRY_SCHEMA = {
  logs: index({
    '@timestamp': 'date',
    'service.name': 'keyword',
    level: 'keyword',
    message: 'text',
    duration_ms: 'double',
    'trace.id': 'keyword',
    'span.id': 'keyword',
    status_code: 'integer',
    'host.name': 'keyword',
  }),
  spans: index({
    '@timestamp': 'date',
    'trace.id': 'keyword',
    'span.id': 'keyword',
    'parent.id': 'keyword',
    'service.name': 'keyword',
    'span.name': 'keyword',
    'span.kind': 'keyword',
    'peer.service': 'keyword',
    duration_ms: 'double',
    status: 'keyword',
  }),
  metrics: index({
    '@timestamp': 'date',
    'metric.name': 'keyword',
    value: 'double',
    unit: 'keyword',
    'service.name': 'keyword',
  }),
} as const;
