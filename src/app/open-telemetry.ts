import { join } from 'node:path';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { lockDataDirectory } from '#adapters/duckdb/open-duckdb.ts';
import {
  type ElasticsearchTelemetryDeps as TelemetryDeps,
  openElasticsearchTelemetryStore,
} from '#adapters/elasticsearch/elasticsearch-telemetry-store.ts';
import { AppError } from '#kernel/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { type Config, formatProblems } from '../config.ts';
import { elasticsearchOptions } from './elasticsearch-options.ts';
import { readLookups } from './lookups/read-lookups.ts';
import type { SettingNames } from './setting-names.ts';

export interface OpenTelemetry {
  readonly telemetryStore: TelemetryStore;
  /** What detection cannot see for want of fields, a sentence each. */
  readonly fieldGaps: () => readonly string[];
}

/**
 * Opens the telemetry store that the configuration names, and tells how to close it. Comes before
 * any other store, because the lock that it takes keeps a second process out of the data directory.
 */
export const openTelemetry = async (
  deps: TelemetryDeps & { readonly settingNames: SettingNames },
  config: Config,
  atEnd: (end: () => Promise<void>) => void,
): Promise<OpenTelemetry> => {
  if (config.telemetry.kind === 'elasticsearch') {
    const lock = await lockDataDirectory(config.dataDirectory, deps.settingNames.dataDirectory);
    atEnd(() => Promise.resolve(lock.release()));
    const options = await elasticsearchOptions(config, config.telemetry);
    const telemetryStore = await openElasticsearchTelemetryStore(deps, options);
    atEnd(() => telemetryStore.close());
    return { telemetryStore, fieldGaps: () => telemetryStore.fieldGaps() };
  }
  const lookups = await readLookups(config.lookups);
  if (lookups.kind === 'invalid') {
    const userMessage = formatProblems(lookups.problems);
    throw new AppError({ code: 'configuration', isRetryable: false, userMessage });
  }
  const telemetryStore = await openDuckdbTelemetryStore(deps, {
    lookups: lookups.tables,
    file: join(config.dataDirectory, 'telemetry.duckdb'),
    memoryLimit: '512MB',
    dataDirectorySetting: deps.settingNames.dataDirectory,
  });
  atEnd(() => telemetryStore.close());
  return { telemetryStore, fieldGaps: () => [] };
};
