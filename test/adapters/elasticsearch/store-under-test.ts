import { onTestFinished } from 'vitest';
import type { ElasticsearchOptions } from '#adapters/elasticsearch/elasticsearch-options.ts';
import { openElasticsearchTelemetryStore } from '#adapters/elasticsearch/elasticsearch-telemetry-store.ts';
import { seededRandom } from '#kernel/random.ts';
import { NOW } from '../../contracts/telemetry-store-questions.ts';
import { optionsFor, startProxiedServer } from '../../support/elasticsearch/elasticsearch-under-test.ts';
import type { ProxyOptions } from '../../support/elasticsearch/proxy.ts';
import { removePrefix } from '../../support/elasticsearch/remove-prefix.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

/** A proxied server of the test's own; stopped when the test ends. */
export const startServer = async (options: Omit<ProxyOptions, 'upstream'> = {}) => {
  const server = await startProxiedServer({ now: () => NOW, ...options });
  onTestFinished(() => server.stop());
  return server;
};

/** A store on that server; closed, and its indices removed, when the test ends. */
export const openStore = async (url: string, changed: Partial<ElasticsearchOptions> = {}) => {
  const options = optionsFor(url, changed);
  const [logger, metrics] = [recordingLogger(), recordingMetrics()];
  const store = await openElasticsearchTelemetryStore(
    { clock: { now: () => NOW }, random: seededRandom(7), logger, metrics },
    options,
  );
  onTestFinished(async () => {
    await store.close();
    await removePrefix(options);
  });
  return { store, options, logger, metrics };
};
