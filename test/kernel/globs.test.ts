import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitsParts, globCovers, globsOverlap } from '#kernel/globs.ts';

it.each([
  ['logs-*', 'logs-app', true],
  ['logs-*', 'sentinel-*', false],
  ['*', 'sentinel-*', true],
  ['*-logs', 'sentinel-*', true],
  ['sent*', '*nel-logs', true],
  ['a*b', 'a', false],
  ['', '*', true],
  ['ab', 'ab', true],
])('knows whether a name can fit both %s and %s', (one, other, expected) => {
  expect(globsOverlap(one, other)).toBe(expected);
  expect(globsOverlap(other, one)).toBe(expected);
});

const glob = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 6 }).map((parts) => parts.join(''));

it('finds the overlap of any two patterns that some name fits', () => {
  const name = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((parts) => parts.join(''));
  const fits = (pattern: string, text: string): boolean => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
  fc.assert(
    fc.property(glob, glob, name, (one, other, text) => {
      if (fits(one, text) && fits(other, text)) expect(globsOverlap(one, other)).toBe(true);
    }),
  );
});

it('knows as a regular expression does whether a name fits a pattern', () => {
  const name = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(glob, name, (pattern, text) => {
      const fits = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
      expect(fitsParts(pattern.split('*'), text)).toBe(fits);
    }),
    { numRuns: 1_000 },
  );
});

it('does not try every way to divide a name', () => {
  const name = 'a'.repeat(200);
  expect(fitsParts([...Array.from({ length: 9_000 }, () => ''), 'x'], name)).toBe(false);
  expect(fitsParts([...Array.from({ length: 60 }, () => 'a'), 'b'], name)).toBe(false);
});

it('finds no overlap where no short name fits both', () => {
  const names = [''];
  for (let at = 0; at < names.length && names.length < 2_000; at += 1) names.push(`${names[at]}a`, `${names[at]}b`);
  const fits = (pattern: string, text: string): boolean => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
  const short = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(short, short, (one, other) => {
      const isFound = names.some((name) => fits(one, name) && fits(other, name));
      expect(globsOverlap(one, other)).toBe(isFound);
    }),
  );
});

it('knows which pattern covers all names of a prefix', () => {
  expect(['sentinel-*', 'sent*', '*'].every((pattern) => globCovers(pattern, 'sentinel-'))).toBe(true);
  expect(['sentinel-logs-*', 'sentinel-', '*-*'].some((pattern) => globCovers(pattern, 'sentinel-'))).toBe(false);
});
