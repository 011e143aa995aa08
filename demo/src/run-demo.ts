import { join } from 'node:path';
import { type FaultPlan, findFault, NO_FAULT } from '../../simulator/faults.ts';
import { createShop } from '../../simulator/shop.ts';
import { feedShop } from '../../simulator/run-live.ts';
import { createSentinel } from '../../src/app.ts';
import { formatProblems, loadConfig } from '../../src/config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/duration.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { waitForFirstCard } from './first-card.ts';
import type { DemoFlags } from './flags.ts';
import { findLocalSlack, startLocalSlack } from './local-slack.ts';
import { createProgress } from '../../simulator/progress.ts';
import { announce, whatToTry } from './say.ts';
import { WORKSPACE } from './workspace.ts';

const HISTORY_MS = 2 * HOUR_MS;
// Old enough to be seen by the first check, young enough to be news.
const FAULT_AGE_MS = 45 * SECOND_MS;
const FAULT_LENGTH_MS = 8 * MINUTE_MS;

/** What keeps the demo from starting, in words for the person who typed the command. */
export class DemoFault extends Error {}

/** Runs local Slack, Sentinel and the shop until the signal; then stops all three. */
export const runDemo = async (
  flags: DemoFlags,
  options: { readonly scratch: string; readonly signal: AbortSignal },
): Promise<void> => {
  const startedAt = performance.now();
  const binary = findLocalSlack(process.env['LOCAL_SLACK_BIN']);
  if (binary.kind === 'missing') throw new DemoFault(binary.advice);

  const stops: (() => Promise<void>)[] = [];
  try {
    const slack = await startLocalSlack({
      binary: binary.path,
      directory: options.scratch,
      port: flags.port,
      shouldOpen: flags.shouldOpen && canOpenBrowser(),
    }).catch((error: unknown) => {
      throw new DemoFault(error instanceof Error ? error.message : String(error));
    });
    stops.push(slack.stop);
    announce(slack.url);

    const sentinel = await createSentinel(configure(flags, slack.url, options.scratch), {
      clock: systemClock,
      random: seededRandom(flags.seed),
    });
    stops.push(() => sentinel.stop());

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
      { onProgress: (share, rows) => progress.show(share, `${rows.toLocaleString('en-US')} rows`) },
    );
    stops.push(() => feed.stop());
    progress.end(`${feed.rows.toLocaleString('en-US')} rows`);
    await sentinel.start();
    whatToTry(slack.url, flags);

    const card = await waitForFirstCard(slack.url, WORKSPACE.channelId, options.signal);
    if (card !== null) {
      const seconds = Math.round((performance.now() - startedAt) / SECOND_MS);
      const memoryMb = Math.round(process.memoryUsage.rss() / 1e6);
      console.log(`\n${card}\n  in #incidents ${seconds} s after the command; ${memoryMb} MB resident\n`);
    }
    await untilAborted(options.signal, slack.ended);
    console.log('\nStopping the shop, Sentinel and the local Slack …');
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

const untilAborted = (signal: AbortSignal, otherwise: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    void otherwise.then(() => {
      if (!signal.aborted) console.error('The local Slack ended by itself.');
      resolve();
    });
  });
