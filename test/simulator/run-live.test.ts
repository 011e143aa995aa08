import { describe, expect, it } from 'vitest';
import type { Clock } from '#kernel/clock.ts';
import type { TelemetryBatch } from '#ports/telemetry-store.ts';
import { feedShop } from '../../simulator/run-live.ts';
import { createShop } from '../../simulator/shop.ts';

const START = Date.UTC(2026, 10, 21, 3);

describe('feeding a shop', () => {
  it('brings history up to the present with progress, then follows the clock until stopped', async () => {
    let nowMs = START + 180_000;
    const clock: Clock = { now: () => new Date(nowMs) };
    const stamps: number[] = [];
    const shares: number[] = [];
    const append = (batch: TelemetryBatch): Promise<void> => {
      for (const row of batch.logs ?? []) stamps.push(row.timestampMs);
      return Promise.resolve();
    };
    const shop = createShop({ seed: 3, startAt: new Date(START), faults: [] });
    const feed = await feedShop({ shop, append, clock }, { onProgress: (share) => shares.push(share) });

    expect(feed.rows).toBeGreaterThan(1000);
    expect(shares.at(-1)).toBe(1);
    expect(Math.max(...stamps)).toBeLessThanOrEqual(nowMs);

    nowMs += 30_000;
    await expect.poll(() => Math.max(...stamps), { timeout: 5000 }).toBeGreaterThan(START + 205_000);
    await feed.stop();
    const written = stamps.length;
    nowMs += 30_000;
    expect(stamps.length).toBe(written);
  });

  it('hands on what appending says when it fails', async () => {
    const clock: Clock = { now: () => new Date(START + 60_000) };
    const shop = createShop({ seed: 3, startAt: new Date(START), faults: [] });
    const append = (): Promise<never> => Promise.reject(new Error('disk full'));
    await expect(feedShop({ shop, append, clock })).rejects.toThrow('disk full');
  });
});
