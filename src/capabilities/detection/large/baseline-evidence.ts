import type { Evidence } from '#kernel/anomaly.ts';
import type { CachedShard } from './large-state.ts';
import { COLUMNS } from '../read-counts.ts';
import { COUNT_FIELDS } from '../judge/service-counts.ts';
import { isInShard } from './shards.ts';
import { CURRENT_SLOTS } from '../judge/slots.ts';

/** The query that a service's buckets were counted by, and what of its answer was kept. */
export const baselineEvidence = (shards: readonly CachedShard[], service: string): Pick<Evidence, 'baseline'> => {
  const shard = shards.find((each) => isInShard(service, each));
  if (!shard) return {};
  const { text, parameters, window } = shard.query;
  const buckets = shard.services.get(service)?.buckets;
  const rows = (buckets?.lines ?? []).flatMap((lines, bucket) =>
    lines === 0
      ? []
      : [[...COUNT_FIELDS.map((field) => buckets?.[field][bucket] ?? 0), service, CURRENT_SLOTS.length + bucket]],
  );
  const columns = [...COUNT_FIELDS.map((field) => COLUMNS[field]), 'service.name', 'slot'];
  return { baseline: { query: text, parameters, window, columns, rows } };
};
