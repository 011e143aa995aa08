import { expect, test } from 'vitest';
import { tellDuration } from '#capabilities/watchdog/describe-blindness.ts';

test.each([
  [400, '1 s'],
  [90_000, '90 s'],
  [119_999, '120 s'],
  [120_000, '2 min'],
  [480_000, '8 min'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
])('%d ms are told as "%s"', (ms, text) => {
  expect(tellDuration(ms)).toBe(text);
});
