import { z } from 'zod';
import { readGraph } from '#capabilities/topology/index.ts';
import type { Row } from '#database/schema.ts';
import type { Store } from '#ports/store.ts';
import { mean } from '#statistics/mean.ts';

const name = z.string();

export const openIncident = async (deps: { readonly store: Store }, row: Row): Promise<string> => {
  const value = await deps.store.read(name.parse('errors'));
  return `${String(row.clock.now())} ${mean([value])} ${readGraph().join(' ')}`;
};
