import { createSentinel } from '#app.ts';
import { formatProblems, loadConfig } from '#config.ts';
import { systemClock } from '#kernel/clock.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { LogRecord } from '#ports/telemetry-store.ts';

/**
 * The whole of Sentinel, to be killed: quicker than its configuration allows, over telemetry in
 * which each of the services named on the command line began to fail a few minutes ago.
 */
const [file = '', ...services] = process.argv.slice(2);

const TICK_MS = 250;
const LAG_MS = SECOND_MS;
const BASELINE_MINUTES = 65;
const FAILING_MINUTES = 3;
const PER_MINUTE = 20;

const loaded = loadConfig({ file });
if (loaded.kind === 'invalid') throw new Error(formatProblems(loaded.problems));
const { config } = loaded;

const nowMs = Date.now() - LAG_MS;
/** A request each three seconds; from the onset on, every second one fails. */
const requestsOf = (service: string): readonly LogRecord[] =>
  Array.from({ length: BASELINE_MINUTES * PER_MINUTE }, (_, at) => {
    const ageMs = (at * MINUTE_MS) / PER_MINUTE;
    const isFailed = ageMs < FAILING_MINUTES * MINUTE_MS && at % 2 === 0;
    return {
      timestampMs: nowMs - ageMs,
      service,
      level: isFailed ? 'error' : 'info',
      message: isFailed ? 'GET / failed' : 'GET / completed',
      durationMs: 20 + (at % 7),
      traceId: null,
      spanId: null,
      statusCode: isFailed ? 503 : 200,
      host: null,
    };
  });

const sentinel = await createSentinel(
  { ...config, detection: { ...config.detection, intervalMs: TICK_MS, lagMs: LAG_MS } },
  { clock: systemClock, random: Math.random },
);
for (const service of services) await sentinel.telemetryStore.append({ logs: requestsOf(service) });
// Slack's socket is not part of what is killed: the strict Slack has none, and cards need none.
void sentinel.start().catch(() => undefined);
console.log('watching');
