import { addMs, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import type { LogRecord } from '#ports/telemetry-store.ts';
import { createShop } from '../../simulator/shop.ts';
import { findFault } from '../../simulator/faults.ts';
import { createServiceWindow } from './service-window.ts';
import { createTicker, TICK_MS, timeOfTick } from './ticker.ts';
import type { HalfMinute } from './traffic.ts';

export interface ShopRunOptions {
  readonly seed: number;
  /** Of the simulated shop; a look-alike is healthy. */
  readonly fault: string;
}

/** What detection made of one run of the simulated shop. */
export interface ShopRun {
  readonly fault: string;
  readonly isHealthy: boolean;
  readonly checks: number;
  /** Checks that page while nothing is wrong. */
  readonly falsePages: number;
  readonly falseEpisodes: number;
  /** From when customers notice until the first page of an affected service; null: not while it lasted. */
  readonly seconds: number | null;
}

const BASELINE_MS = 70 * MINUTE_MS;
const CALM_MS = 20 * MINUTE_MS;
const FAULT_MS = 12 * MINUTE_MS;
const AFTER_MS = 10 * MINUTE_MS;
const EPISODE_TICKS = 10;

const isFailed = ({ statusCode, level }: LogRecord): boolean =>
  statusCode === null ? level === 'error' || level === 'critical' || level === 'fatal' : statusCode >= 500;

const toHalfMinute = (rows: readonly LogRecord[]): HalfMinute => {
  const requests = rows.filter(({ durationMs }) => durationMs !== null);
  return {
    failed: requests.filter(isFailed).length,
    durationsMs: Float64Array.from(requests, ({ durationMs }) => durationMs ?? 0).sort(),
  };
};

/** Runs the shop through an hour of health and one fault or look-alike, and counts its requests for the scorer. */
export const runShop = ({ seed, fault }: ShopRunOptions): ShopRun => {
  const { affectedServices, visibleAfterMs } = findFault(fault);
  const isHealthy = affectedServices.length === 0;
  // At another hour of the day each time.
  const startAt = addMs(timeOfTick(0), (seed % 24) * HOUR_MS);
  // At any moment between two ticks.
  const faultAt = addMs(startAt, BASELINE_MS + CALM_MS + ((seed * 7_919) % TICK_MS));
  const visibleAt = addMs(faultAt, visibleAfterMs);
  const endAt = addMs(visibleAt, FAULT_MS);
  const shop = createShop({ seed, startAt, faults: [{ fault, startAt: faultAt, endAt }] });
  const services = shop.services.map((name) => ({ name, window: createServiceWindow(name) }));
  const ticker = createTicker();
  const lagMs = ticker.settings.lagMs;
  const until = isHealthy ? addMs(endAt, AFTER_MS) : endAt;

  let [checks, falsePages, falseEpisodes] = [0, 0, 0];
  let seconds: number | null = null;
  const paged = new Map<string, number>();
  for (let at = addMs(startAt, TICK_MS), tick = 0; at <= until; at = addMs(at, TICK_MS), tick += 1) {
    const logs = shop.advanceTo(at).flatMap((batch) => batch.logs ?? []);
    const byService = Map.groupBy(logs, ({ service }) => service);
    for (const { name, window } of services)
      window.pass(toHalfMinute(byService.get(name) ?? []), at, ticker.frozenLatency(name));
    if (at < addMs(startAt, BASELINE_MS)) continue;
    const seen = services.map(({ window }) => ({ counts: window.counts(), usual: window.usualLatency() }));
    const { observations } = ticker.look(seen, at);
    const isCalm = isHealthy || at < faultAt;
    if (isCalm) checks += 2 * services.length;
    for (const { isPaging, service, signal } of observations) {
      if (!isPaging) continue;
      const key = `${service} ${signal}`;
      const last = paged.get(key);
      paged.set(key, tick);
      if (isCalm) {
        falsePages += 1;
        if (last === undefined || tick - last > EPISODE_TICKS) falseEpisodes += 1;
      } else if (seconds === null && affectedServices.some((name) => name === service)) {
        seconds = Math.max(0, (at.getTime() + lagMs - visibleAt.getTime()) / 1_000);
      }
    }
  }
  return { fault, isHealthy, checks, falsePages, falseEpisodes, seconds };
};
