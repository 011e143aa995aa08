import type { TelemetryKind } from './flags.ts';

type Property = { readonly type: string };

const keyword: Property = { type: 'keyword' };
const double: Property = { type: 'double' };

const COMMON = { '@timestamp': { type: 'date' }, 'service.name': keyword };

const mappingsOf = (properties: Readonly<Record<string, Property>>) => ({
  dynamic_templates: [{ attributes: { path_match: 'attributes.*', match_mapping_type: 'string', mapping: keyword } }],
  properties: { ...COMMON, ...properties },
});

/** What Elasticsearch would guess wrongly: names and ids are keywords, not words of a text. */
export const INDEX_MAPPINGS: Readonly<Record<TelemetryKind, ReturnType<typeof mappingsOf>>> = {
  logs: mappingsOf({
    level: keyword,
    message: { type: 'text' },
    duration_ms: double,
    'trace.id': keyword,
    'span.id': keyword,
    status_code: { type: 'integer' },
    'host.name': keyword,
  }),
  spans: mappingsOf({
    'trace.id': keyword,
    'span.id': keyword,
    'parent.id': keyword,
    'span.name': keyword,
    'span.kind': keyword,
    'peer.service': keyword,
    duration_ms: double,
    status: keyword,
  }),
  metrics: mappingsOf({ 'metric.name': keyword, value: double, unit: keyword }),
};
