import type { Random } from '#kernel/random.ts';
import type { LogRecord } from '#ports/telemetry-store.ts';

const ROUTES = ['/', '/cart', '/checkout', '/products/{id}', '/login', '/search'];
const FAILED_SHARE = 0.003;
const MEDIAN_MS = 35;
const SPREAD = 0.6;

/** Roughly normal, by the sum of uniform numbers. */
const normal = (random: Random): number => random() + random() + random() + random() - 2;

/** Requests of so many services, spread evenly over the time from first to last, oldest first. */
export const makeRequests = (
  random: Random,
  options: { readonly count: number; readonly services: number; readonly fromMs: number; readonly toMs: number },
): LogRecord[] => {
  const { count, services, fromMs, toMs } = options;
  return Array.from({ length: count }, (_, at) => {
    const isFailed = random() < FAILED_SHARE;
    const route = ROUTES[at % ROUTES.length] ?? '/';
    const durationMs = Math.round(MEDIAN_MS * Math.exp(SPREAD * 1.7 * normal(random)) * 100) / 100;
    return {
      timestampMs: fromMs + ((toMs - fromMs) * at) / count,
      service: `service-${Math.floor(random() * services)}`,
      level: isFailed ? 'error' : 'info',
      message: isFailed ? `GET ${route} failed after ${durationMs} ms` : `GET ${route} completed in ${durationMs} ms`,
      durationMs,
      // From 1: an id of zeros is none.
      traceId: (at + 1).toString(16).padStart(32, '0'),
      spanId: (at + 1).toString(16).padStart(16, '0'),
      statusCode: isFailed ? 503 : 200,
      host: `node-${at % 40}`,
    };
  });
};
