import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LATE, requireWithin, within } from '#kernel/within.ts';

describe('waiting within a limit', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives the answer that came in time, and leaves no timer behind', async () => {
    expect(await within(100, Promise.resolve('done'))).toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says that it is late at the limit, not before', async () => {
    const answered = vi.fn<(answer: unknown) => void>();
    void within(100, new Promise(() => undefined)).then(answered);
    await vi.advanceTimersByTimeAsync(99);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toHaveBeenCalledWith(LATE);
  });

  it('fails as the work does, and lets a failure after the limit disturb nobody', async () => {
    await expect(within(100, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const work = Promise.withResolvers<never>();
    const waiting = within(100, work.promise);
    await vi.advanceTimersByTimeAsync(100);
    work.reject(new Error('broken later'));
    expect(await waiting).toBe(LATE);
  });

  it('fails with a message for people where that was asked for', async () => {
    const waiting = requireWithin(100, new Promise(() => undefined), 'The pager did not answer.');
    const fault = waiting.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(100);
    expect(await fault).toMatchObject({
      code: 'timeout',
      isRetryable: true,
      userMessage: 'The pager did not answer.',
    });
  });
});
