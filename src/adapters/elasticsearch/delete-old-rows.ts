import type { Client } from '@elastic/elasticsearch';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { storedName } from './field-names.ts';
import { endOfIndex, ensureIndex, ownsIndices, readPattern } from './own-indices.ts';

const DELETE_LIMIT_MS = 4 * MINUTE_MS;

const countRows = async (client: Client, index: readonly string[]): Promise<number> =>
  index.length === 0 ? 0 : (await client.count({ index: [...index], ignore_unavailable: true })).count;

/**
 * Deletes rows of one kind that are older than the limit, as far as Sentinel owns them: days that
 * are past it as whole indices, which is cheap, and the rest of its day by query.
 */
export const deleteOldRows = async (
  client: Client,
  options: ElasticsearchOptions,
  kind: TelemetryKind,
  limit: Date,
  now: Date,
): Promise<number> => {
  if (!ownsIndices(options, kind)) return 0;
  await ensureIndex(client, options, kind, now);
  const pattern = readPattern(options, kind);
  const indices = Object.keys(await client.indices.get({ index: pattern, features: 'aliases' }));
  const past = indices.filter((index) => {
    const end = endOfIndex(options.prefix, kind, index);
    return end !== null && end <= limit && end <= now;
  });
  const inPast = await countRows(client, past);
  if (past.length > 0) await client.indices.delete({ index: past, ignore_unavailable: true });
  const rest = await client.deleteByQuery(
    {
      index: pattern,
      query: {
        range: { [storedName(options.fields, kind, '@timestamp')]: { lt: limit.getTime(), format: 'epoch_millis' } },
      },
      conflicts: 'proceed',
      refresh: true,
      allow_no_indices: true,
    },
    { requestTimeout: DELETE_LIMIT_MS },
  );
  return inPast + (rest.deleted ?? 0);
};
