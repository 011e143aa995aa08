import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SlackFault } from '#adapters/slack/slack-faults.ts';
import { createTokenCheck, type TokenCheck } from '#adapters/slack/token-check.ts';
import { createTestLogger } from './board-fixture.ts';

const away = new SlackFault({
  code: 'unavailable',
  isRetryable: true,
  userMessage: 'Slack cannot be reached. Sentinel tries again.',
  reason: null,
  certainty: 'unknown',
});
const refused = new SlackFault({
  code: 'configuration',
  isRetryable: false,
  userMessage: 'Slack does not accept the token.',
  reason: 'token_revoked',
  certainty: 'not-done',
});

describe('the check of the token', () => {
  let check: TokenCheck;
  let logger: ReturnType<typeof createTestLogger>;
  const verifyToken = vi.fn<() => Promise<void>>();

  beforeEach(() => {
    vi.useFakeTimers();
    verifyToken.mockReset();
    logger = createTestLogger();
    check = createTokenCheck({ slack: { verifyToken }, logger });
  });
  afterEach(() => {
    check.stop();
    vi.useRealTimers();
  });

  it('says no sooner than Slack that the token is accepted', async () => {
    verifyToken.mockResolvedValue();
    expect(check.isAccepted()).toBe(false);
    await check.start();
    expect([check.isAccepted(), check.refusal()]).toEqual([true, null]);
  });

  it('asks an absent Slack again, with pauses that grow, until it answers', async () => {
    verifyToken.mockRejectedValue(away);
    await check.start();
    await vi.advanceTimersByTimeAsync(999);
    expect(verifyToken).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(14_001);
    expect(verifyToken).toHaveBeenCalledTimes(5);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(verifyToken.mock.calls.length).toBeLessThan(20);
    expect(check.isAccepted()).toBe(false);
    verifyToken.mockResolvedValue();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(check.isAccepted()).toBe(true);
    const asked = verifyToken.mock.calls.length;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(verifyToken).toHaveBeenCalledTimes(asked);
    expect(logger.said.map(({ message }) => message)).toEqual([
      'Slack cannot be reached yet; Sentinel keeps trying',
      'Slack accepts the token',
    ]);
  });

  it('says once that Slack, back again, refuses the token, until it is put right', async () => {
    verifyToken.mockRejectedValueOnce(away).mockRejectedValue(refused);
    await check.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([check.isAccepted(), check.refusal()]).toEqual([false, 'Slack does not accept the token.']);
    expect(logger.said.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'Slack refuses the token',
    ]);
    verifyToken.mockResolvedValue();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([check.isAccepted(), check.refusal()]).toEqual([true, null]);
  });

  it('fails at the start where Slack refuses the token at once', async () => {
    verifyToken.mockRejectedValue(refused);
    await expect(check.start()).rejects.toBe(refused);
  });

  it('asks no more once it is stopped, nor after an answer that came late', async () => {
    const late = Promise.withResolvers<void>();
    verifyToken.mockRejectedValueOnce(away).mockReturnValueOnce(late.promise);
    await check.start();
    await vi.advanceTimersByTimeAsync(1_000);
    check.stop();
    late.reject(away);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(verifyToken).toHaveBeenCalledTimes(2);
  });
});
