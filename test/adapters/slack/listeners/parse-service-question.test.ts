import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommand } from '#adapters/slack/listeners/commands/read-command.ts';
import { parseServiceQuestion } from '#adapters/slack/listeners/parse-service-question.ts';
import { HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';

describe('a question about a service', () => {
  it.each<[string, string | null, number | null]>([
    ['payment-service', 'payment-service', null],
    ['payment-service 30m', 'payment-service', 30 * MINUTE_MS],
    ['payment-service since 30 min', 'payment-service', 30 * MINUTE_MS],
    ['payment-service in the last 2h', 'payment-service', 2 * HOUR_MS],
    ['“Checkout API” last 1d'.replaceAll(/[“”]/gu, '"'), 'Checkout API', 24 * HOUR_MS],
    ['last 2 H', null, 2 * HOUR_MS],
    ['service-2', 'service-2', null],
    ['api-5m', 'api-5m', null],
    ['', null, null],
    ['orders 0m', 'orders', null],
  ])('is read from “%s”', (text, service, windowMs) => {
    expect(parseServiceQuestion(text)).toEqual({ service, windowMs });
  });

  it('is one of two commands', () => {
    expect(readCommand('deps gateway').parsed).toEqual({ kind: 'deps', service: 'gateway', windowMs: null });
    expect(readCommand('SLOW order-service 30m').parsed).toEqual({
      kind: 'slow',
      service: 'order-service',
      windowMs: 30 * MINUTE_MS,
    });
    expect(readCommand('slow').parsed).toEqual({ kind: 'slow', service: null, windowMs: null });
  });

  it('never throws, and never names a time of nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { windowMs } = parseServiceQuestion(text);
        expect(windowMs === null || windowMs > 0).toBe(true);
      }),
    );
  });
});
