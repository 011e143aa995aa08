import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, isTimeZone, wallClockAt } from '#kernel/zoned-time.ts';

const clock = (year: number, month: number, day: number, hour: number, minute = 0) => ({
  year,
  month,
  day,
  hour,
  minute,
  second: 0,
});

describe('time zones', () => {
  it('turn what a clock shows into the instant', () => {
    expect(instantOf(clock(2026, 11, 21, 14), 'UTC').toISOString()).toBe('2026-11-21T14:00:00.000Z');
    expect(instantOf(clock(2026, 11, 21, 14), 'Europe/Berlin').toISOString()).toBe('2026-11-21T13:00:00.000Z');
    expect(instantOf(clock(2026, 7, 1, 0, 30), 'Asia/Kolkata').toISOString()).toBe('2026-06-30T19:00:00.000Z');
    expect(instantOf(clock(2026, 1, 32, 9), 'America/New_York').toISOString()).toBe('2026-02-01T14:00:00.000Z');
  });

  it('know when clocks change', () => {
    expect(instantOf(clock(2026, 3, 29, 1, 59), 'Europe/Berlin').toISOString()).toBe('2026-03-29T00:59:00.000Z');
    expect(instantOf(clock(2026, 3, 29, 3), 'Europe/Berlin').toISOString()).toBe('2026-03-29T01:00:00.000Z');
    expect(instantOf(clock(2026, 10, 25, 4), 'Europe/Berlin').toISOString()).toBe('2026-10-25T03:00:00.000Z');
  });

  it('show an instant as their clocks do, and lead back to it', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland');
    const instants = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });
    fc.assert(
      fc.property(zones, instants, (zone, ms) => {
        const shown = wallClockAt(new Date(ms), zone);
        expect(wallClockAt(instantOf(shown, zone), zone)).toEqual(shown);
      }),
    );
  });

  it('are told from other words', () => {
    expect(['UTC', 'Europe/Berlin', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false]);
  });
});
