import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoticeNotPosted } from '#capabilities/watchdog/index.ts';
import { AppError } from '#kernel/errors.ts';
import { startWatchdog, type Watchdog } from '#adapters/node-cron/start-watchdog.ts';

describe('startWatchdog', () => {
  let watchdog: Watchdog | undefined;
  const clock = { now: () => new Date() };
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
    watchdog = startWatchdog({ clock, logger, check });
    await vi.advanceTimersByTimeAsync(30_500);
    expect(check).toHaveBeenCalledTimes(3);
    expect(error).toHaveBeenCalledWith({ err: fault }, 'The watchdog could not do its check');
  });

  test('logs what really failed when it changes, and the same once in 15 minutes', async () => {
    const away = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Slack is away.' });
    const refused = new AppError({ code: 'configuration', isRetryable: false, userMessage: 'The token is refused.' });
    const fault = { now: away };
    let isQuiet = false;
    const check = vi.fn(() =>
      isQuiet ? Promise.resolve() : Promise.reject(new NoticeNotPosted('Sentinel is blind', fault.now)),
    );
    watchdog = startWatchdog({ clock, logger, check });
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenLastCalledWith(
      { err: expect.objectContaining({ cause: away }) as Error },
      'A notice of the watchdog could not be posted; it is tried again',
    );
    isQuiet = true;
    await vi.advanceTimersByTimeAsync(60_000);
    isQuiet = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(error).toHaveBeenCalledTimes(1);
    fault.now = refused;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(error).toHaveBeenCalledTimes(2);
    fault.now = away;
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    expect(error).toHaveBeenCalledTimes(3);
  });

  test('does not begin a check while one is under way', async () => {
    const gate = Promise.withResolvers<void>();
    const check = vi.fn(() => gate.promise);
    watchdog = startWatchdog({ clock, logger, check });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(check).toHaveBeenCalledTimes(1);
    gate.resolve();
    await vi.advanceTimersByTimeAsync(10_500);
    expect(check).toHaveBeenCalledTimes(2);
  });

  test('waits for the check under way when it stops, and checks no more', async () => {
    const gate = Promise.withResolvers<void>();
    const check = vi.fn(() => gate.promise);
    watchdog = startWatchdog({ clock, logger, check });
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
