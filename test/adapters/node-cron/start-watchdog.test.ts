import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startWatchdog, type Watchdog } from '#adapters/node-cron/start-watchdog.ts';

describe('startWatchdog', () => {
  let watchdog: Watchdog | undefined;
  const error = vi.fn();
  const logger = { debug: () => {}, info: () => {}, warn: () => {}, error };

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-11-20T10:00:00Z') });
    error.mockClear();
  });
  afterEach(async () => {
    await watchdog?.stop();
    vi.useRealTimers();
  });

  test('checks every ten seconds, and goes on after a check that failed', async () => {
    const fault = new Error('database away');
    const check = vi.fn(() => Promise.reject(fault));
    watchdog = startWatchdog({ logger, check });
    await vi.advanceTimersByTimeAsync(30_500);
    expect(check).toHaveBeenCalledTimes(3);
    expect(error).toHaveBeenCalledWith({ err: fault }, 'The watchdog could not do its check');
  });

  test('does not begin a check while one is under way', async () => {
    const gate = Promise.withResolvers<void>();
    const check = vi.fn(() => gate.promise);
    watchdog = startWatchdog({ logger, check });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(check).toHaveBeenCalledTimes(1);
    gate.resolve();
    await vi.advanceTimersByTimeAsync(10_500);
    expect(check).toHaveBeenCalledTimes(2);
  });

  test('waits for the check under way when it stops, and checks no more', async () => {
    const gate = Promise.withResolvers<void>();
    const check = vi.fn(() => gate.promise);
    watchdog = startWatchdog({ logger, check });
    await vi.advanceTimersByTimeAsync(10_500);
    let isStopped = false;
    const stopping = watchdog.stop().then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(isStopped).toBe(false);
    gate.resolve();
    await stopping;
    expect(check).toHaveBeenCalledTimes(1);
  });
});
