import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertFewParts, MAX_JSON_PARTS } from '#capabilities/ingest/json-parts.ts';
import { RequestTooLarge } from '#capabilities/ingest/request-budget.ts';

const check = (text: string) => () => assertFewParts(Buffer.from(text));

test.each([
  ['brackets', '['.repeat(MAX_JSON_PARTS + 1)],
  ['empty objects', `[${'{},'.repeat(MAX_JSON_PARTS / 2 + 1)}{}]`],
  ['members', `{${'"a\\"b":0,'.repeat(MAX_JSON_PARTS)}"c":0}`],
])('%s beyond the limit are refused', (_title, json) => {
  expect(check(json)).toThrow(RequestTooLarge);
});

test('what stands in strings does not count, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const marks = '[{,'.repeat(MAX_JSON_PARTS / 100);
      const json = JSON.stringify([`${text}${marks}`, { [`${marks}${text}`]: marks }]);
      expect(check(`[${json}${','.repeat(MAX_JSON_PARTS - 5)}`)).not.toThrow();
      expect(check(`[${json}${','.repeat(MAX_JSON_PARTS - 3)}`)).toThrow(RequestTooLarge);
    }),
    { numRuns: 20 },
  );
});
