import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIsoDate } from '#esql/values/iso-date.ts';

describe('parseIsoDate', () => {
  test.each([
    ['2025', '2025-01-01T00:00:00.000Z'],
    ['2025-06', '2025-06-01T00:00:00.000Z'],
    ['2025-06-08', '2025-06-08T00:00:00.000Z'],
    ['2025-06-08T09', '2025-06-08T09:00:00.000Z'],
    ['2025-06-08T09:59', '2025-06-08T09:59:00.000Z'],
    ['2025-06-08T09:59:01Z', '2025-06-08T09:59:01.000Z'],
    ['2025-06-08T09:59:01.5Z', '2025-06-08T09:59:01.500Z'],
    ['2025-06-08T09:59:01,123456789Z', '2025-06-08T09:59:01.123Z'],
    ['2025-06-08T09:59:01+02:00', '2025-06-08T07:59:01.000Z'],
    ['2025-06-08T09:59:01-0130', '2025-06-08T11:29:01.000Z'],
    ['2025-06-08T23:59:01-05', '2025-06-09T04:59:01.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('reads %s as %s', (text, iso) => {
    expect(new Date(parseIsoDate(text) ?? Number.NaN).toISOString()).toBe(iso);
  });

  test.each(['', 'now', '2025-13-01', '2025-02-29', '2025-6-8', '2025-06-08 09:59', '2025-06-08T24:00', '2025-06-08T09:60', '2025-06-08T', '2025-06-08Z', '20250608', '2025-06-08T09:59+25:00'])(
    'refuses %s',
    (text) => {
      expect(parseIsoDate(text)).toBeUndefined();
    },
  ); // prettier-ignore

  test('reads back what a date writes', () => {
    const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (value) => {
        expect(parseIsoDate(value.toISOString())).toBe(value.getTime());
      }),
    );
  });
});
