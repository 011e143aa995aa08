import { describe, expect, it } from 'vitest';
import { formatTimeOfDay } from '#adapters/slack/cards/times.ts';

const NOW = new Date('2026-11-22T00:24:00.000Z');
const MIDNIGHT = new Date('2026-11-22T00:00:00.000Z');

describe('a bound of a time', () => {
  it('has its day where that is another one than today', () => {
    expect(formatTimeOfDay(new Date('2026-11-21T23:00:00.000Z'), NOW)).toContain('{date_short_pretty}');
    expect(formatTimeOfDay(MIDNIGHT, NOW)).not.toContain('{date_short_pretty}');
  });

  it('has its year where that is another one', () => {
    expect(formatTimeOfDay(new Date('2025-10-18T04:36:00.000Z'), NOW)).toContain('18\u00a0Oct\u00a02025 04:36');
    expect(formatTimeOfDay(new Date('2026-10-18T04:36:00.000Z'), NOW)).not.toContain('2026 04:36');
  });

  it('has its day where the other bound is of another day', () => {
    expect(formatTimeOfDay(MIDNIGHT, NOW, new Date('2026-11-21T00:00:00.000Z'))).toContain('{date_short_pretty}');
  });
});
