import { monitorEventLoopDelay } from 'node:perf_hooks';
import { HOUR_MS, SECOND_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { printResult } from './machine.ts';
import { openBenchSentinel } from './sentinel.ts';
import { makeRequests } from './synthetic-logs.ts';

/** Logs per second from objects in memory into the embedded store's file, and how long the event loop stood still. */

const ROWS = 1_000_000;
const BATCH = 20_000;
const WARM_UP_ROWS = 100_000;
const NANOSECONDS = 1e6;

const { sentinel, stop } = await openBenchSentinel();
try {
  const nowMs = Date.now();
  const rows = makeRequests(seededRandom(1), { count: ROWS, services: 50, fromMs: nowMs - HOUR_MS, toMs: nowMs });
  for (let at = 0; at < WARM_UP_ROWS; at += BATCH)
    await sentinel.telemetryStore.append({ logs: rows.slice(at, at + BATCH) });

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedMs = performance.now();
  for (let at = 0; at < ROWS; at += BATCH) await sentinel.telemetryStore.append({ logs: rows.slice(at, at + BATCH) });
  const seconds = (performance.now() - startedMs) / SECOND_MS;
  delay.disable();
  printResult({
    logsPerSecond: Math.round(ROWS / seconds),
    longestBlockMs: Math.round(delay.max / NANOSECONDS),
    blockMsP99: Math.round(delay.percentile(99) / NANOSECONDS),
  });
} finally {
  await stop();
}
