import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimWrite, RANK_PER_WAIT_MS } from '#adapters/slack/channel-pace.ts';
import type { StateStore } from '#database/state-store.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { openTestState } from '../../support/state.ts';
import { CHANNEL, emptyTables } from './board-fixture.ts';

const PACE_MS = SECOND_MS;
const LAST_RANK = 9;
// So many that write again as soon as they have written: more than the channel takes in a wait.
const URGENT = 40;
// The ranks between, the turn of the half minute, and all that began to wait before.
const BOUND_MS = LAST_RANK * RANK_PER_WAIT_MS + 2 * (URGENT + 1) * PACE_MS;

let state: StateStore;
beforeAll(async () => {
  state = await openTestState();
  await emptyTables(state.db);
});
afterAll(() => state.close());

it('edits every card within the ranks between and one round, in a storm that does not end', async () => {
  let now = new Date('2026-11-20T10:00:00Z');
  const deps = { db: state.db, clock: { now: () => now } };
  const cards = [
    ...Array.from({ length: URGENT }, (_, index) => ({ key: `p1-${index}`, rank: 2, at: now })),
    { key: 'p3', rank: 6, at: now },
    { key: 'p4-numbers', rank: LAST_RANK, at: now },
  ];
  const startedMs = now.getTime();
  const written = new Map<string, number>();
  while (!(written.has('p3') && written.has('p4-numbers')) && now.getTime() - startedMs <= BOUND_MS) {
    for (const card of cards.filter(({ at }) => at <= now).toSorted((a, b) => a.rank - b.rank)) {
      const claim = await claimWrite(deps, CHANNEL, { key: card.key, rank: card.rank, paceMs: PACE_MS });
      if (claim.kind === 'claimed' && !written.has(card.key)) written.set(card.key, now.getTime() - startedMs);
      card.at = claim.kind === 'too-early' ? claim.until : now;
    }
    now = addMs(now, PACE_MS);
  }
  expect(written.get('p4-numbers')).toBeLessThanOrEqual(BOUND_MS);
  expect(written.get('p3')).toBeLessThan(written.get('p4-numbers') ?? 0);
  expect(written.get('p1-0')).toBe(0);
}, 60_000);
