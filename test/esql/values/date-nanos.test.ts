import { describe, expect, test } from 'vitest';
import { parseIsoNanos } from '#esql/values/date-nanos.ts';

describe('a date with nanoseconds', () => {
  test.each([
    ['1970-01-01T00:00:00.000000001Z', 1n],
    ['1970-01-01', 0n],
    ['2023-10-23T12:15:03.360103847Z', 1_698_063_303_360_103_847n],
    ['2023-10-23T14:15:03.36+02:00', 1_698_063_303_360_000_000n],
    ['1969-12-31', undefined],
    ['2300-01-01', undefined],
    ['yesterday', undefined],
  ])('%s', (text, nanos) => {
    expect(parseIsoNanos(text)).toBe(nanos);
  });
});
