import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLevel } from '#capabilities/log-query/index.ts';

const FAILURES = 'level IN ("error", "critical", "fatal")';

describe('a level among the words after a name', () => {
  it.each<[string, string, string | null]>([
    ['gateway', 'gateway', null],
    ['gateway level error', 'gateway', 'level == "error"'],
    ['gateway with level error', 'gateway', 'level == "error"'],
    ['gateway errors 30m', 'gateway 30m', FAILURES],
    ['gateway 30m errors', 'gateway 30m', FAILURES],
    ['gateway WARN since 09:00', 'gateway since 09:00', 'level IN ("warn", "warning")'],
    ['gateway level trace', 'gateway', 'level == "trace"'],
    ['"Checkout API" fatal', '"Checkout API"', 'level == "fatal"'],
    ['gateway "errors"', 'gateway "errors"', null],
    ['errors 30m', 'errors 30m', null],
    ['level error 30m', '30m', 'level == "error"'],
    ['gateway level error timeout', 'gateway timeout', 'level == "error"'],
    ['', '', null],
  ])('is split from “%s”', (text, rest, esql) => {
    const split = splitLevel(text);
    expect([split.rest, split.level?.esql ?? null]).toEqual([rest, esql]);
    expect(split.level?.isSure ?? true).toBe(true);
  });

  it('is a guess where it is misspelled', () => {
    expect(splitLevel('gateway level eror').level).toMatchObject({ means: 'is it level error?', isSure: false });
  });

  it('never throws, and leaves a text without one as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { rest, level } = splitLevel(text);
        expect(level !== null || rest === text).toBe(true);
      }),
    );
  });
});
