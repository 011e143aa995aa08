import { setImmediate as loopTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from '#adapters/slack/listeners/turns.ts';

it('lets one go on in each turn of the event loop, in the order in which they came', async () => {
  const nextTurn = createTurns();
  const gone: number[] = [];
  const all = [1, 2, 3, 4].map(async (caller) => {
    await nextTurn();
    gone.push(caller);
  });
  expect(gone).toEqual([]);
  const seen: number[] = [];
  while (gone.length < 4) {
    await loopTurn();
    seen.push(gone.length);
  }
  await Promise.all(all);
  expect(gone).toEqual([1, 2, 3, 4]);
  expect(seen.every((count, index) => count - (seen[index - 1] ?? 0) <= 1)).toBe(true);
});
