import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeVersion } from '#esql/values/version.ts';

const inOrder = (versions: readonly string[]): readonly string[] =>
  versions.toSorted((a, b) => (encodeVersion(a) < encodeVersion(b) ? -1 : 1));

describe('the order of versions', () => {
  test('is that of their numbers, and pre-releases stand before their release', () => {
    const versions = ['1.0.0-alpha', '1.0.0-alpha.2', '1.0.0-alpha.10', '1.0.0-beta', '1.0.0', '1.2', '1.2.0', '1.10'];
    expect(inOrder(versions.toReversed())).toEqual(versions);
  });

  test('has what is no version last', () => {
    expect(inOrder(['x', '99.0', '', '1'])).toEqual(['1', '99.0', '', 'x']);
  });

  test('compares numbers of any length', () => {
    const number = fc.bigInt({ min: 0n, max: 10n ** 40n });
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(encodeVersion(`1.${a}`) < encodeVersion(`1.${b}`)).toBe(a < b);
      }),
    );
  });
});
