import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { lockDataDirectory } from '#adapters/duckdb/open-duckdb.ts';
import {
  type ElasticsearchTelemetryDeps as TelemetryDeps,
  openElasticsearchTelemetryStore,
} from '#adapters/elasticsearch/elasticsearch-telemetry-store.ts';
import { fieldNames } from '#adapters/elasticsearch/field-names.ts';
import { AppError } from '#kernel/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import type { Config } from '../config.ts';
import type { SettingNames } from './setting-names.ts';

/**
 * Opens the telemetry store that the configuration names, and tells how to close it. Comes before
 * any other store, because the lock that it takes keeps a second process out of the data directory.
 */
export const openTelemetry = async (
  deps: TelemetryDeps & { readonly settingNames: SettingNames },
  config: Config,
  atEnd: (end: () => Promise<void>) => void,
): Promise<TelemetryStore> => {
  if (config.telemetry.kind === 'elasticsearch') {
    const lock = await lockDataDirectory(config.dataDirectory, deps.settingNames.dataDirectory);
    atEnd(() => Promise.resolve(lock.release()));
    const telemetryStore = await openElasticsearch(deps, config, config.telemetry);
    atEnd(() => telemetryStore.close());
    return telemetryStore;
  }
  const telemetryStore = await openDuckdbTelemetryStore(deps, {
    file: join(config.dataDirectory, 'telemetry.duckdb'),
    memoryLimit: '512MB',
    dataDirectorySetting: deps.settingNames.dataDirectory,
  });
  atEnd(() => telemetryStore.close());
  return telemetryStore;
};

const openElasticsearch = async (
  deps: TelemetryDeps,
  { elasticsearch }: Config,
  { nodes, credentials }: Extract<Config['telemetry'], { kind: 'elasticsearch' }>,
): Promise<TelemetryStore> => {
  const ca = elasticsearch.caFile === null ? null : await readCertificate(elasticsearch.caFile);
  const fields = fieldNames(elasticsearch.fields);
  return openElasticsearchTelemetryStore(deps, { ...elasticsearch, nodes, credentials, ca, fields });
};

const readCertificate = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const userMessage = `The certificate ${file} cannot be read. Check elasticsearch.ca in sentinel.yaml.`;
    throw new AppError({ code: 'configuration', isRetryable: false, userMessage, cause: error });
  }
};
