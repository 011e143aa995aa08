import { env } from 'node:process';
import { afterAll, beforeAll, describe } from 'vitest';
import type { ElasticsearchOptions } from '#adapters/elasticsearch/elasticsearch-options.ts';
import { openElasticsearchTelemetryStore } from '#adapters/elasticsearch/elasticsearch-telemetry-store.ts';
import { fieldNames } from '#adapters/elasticsearch/field-names.ts';
import { seededRandom } from '#kernel/random.ts';
import { recordingLogger, recordingMetrics } from '../support/recording.ts';
import {
  credentialsOfEnvironment,
  optionsFor,
  startProxiedServer,
  WRITING_HALF,
  type ProxiedServer,
} from '../support/elasticsearch/elasticsearch-under-test.ts';
import { removePrefix } from '../support/elasticsearch/remove-prefix.ts';
import { describeTelemetryStore } from './telemetry-store.ts';
import { NOW } from './telemetry-store-questions.ts';

const fullServer = env['ELASTICSEARCH_URL'];
const noNames = { logs: {}, spans: {}, metrics: {} };

const describeOn = (name: string, optionsOf: () => ElasticsearchOptions): void =>
  describeTelemetryStore(name, async ({ clock }) => {
    const options = optionsOf();
    const store = await openElasticsearchTelemetryStore(
      { clock, random: seededRandom(1), logger: recordingLogger(), metrics: recordingMetrics() },
      options,
    );
    return {
      store,
      close: async () => {
        await store.close();
        await removePrefix(options);
      },
    };
  });

if (fullServer) {
  const options = () => optionsFor(fullServer, { credentials: credentialsOfEnvironment() });
  describeOn('a full Elasticsearch', options);
  describeOn('a full Elasticsearch with ECS names', () => ({
    ...options(),
    fields: fieldNames({ preset: 'ecs', durationUnit: null, names: noNames }),
  }));
} else {
  describe('without ELASTICSEARCH_URL', () => {
    let server: ProxiedServer;
    beforeAll(async () => {
      server = await startProxiedServer({ now: () => NOW });
    });
    afterAll(() => server.stop());

    describeOn(WRITING_HALF, () => optionsFor(server.proxy.url));
    describeOn(`${WRITING_HALF}, with ECS names`, () =>
      optionsFor(server.proxy.url, { fields: fieldNames({ preset: 'ecs', durationUnit: null, names: noNames }) }),
    );
  });
}
