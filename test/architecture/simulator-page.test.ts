import { describe, expect, it } from 'vitest';
import { SECOND_MS } from '#kernel/duration.ts';
import { listFaults } from '../../simulator/faults.ts';
import { createShop } from '../../simulator/shop.ts';
import { readText } from './repository.ts';

describe('docs/simulator.md', () => {
  it('has each fault with its truth, and no other', async () => {
    const rows = [
      ...(await readText('docs/simulator.md')).matchAll(
        /^\| `([a-z-]+)` +\| (.+?) +\| ([a-z-]+) +\| ([a-z, -]+?) +\| (at once|within \d+ s) +\|$/gm,
      ),
    ].map(([, ...cells]) => cells);
    const truths = listFaults().map(({ name, sentence, cause, affectedServices, visibleAfterMs }) => [
      name,
      sentence,
      cause.service ?? 'none',
      affectedServices.join(', ') || 'none',
      visibleAfterMs === 0 ? 'at once' : `within ${visibleAfterMs / SECOND_MS} s`,
    ]);
    expect(rows).toEqual(truths);
  });

  it('has each metric with its unit, and no other', async () => {
    const rows = (await readText('docs/simulator.md')).matchAll(/^\| `([a-z_]+\.[a-z_.]+)` +\| (\w+) +\|/gm);
    const documented = [...rows].map(([, name = '', unit = '']) => `${name} ${unit}`);
    const startAt = new Date('2026-11-21T03:00:00Z');
    const shop = createShop({ seed: 1, startAt, faults: [] });
    const said = shop
      .advanceTo(new Date(startAt.getTime() + 60 * SECOND_MS))
      .flatMap(({ metrics = [] }) => metrics.map(({ name, unit }) => `${name} ${unit}`));
    expect(documented.toSorted()).toEqual([...new Set(said)].toSorted());
  });
});
