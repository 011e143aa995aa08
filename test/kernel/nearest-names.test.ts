import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { nearestNames } from '#kernel/nearest-names.ts';

test.each([
  ['levl', ['level', 'label'], ['level']],
  ['stauts', ['status', 'help'], ['status']],
  ['ab', ['zz', 'ac', 'aa'], ['ac', 'aa']],
  ['SLACK_BOT_TOKN', ['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN'], ['SLACK_BOT_TOKEN']],
  ['service', ['level'], []],
  ['x', ['n', 'y'], []],
  ['', ['ack', 'n'], []],
  ['ack', [], []],
])('the names nearest to "%s" among %j are %j', (written, known, expected) => {
  expect(nearestNames(written, known)).toEqual(expected);
});

describe('the nearest names', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 2, maxLength: 12 });

  it('are the name itself where it is known, whatever its case', () => {
    fc.assert(
      fc.property(word, fc.uniqueArray(word), (name, others) => {
        const known = [...others.filter((other) => other !== name), name];
        expect(nearestNames(name.toUpperCase(), known)).toEqual([name]);
      }),
    );
  });

  it('hold a name in which two neighbours were swapped', () => {
    fc.assert(
      fc.property(word, fc.nat(), (name, at) => {
        const first = at % (name.length - 1);
        const swapped = `${name.slice(0, first)}${name[first + 1]}${name[first]}${name.slice(first + 2)}`;
        expect(nearestNames(swapped, [name], 1)).toEqual([name]);
      }),
    );
  });

  it('are never further away than was asked for', () => {
    expect(nearestNames('SLACK_APP_TOKXX', ['SLACK_APP_TOKEN'], 1)).toEqual([]);
    expect(nearestNames('SLACK_APP_TOKXX', ['SLACK_APP_TOKEN'], 2)).toEqual(['SLACK_APP_TOKEN']);
  });
});
