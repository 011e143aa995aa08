import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultPlan, findFault, NO_FAULT } from '../../simulator/faults.ts';
import { createShop } from '../../simulator/shop.ts';
import { feedShop } from '../../simulator/run-live.ts';
import { createSentinel } from '../../src/app.ts';
import { formatProblems, loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/duration.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { checkPorts, portsOf } from './check-ports.ts';
import { DemoFault } from './demo-fault.ts';
import { waitForFirstCard } from './first-card.ts';
import type { DemoFlags } from './flags.ts';
import { findLocalSlack, startLocalSlack } from './local-slack.ts';
import { createProgress } from '../../simulator/progress.ts';
import { announce, whatToTry } from './say.ts';
import { INGEST_TOKEN, WORKSPACE } from './workspace.ts';

const HISTORY_MS = 2 * HOUR_MS;
// Old enough to be seen by the first check, young enough to be news.
const FAULT_AGE_MS = 45 * SECOND_MS;
const FAULT_LENGTH_MS = 8 * MINUTE_MS;
// The demo reads no sentinel.yaml.
const SETTING_NAMES = { dataDirectory: '--data', httpPort: '--port' };

/** Runs local Slack, Sentinel and the shop until the signal; then stops all three. */
export const runDemo = async (
  flags: DemoFlags,
  options: { readonly scratch: string; readonly signal: AbortSignal },
): Promise<void> => {
  const binary = findLocalSlack(process.env['LOCAL_SLACK_BIN']);
  if (binary.kind === 'missing') throw new DemoFault(binary.advice);
  // Before anything starts: whoever answers there already must not be taken for the local Slack.
  const taken = await checkPorts(portsOf(flags.port));
  if (taken !== null) throw new DemoFault(taken);

  const slack = await startLocalSlack({
    binary: binary.path,
    directory: options.scratch,
    port: flags.port,
    shouldOpen: flags.shouldOpen && canOpenBrowser(),
    signal: options.signal,
  });
  if (slack.kind === 'stopped') return;
  if (slack.kind === 'failed') throw new DemoFault(slack.reason);
  const gone = new AbortController();
  void slack.ended.then(() => gone.abort());
  try {
    announce(slack.url);
    await runSentinel(flags, {
      slackUrl: slack.url,
      scratch: options.scratch,
      signal: AbortSignal.any([options.signal, gone.signal]),
    });
    if (!options.signal.aborted) throw new DemoFault('The local Slack ended by itself, and the demo with it.');
  } finally {
    await slack.stop();
  }
};

/** Runs Sentinel and the shop; the signal is heard between any two steps. */
const runSentinel = async (
  flags: DemoFlags,
  options: { readonly slackUrl: string; readonly scratch: string; readonly signal: AbortSignal },
): Promise<void> => {
  const { slackUrl, signal } = options;
  const hasEnded = (): boolean => signal.aborted;
  if (hasEnded()) return;
  const hasEarlierIncidents = flags.dataDirectory !== null && existsSync(join(flags.dataDirectory, 'state'));
  const sentinel = await createSentinel(configure(flags, slackUrl, options.scratch), {
    clock: systemClock,
    random: seededRandom(flags.seed),
    settingNames: SETTING_NAMES,
  });
  const stops = [() => sentinel.stop()];
  try {
    if (hasEnded()) return;
    const shop = createShop({
      seed: flags.seed,
      startAt: new Date(Date.now() - HISTORY_MS),
      faults: flags.fault === NO_FAULT ? [] : [planFault(flags.fault)],
    });
    // Simulated telemetry is made anew at each start; incidents stay in --data.
    const now = systemClock.now();
    await sentinel.telemetryStore.deleteOlderThan({ logs: now, spans: now, metrics: now });
    const progress = createProgress(process.stdout, 'two hours of a shop');
    const feed = await feedShop(
      { shop, append: (batch) => sentinel.telemetryStore.append(batch), clock: systemClock },
      {
        signal,
        onProgress: (share, rows) => {
          if (!hasEnded()) progress.show(share, `${rows.toLocaleString('en-US')} rows`);
        },
      },
    );
    stops.push(() => feed.stop());
    if (hasEnded()) return;
    progress.end(`${feed.rows.toLocaleString('en-US')} rows`);

    const ended = untilAborted(signal);
    const started = sentinel.start();
    await Promise.race([started, ended]);
    started.catch(() => undefined);
    if (hasEnded()) return;
    whatToTry(slackUrl, flags, hasEarlierIncidents);

    const card = await waitForFirstCard(slackUrl, WORKSPACE.channelId, signal);
    if (card !== null) {
      const seconds = Math.round(performance.now() / SECOND_MS);
      const memoryMb = Math.round(process.memoryUsage.rss() / 1e6);
      console.log(`\n${card}\n  in #incidents ${seconds} s after the command; ${memoryMb} MB resident\n`);
    }
    await ended;
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
};

/** Customers have noticed it for 45 s when the command is given, and do for eight minutes. */
const planFault = (fault: string): FaultPlan => {
  const visibleAt = addMs(systemClock.now(), -FAULT_AGE_MS);
  const startAt = addMs(visibleAt, -findFault(fault).visibleAfterMs);
  return { fault, startAt, endAt: addMs(visibleAt, FAULT_LENGTH_MS) };
};

const configure = (flags: DemoFlags, slackUrl: string, scratch: string) => {
  const settings = {
    dataDirectory: flags.dataDirectory ?? join(scratch, 'data'),
    http: { port: flags.port + 1 },
    slack: { channel: WORKSPACE.channelId, dialect: 'local', apiUrl: `${slackUrl}/api/` },
  };
  const loaded = loadConfig({
    file: 'demo',
    // JSON is YAML.
    readFile: () => JSON.stringify(settings),
    env: {
      SLACK_BOT_TOKEN: WORKSPACE.botToken,
      SLACK_APP_TOKEN: WORKSPACE.appToken,
      SENTINEL_INGEST_TOKENS: `demo=${INGEST_TOKEN}`,
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error',
    },
  });
  if (loaded.kind === 'invalid') throw new DemoFault(formatProblems(loaded.problems));
  return loaded.config;
};

/** Nothing to open where nobody looks: a pipe, a server without a display. */
const canOpenBrowser = (): boolean => {
  if (!process.stdout.isTTY) return false;
  if (process.platform !== 'linux') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
