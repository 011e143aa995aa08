import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { env, exit } from 'node:process';
import { startProxiedServer } from '../test/support/elasticsearch/elasticsearch-under-test.ts';
import { startTestPostgres, startTestRedis } from '../test/support/servers.ts';

/**
 * `bench/start.ts` with its servers outside: those of the tests, and the small Elasticsearch of the tests, which
 * keeps Sentinel as busy as a large one would. Prints `{"skipped":…}` where one of them is missing.
 */

const [postgres, redis] = [await startTestPostgres(), await startTestRedis()];
const missing = [postgres, redis].find((server) => server.url === null);
if (postgres.url === null || redis.url === null) {
  console.log(JSON.stringify({ skipped: missing?.url === null ? missing.reason : '' }));
  exit();
}
const elasticsearch = await startProxiedServer();
const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts'), ...process.argv.slice(2)], {
  env: { ...env, DATABASE_URL: postgres.url, REDIS_URL: redis.url, ELASTICSEARCH_URL: elasticsearch.proxy.url },
  stdio: ['ignore', 'inherit', 'inherit'],
});
const [code] = (await once(child, 'exit')) as [number | null];
await Promise.all([postgres.stop(), redis.stop(), elasticsearch.stop()]);
exit(code ?? 1);
