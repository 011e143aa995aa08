import { type Client, errors, type estypes } from '@elastic/elasticsearch';
import { DAY_MS } from '#kernel/duration.ts';
import type { FieldType } from '#esql/schema.ts';
import { TELEMETRY_KINDS, type TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import type { ServerInfo } from './connect.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { isWholeDuration, storedName } from './field-names.ts';

type Layout = Pick<ElasticsearchOptions, 'prefix' | 'indices' | 'fields' | 'refreshIntervalMs'>;

// A day is one index; a sender with a broken clock must not make thousands of them.
const MAX_DAYS = 45;
const EARLIER = 'earlier';

// Above the built-in templates for logs-*-* and metrics-*-*, which want data streams.
const TEMPLATE_PRIORITY = 300;
const MAX_FIELDS = 600;

export const ownsIndices = ({ indices }: Layout, kind: TelemetryKind): boolean => indices[kind] === null;

const ownPattern = (prefix: string, kind: TelemetryKind): string => `${prefix}${kind}-*`;

/** What a query of this kind reads. */
export const readPattern = ({ prefix, indices }: Layout, kind: TelemetryKind): string =>
  indices[kind] ?? ownPattern(prefix, kind);

/** Own index of a row, by the day (UTC) of its timestamp. */
export const indexFor = (prefix: string, kind: TelemetryKind, timestampMs: number, nowMs: number): string => {
  const isEarlier = timestampMs < nowMs - MAX_DAYS * DAY_MS;
  const day = isEarlier ? EARLIER : new Date(timestampMs).toISOString().slice(0, 10).replaceAll('-', '.');
  return `${prefix}${kind}-${day}`;
};

/** When the last row of an own index can be, or null of the index that is no day. */
export const endOfIndex = (prefix: string, kind: TelemetryKind, index: string): Date | null => {
  const day = index.slice(`${prefix}${kind}-`.length).replaceAll('.', '-');
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS);
};

const ELASTIC_TYPES: Partial<Readonly<Record<FieldType, estypes.MappingProperty>>> = {
  date: { type: 'date' },
  keyword: { type: 'keyword' },
  text: { type: 'text' },
  double: { type: 'double' },
  integer: { type: 'integer' },
};

const mappingOf = ({ fields }: Layout, kind: TelemetryKind): estypes.MappingTypeMapping => {
  const properties: Record<string, estypes.MappingProperty> = {};
  for (const [field, type] of TELEMETRY_SCHEMA[kind].fields) {
    const isWhole = field === 'duration_ms' && isWholeDuration(fields);
    properties[storedName(fields, kind, field)] = isWhole ? { type: 'long' } : (ELASTIC_TYPES[type] ?? {});
  }
  return {
    dynamic: 'strict',
    dynamic_templates: [{ attributes: { path_match: 'attributes.*', mapping: { type: 'keyword' } } }],
    // Without subobjects `http` and `http.route` can both be attributes.
    properties: { ...properties, attributes: { type: 'object', dynamic: true, subobjects: false } },
  };
};

/** Serverless looks after these itself and refuses them. */
const upkeepOf = ({ refreshIntervalMs }: Layout, { isServerless }: ServerInfo): estypes.IndicesIndexSettings =>
  isServerless
    ? {}
    : {
        'index.auto_expand_replicas': '0-1',
        'index.codec': 'best_compression',
        'index.refresh_interval': `${refreshIntervalMs}ms`,
      };

const templateOf = (
  layout: Layout,
  server: ServerInfo,
  kind: TelemetryKind,
): estypes.IndicesPutIndexTemplateRequest => ({
  name: `${layout.prefix}${kind}`,
  index_patterns: [ownPattern(layout.prefix, kind)],
  priority: TEMPLATE_PRIORITY,
  template: {
    settings: {
      ...upkeepOf(layout, server),
      'index.mapping.total_fields.limit': MAX_FIELDS,
      // Further attributes stay with their row, but are no columns.
      'index.mapping.total_fields.ignore_dynamic_beyond_limit': true,
    },
    mappings: mappingOf(layout, kind),
  },
  _meta: { description: 'Telemetry of Sentinel; rewritten at each start.' },
});

/** Another instance was faster, or rows were. */
const isAlreadyThere = (error: unknown): boolean =>
  error instanceof errors.ResponseError && error.message.includes('resource_already_exists_exception');

/** Makes the index of a moment, so that a query always finds one. */
export const ensureIndex = async (client: Client, layout: Layout, kind: TelemetryKind, now: Date): Promise<void> => {
  const index = indexFor(layout.prefix, kind, now.getTime(), now.getTime());
  try {
    await client.indices.create({ index });
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
};

/** Writes the templates of what Sentinel owns and makes today's indices. Idempotent. */
export const prepareOwnIndices = async (
  client: Client,
  layout: Layout,
  server: ServerInfo,
  now: Date,
): Promise<void> => {
  for (const kind of TELEMETRY_KINDS) {
    if (!ownsIndices(layout, kind)) continue;
    await client.indices.putIndexTemplate(templateOf(layout, server, kind));
    await ensureIndex(client, layout, kind, now);
  }
};
