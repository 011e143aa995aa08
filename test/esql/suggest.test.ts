import { expect, test } from 'vitest';
import { didYouMean } from '#esql/suggest.ts';

test.each([
  ['levl', ['level', 'label'], ', did you mean [level]?'],
  ['LEVEL', ['level'], ', did you mean [level]?'],
  ['duration', ['duration_ms'], ', did you mean [duration_ms]?'],
  ['service', ['service.name', 'level'], ', did you mean [service.name]?'],
  ['region', ['region_of_shop', 'attributes.region'], ', did you mean any of [attributes.region, region_of_shop]?'],
  ['se', ['se.name'], ''],
  ['STAST', ['STATS', 'SORT'], ', did you mean [STATS]?'],
  ['adn', ['AND', 'OR'], ', did you mean [AND]?'],
  ['durationms', ['duration_ms', 'message'], ', did you mean [duration_ms]?'],
  ['ab', ['aa', 'ac', 'zz'], ', did you mean any of [aa, ac]?'],
  ['x', [], ''],
  ['service', ['level'], ''],
])('of %s among %j is "%s"', (written, candidates, expected) => {
  expect(didYouMean(written, candidates)).toBe(expected);
});
