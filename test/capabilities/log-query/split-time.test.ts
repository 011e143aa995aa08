import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitTime } from '#capabilities/log-query/index.ts';

const NOW = new Date('2026-11-21T12:00:00.000Z');
const ground = { now: NOW, timeZone: 'Europe/Berlin' };
const split = (text: string): readonly [string, string | null, string | null] => {
  const { rest, range } = splitTime(text, ground);
  return [rest, range?.from.toISOString() ?? null, range?.to.toISOString() ?? null];
};
const at = (time: string): string => `2026-11-21T${time}:00.000Z`;

describe('a time at the end of a text', () => {
  it.each<[string, string, string | null, string | null]>([
    ['payment-service', 'payment-service', null, null],
    ['payment-service 30m', 'payment-service', at('11:30'), at('12:00')],
    ['payment-service since 30 min', 'payment-service', at('11:30'), at('12:00')],
    ['payment-service in the last 2h', 'payment-service', at('10:00'), at('12:00')],
    ['gateway since 09:00', 'gateway', at('08:00'), at('12:00')],
    ['gateway between 09:00 and 10:30', 'gateway', at('08:00'), at('09:30')],
    ['"Checkout API" last 1d', 'Checkout API', '2026-11-20T12:00:00.000Z', at('12:00')],
    ['"Checkout API"', 'Checkout API', null, null],
    ['last 2 H', '', at('10:00'), at('12:00')],
    ['service-2', 'service-2', null, null],
    ['api-5m', 'api-5m', null, null],
    ['order hour', 'order hour', null, null],
    ['', '', null, null],
    ['orders 0m', 'orders 0m', null, null],
  ])('is split from “%s”', (text, ...wanted) => {
    expect(split(text)).toEqual(wanted);
  });

  it('is read in UTC where the time zone is unknown', () => {
    expect(splitTime('gateway since 09:00', { now: NOW, timeZone: 'Nowhere' }).range?.from).toEqual(
      new Date(at('09:00')),
    );
  });

  it('is never empty, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { range } = splitTime(text, ground);
        expect(range === null || range.from < range.to).toBe(true);
      }),
    );
  });
});
