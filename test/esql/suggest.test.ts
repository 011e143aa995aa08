import { expect, test } from 'vitest';
import { didYouMean } from '#esql/suggest.ts';

test.each([
  ['levl', ['level', 'label'], ', did you mean [level]?'],
  ['LEVEL', ['level'], ', did you mean [level]?'],
  ['duration', ['duration_ms'], ''],
  ['durationms', ['duration_ms', 'message'], ', did you mean [duration_ms]?'],
  ['ab', ['aa', 'ac', 'zz'], ', did you mean any of [aa, ac]?'],
  ['x', [], ''],
  ['service', ['level'], ''],
])('of %s among %j is "%s"', (written, candidates, expected) => {
  expect(didYouMean(written, candidates)).toBe(expected);
});
