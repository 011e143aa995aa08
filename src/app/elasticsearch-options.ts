import { readFile } from 'node:fs/promises';
import type { ElasticsearchOptions } from '#adapters/elasticsearch/elasticsearch-options.ts';
import { fieldNames } from '#adapters/elasticsearch/field-names.ts';
import { AppError } from '#kernel/errors.ts';
import type { Config } from '../config.ts';

/** What the configuration says of Elasticsearch, with the certificate read. Throws AppError if that cannot be. */
export const elasticsearchOptions = async (
  { elasticsearch }: Config,
  { nodes, credentials }: Extract<Config['telemetry'], { kind: 'elasticsearch' }>,
): Promise<ElasticsearchOptions> => {
  const ca = elasticsearch.caFile === null ? null : await readCertificate(elasticsearch.caFile);
  return { ...elasticsearch, nodes, credentials, ca, fields: fieldNames(elasticsearch.fields) };
};

const readCertificate = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const userMessage = `The certificate ${file} cannot be read. Check elasticsearch.ca in sentinel.yaml.`;
    throw new AppError({ code: 'configuration', isRetryable: false, userMessage, cause: error });
  }
};
