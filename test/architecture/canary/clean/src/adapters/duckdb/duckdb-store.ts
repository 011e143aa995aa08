import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { readGraph } from '#capabilities/topology/index.ts';
import { mean } from '#statistics/mean.ts';

export const openStore = async (path: string): Promise<number> => {
  await DuckDBInstance.create(path);
  return mean([readFileSync(path).length, readGraph().length]);
};
