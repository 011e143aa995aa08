import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { type DetectionState, EMPTY_STATE, lookAtOnce } from '#capabilities/detection/index.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import type { LogRecord } from '#ports/telemetry-store.ts';
import { openBenchSentinel } from '../sentinel.ts';
import { FAULTS } from './faults.ts';
import { drawCalmProfile } from './profile.ts';
import { createServiceWindow } from './service-window.ts';
import { createTicker, TICK_MS, TICKS_PER_MINUTE } from './ticker.ts';
import { createTraffic, type HalfMinute } from './traffic.ts';

/** The same traffic scored from counts, and from rows that went through the embedded store and its queries. */
export interface ThroughStore {
  readonly services: number;
  readonly rows: number;
  /** Of service, signal and tick. */
  readonly checks: number;
  /** Checks that page, by either way. */
  readonly pagesFromCounts: number;
  readonly pagesFromStore: number;
  /** Share of the checks of which both say the same. */
  readonly agreement: number;
  readonly queriesPerTickMax: number;
}

const REQUESTS = 1_000;
const BEFORE_TICKS = 66 * TICKS_PER_MINUTE;
const AFTER_TICKS = 8 * TICKS_PER_MINUTE;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const rowsOf = (service: string, half: HalfMinute, until: Date): readonly LogRecord[] => {
  const { length } = half.durationsMs;
  return Array.from(half.durationsMs, (durationMs, index) => {
    // Spread evenly; which of them failed has nothing to do with how long they took.
    const isFailed = (index * 7_919) % Math.max(1, length) < half.failed;
    return {
      timestampMs: until.getTime() - TICK_MS + (TICK_MS * (index + 0.5)) / length,
      service,
      level: isFailed ? 'error' : 'info',
      message: isFailed ? 'GET /orders failed' : 'GET /orders completed',
      durationMs,
      traceId: null,
      spanId: null,
      statusCode: isFailed ? 503 : 200,
      host: null,
    };
  });
};

/** A service for each fault of the table and as many healthy ones, an hour before and some minutes after. */
export const runThroughStore = async (seed: number): Promise<ThroughStore> => {
  const random = seededRandom(seed);
  const length = BEFORE_TICKS + AFTER_TICKS;
  const services = [...FAULTS, ...FAULTS].map((fault, index) => ({
    name: `service-${index}`,
    fault: index < FAULTS.length ? fault : null,
    traffic: createTraffic(random, drawCalmProfile(random, REQUESTS, fault.usualErrorRate), length),
    window: createServiceWindow(`service-${index}`),
    faultyShare: random(),
  }));
  const { sentinel, config, stop } = await openBenchSentinel();
  const deps = { telemetryStore: sentinel.telemetryStore, logger: SILENT, settings: config.detection };
  try {
    const endAt = new Date(Math.floor(Date.now() / TICK_MS) * TICK_MS - MINUTE_MS);
    const ticker = createTicker();
    let state: DetectionState = EMPTY_STATE;
    let [rows, checks, agreed, pagesFromCounts, pagesFromStore, queriesPerTickMax] = [0, 0, 0, 0, 0, 0];
    for (let tick = 0; tick < length; tick += 1) {
      const at = addMs(endAt, (tick - length + 1) * TICK_MS);
      for (const { name, fault, traffic, window, faultyShare } of services) {
        const share = tick < BEFORE_TICKS ? 0 : tick === BEFORE_TICKS ? faultyShare : 1;
        const half = traffic.next(share > 0 ? fault : null, share);
        window.pass(half, at, ticker.frozenLatency(name));
        const logs = rowsOf(name, half, at);
        rows += logs.length;
        await sentinel.telemetryStore.append({ logs });
      }
      await yieldToOthers();
      // Before an hour is there each service is a new one.
      if (tick < BEFORE_TICKS - 2 * TICKS_PER_MINUTE) continue;
      const counted = ticker.look(
        services.map(({ window }) => ({ counts: window.counts(), usual: window.usualLatency() })),
        at,
      );
      const stored = await lookAtOnce(deps, state, at);
      if (stored.isBlind) throw new Error(stored.advance.gaps.map(({ message }) => message).join(' '));
      ({ state } = stored.advance);
      queriesPerTickMax = Math.max(queriesPerTickMax, stored.queries);
      const keysOf = ({ observations }: typeof counted): ReadonlySet<string> =>
        new Set(observations.filter(({ isPaging }) => isPaging).map(({ service, signal }) => `${service} ${signal}`));
      const [fromCounts, fromStore] = [keysOf(counted), keysOf(stored.advance)];
      for (const { name } of services) {
        for (const signal of ['error_rate', 'latency'] as const) {
          const key = `${name} ${signal}`;
          checks += 1;
          pagesFromCounts += fromCounts.has(key) ? 1 : 0;
          pagesFromStore += fromStore.has(key) ? 1 : 0;
          agreed += fromCounts.has(key) === fromStore.has(key) ? 1 : 0;
        }
      }
    }
    return {
      services: services.length,
      rows,
      checks,
      pagesFromCounts,
      pagesFromStore,
      agreement: agreed / checks,
      queriesPerTickMax,
    };
  } finally {
    await stop();
  }
};
