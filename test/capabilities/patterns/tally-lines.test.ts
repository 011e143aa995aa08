import { describe, expect, it } from 'vitest';
import { createLineTallies, type LineTallies } from '#capabilities/patterns/tally-lines.ts';
import { seededRandom } from '#kernel/random.ts';
import { MINUTE_MS } from '#kernel/duration.ts';

const LINES = 1_700;
const AS_OTHERS = { stratum: 'others', isCommon: true } as const;

/** The few ids whose letters all come before or after the digits have another shape than the rest. */
const orders = (): readonly string[] => {
  const random = seededRandom(7);
  const idOf = (): string => Array.from({ length: 10 }, () => Math.floor(random() * 16).toString(16)).join('');
  return Array.from({ length: LINES }, () => `order ord_${idOf()} read`);
};

const add = (tallies: LineTallies, messages: readonly string[], part: number | 'window'): void =>
  messages.forEach((message, at) => tallies.add({ atMs: at * MINUTE_MS, level: 'info', message }, part, AS_OTHERS));

describe('the tallies of lines', () => {
  it('count lines of one text as one pattern, however their ids are written', () => {
    const tallies = createLineTallies(1);
    const messages = orders();
    add(tallies, messages, 0);
    add(tallies, messages, 'window');
    const found = tallies.list();
    expect(found.map(({ template }) => template.text)).toEqual(['order <*> read']);
    const [only] = found;
    expect(only?.template.lines).toBe(2 * LINES);
    expect(only?.tally.strata.others.window.lines).toBe(LINES);
    expect(only?.tally.strata.others.window.minutes.size).toBe(LINES);
    expect(only?.tally.strata.others.baseline.lines).toBe(LINES);
    expect(only?.tally.strata.others.parts).toEqual(new Map([[0, LINES]]));
    expect(only?.tally.levels).toEqual(new Map([['info', LINES]]));
    expect(only?.tally.example).toBe(messages.at(-1));
    expect(only?.template.variables).toHaveLength(1);
    expect(only?.template.variables[0]?.length).toBe(8);
  });

  it('are the same when they are asked for twice', () => {
    const tallies = createLineTallies(1);
    add(tallies, orders(), 'window');
    expect(tallies.list()).toEqual(tallies.list());
  });
});
