import type { ElasticsearchOptions } from '#adapters/elasticsearch/elasticsearch-options.ts';
import { createClient } from '#adapters/elasticsearch/connect.ts';

/** Removes the indices of one test from a server that others share. Templates go by their own name. */
export const removePrefix = async (options: ElasticsearchOptions): Promise<void> => {
  const client = createClient(options);
  const found = Object.keys(await client.indices.get({ index: `${options.prefix}*`, allow_no_indices: true }));
  if (found.length > 0) await client.indices.delete({ index: found, ignore_unavailable: true });
  for (const kind of ['logs', 'spans', 'metrics']) {
    await client.indices.deleteIndexTemplate({ name: `${options.prefix}${kind}` }, { ignore: [404, 405] });
  }
  await client.close();
};
