import { expect, test } from 'vitest';
import { uncastType } from '#adapters/elasticsearch/stored-types.ts';

test.each([
  ['wildcard', 'keyword'],
  ['constant_keyword', 'keyword'],
  ['match_only_text', 'text'],
  ['scaled_float', 'double'],
  ['date_nanos', 'date_nanos'],
  ['unsigned_long', 'unsigned_long'],
  ['version', 'version'],
  ['geo_point', null],
  ['flattened', null],
])('a field of type %s is in a lookup table: %s', (mapped, type) => {
  expect(uncastType(mapped)).toBe(type);
});
