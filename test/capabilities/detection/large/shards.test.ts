import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areAllNamesIn,
  compareNames,
  isInShard,
  replaceShard,
  type Shard,
  shardAfter,
} from '#capabilities/detection/large/shards.ts';

interface Labelled extends Shard {
  readonly label: number;
}

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 4 });

describe('compareNames', () => {
  it('orders names as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(Math.sign(compareNames(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });
});

describe('shardAfter', () => {
  it('deals all names out in shards of about the same size', () => {
    const names = Array.from({ length: 1_100 }, (_, index) => `s-${String(index).padStart(4, '0')}`);
    const sizes: number[] = [];
    let after: string | null = null;
    do {
      const shard: Shard = shardAfter(names, after, 500);
      sizes.push(names.filter((each) => isInShard(each, shard)).length);
      after = shard.upTo;
    } while (after !== null);
    expect(sizes).toEqual([367, 367, 366]);
  });
});

describe('replaceShard', () => {
  it('gives each name to the newest shard that holds it', () => {
    const bound = fc.option(fc.constantFrom('b', 'd', 'f', 'h', 'j'), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.tuple(bound, bound), { maxLength: 12 }), (bounds) => {
        const fresh: Labelled[] = bounds
          .filter(([after, upTo]) => after === null || upTo === null || after < upTo)
          .map(([after, upTo], label) => ({ after, upTo, label }));
        let shards: readonly Labelled[] = [{ after: null, upTo: null, label: -1 }];
        for (const shard of fresh) shards = replaceShard(shards, shard, (piece) => piece);
        expect(areAllNamesIn(shards)).toBe(true);
        for (const each of 'abcdefghijk') {
          const owner = fresh.findLast((shard) => isInShard(each, shard))?.label ?? -1;
          expect(shards.filter((shard) => isInShard(each, shard)).map(({ label }) => label)).toEqual([owner]);
        }
      }),
    );
  });
});
