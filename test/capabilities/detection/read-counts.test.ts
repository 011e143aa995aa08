import { expect, test } from 'vitest';
import { COLUMNS, readCounts } from '#capabilities/detection/read-counts.ts';
import { isStorableName } from '#kernel/storable-name.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';

const columns = ['service.name', 'slot', ...Object.values(COLUMNS), 'seen'].map((name) => ({
  name,
  type: name === 'service.name' ? ('keyword' as const) : ('long' as const),
}));

const answerOf = (...services: readonly string[]): QueryAnswer => ({
  columns,
  rows: services.map((service) => [service, 0, 10, 0, 10, 1, 0, 0, 0, '2026-11-21T12:00:00.000Z']),
  warnings: [],
  isCut: false,
  tookMs: 1,
});

test.each([
  ['a NUL character', 'check\0out'],
  ['half of a surrogate pair', 'check\ud83dout'],
  ['more characters than an index takes', '界'.repeat(401)],
])('leaves out a service whose name holds %s, says so, and judges the others', (_, odd) => {
  const { services, rowsOf, gaps } = readCounts(answerOf(odd, 'cart'));
  expect([...services.keys()]).toEqual(['cart']);
  expect([...rowsOf.keys()]).toEqual(['cart']);
  expect(gaps).toEqual([{ kind: 'query-failed', service: null, message: expect.stringContaining('cannot be judged') }]);
  // The gap is stored, which is what the name itself could not be.
  expect(gaps.every(({ message }) => isStorableName(message))).toBe(true);
});
