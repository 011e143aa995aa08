import { setImmediate as yieldToOthers, setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { TelemetryBatch } from '#ports/telemetry-store.ts';
import type { Shop } from './shop.ts';

export interface FeedDeps {
  readonly shop: Shop;
  readonly append: (batch: TelemetryBatch) => Promise<unknown>;
  readonly clock: Clock;
}

export interface FeedOptions {
  /** Share of the history that is done, in [0, 1], and rows so far. */
  readonly onProgress?: (share: number, rows: number) => void;
  /** What a failed append means while it runs on the wall clock; by default it ends the feed. */
  readonly onFault?: (error: unknown) => void;
  /** Ends history early; what follows the wall clock ends by `stop`. */
  readonly signal?: AbortSignal;
  /** Times the wall clock that history may pass at; by default as fast as it goes. */
  readonly speed?: number;
}

export interface Feed {
  /** Of the history. */
  readonly rows: number;
  /** Waits for the append at hand. */
  stop(): Promise<void>;
}

const SLICE_MS = MINUTE_MS;
const LIVE_EVERY_MS = 500;

const countRows = (batch: TelemetryBatch): number =>
  (batch.logs?.length ?? 0) + (batch.spans?.length ?? 0) + (batch.metrics?.length ?? 0);

/** Brings the shop from its start to the present as fast as it goes, then keeps it on the wall clock until stopped. */
export const feedShop = async (deps: FeedDeps, options: FeedOptions = {}): Promise<Feed> => {
  const { shop, append, clock } = deps;
  const startMs = shop.now.getTime();
  const beganMs = clock.now().getTime();
  const isAborted = (): boolean => options.signal?.aborted ?? false;
  let rows = 0;
  const keepPace = async (untilMs: number): Promise<void> => {
    if (options.speed === undefined) return;
    const aheadMs = (untilMs - startMs) / options.speed - (clock.now().getTime() - beganMs);
    if (aheadMs > 0) await wait(aheadMs, undefined, { signal: options.signal }).catch(() => undefined);
  };
  /** In slices, so that a machine that slept does not stand still when it wakes. */
  const catchUp = async (onSlice?: (untilMs: number, presentMs: number) => Promise<void>): Promise<void> => {
    for (let nowMs = shop.now.getTime(), presentMs = clock.now().getTime(); nowMs < presentMs && !isAborted();) {
      const untilMs = Math.min(nowMs + SLICE_MS, presentMs);
      for (const batch of shop.advanceTo(new Date(untilMs))) {
        await append(batch);
        rows += countRows(batch);
      }
      await onSlice?.(untilMs, presentMs);
      await yieldToOthers();
      nowMs = untilMs;
      // History takes seconds to make; what happened meanwhile belongs to it.
      if (presentMs - untilMs < LIVE_EVERY_MS) break;
      presentMs = clock.now().getTime();
    }
  };
  await catchUp(async (untilMs, presentMs) => {
    await keepPace(untilMs);
    options.onProgress?.((untilMs - startMs) / Math.max(1, presentMs - startMs), rows);
  });
  const historyRows = rows;

  const stop = new AbortController();
  const live = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await catchUp();
      await wait(LIVE_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const ended = live().catch((error: unknown) => {
    if (!options.onFault) throw error;
    options.onFault(error);
  });
  // Whoever stops the feed sees its fault; until then it is not an unhandled one.
  ended.catch(() => undefined);
  return {
    rows: historyRows,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
};
