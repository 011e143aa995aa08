import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECOND_MS } from '#kernel/duration.ts';
import { systemClock } from '#kernel/clock.ts';
import { createSentinel, type Sentinel } from '#app.ts';
import { type Config, formatProblems, loadConfig } from '#config.ts';

// Nobody listens there: what is measured needs no Slack, and Sentinel watches without it.
const NO_SLACK = 'http://127.0.0.1:9/api/';

export interface BenchSentinel {
  readonly sentinel: Sentinel;
  readonly config: Config;
  stop(): Promise<void>;
}

/** All of Sentinel, embedded in a directory of its own and without a Slack. Its interval may be shorter than configured ones. */
export const openBenchSentinel = async (
  options: { readonly port?: number; readonly intervalMs?: number; readonly ingestToken?: string } = {},
): Promise<BenchSentinel> => {
  const directory = await mkdtemp(join(tmpdir(), 'sentinel-bench-'));
  const settings = { dataDirectory: directory, http: { port: options.port ?? 0 }, slack: { apiUrl: NO_SLACK } };
  const loaded = loadConfig({
    env: {
      SLACK_BOT_TOKEN: 'xoxb-bench',
      SLACK_APP_TOKEN: 'xapp-bench',
      LOG_LEVEL: 'silent',
      ...(options.ingestToken === undefined ? {} : { SENTINEL_INGEST_TOKENS: `bench=${options.ingestToken}` }),
    },
    readFile: () => JSON.stringify(settings),
  });
  if (loaded.kind === 'invalid') throw new Error(formatProblems(loaded.problems));
  const { config } = loaded;
  const intervalMs = options.intervalMs ?? 30 * SECOND_MS;
  const sentinel = await createSentinel(
    { ...config, detection: { ...config.detection, intervalMs } },
    { clock: systemClock, random: Math.random },
  );
  const stop = async (): Promise<void> => {
    await sentinel.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { sentinel, config, stop };
};
