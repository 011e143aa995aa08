import { describe, expect, it } from 'vitest';
import { createMiner } from '#log-patterns/miner.ts';
import type { Merge } from '#log-patterns/template-table.ts';

const mine = (lines: readonly string[]) => {
  const merges: Merge[] = [];
  const miner = createMiner({}, { onMerge: (merge) => merges.push(merge) });
  const atOnce = lines.map((line) => miner.add(line));
  const ids = atOnce.map((id) => miner.resolve(id));
  return { atOnce, ids, merges, texts: miner.templates().map(({ text }) => text) };
};

describe('a template', () => {
  it('has variables for names that vary, numbers, and numbers with units', () => {
    const { texts } = mine([
      'worker-7 finished job 8812 over http2 in 34 ms',
      'worker-12 finished job 9 over http2 in 1.5 s',
    ]);
    expect(texts).toEqual(['<*> finished job <*> over http2 in <*>']);
  });

  it('has variables for addresses, hosts and paths of any system', () => {
    const { texts } = mine([
      'accepted 10.1.2.3:5544 for /srv/data/a.db',
      'accepted [2001:db8::7]:443 for /srv/b',
      'accepted edge-3.example.net:80 for C:\\spool\\y',
    ]);
    expect(texts).toEqual(['accepted <*> for <*>']);
  });

  it('has variables for identifiers in hexadecimal', () => {
    const { texts } = mine(['lease 3f2504e0-4f89-41d3-9a0c-0305e82c3301 renewed', 'lease deadbeef renewed']);
    expect(texts).toEqual(['lease <*> renewed']);
  });

  it('has one variable for a list of any length', () => {
    const { texts } = mine(['replicas on 10.0.0.1, 10.0.0.2 are healthy', 'replicas on 10.0.0.4 are healthy']);
    expect(texts).toEqual(['replicas on <*> are healthy']);
  });

  it('keeps a unit that all its lines have', () => {
    const { texts } = mine(['upload closed, 512 bytes sent', 'upload closed, 40960 bytes (40.0 KB) sent']);
    expect(texts).toEqual(['upload closed, <*> bytes <*> sent']);
  });

  it('has one variable for a date, and none for a month by itself', () => {
    const { texts } = mine([
      'next run at Mon Mar 03 10:15:00 UTC 2031 for backup',
      'next run at Tue Apr 04 11:00:00 CET 2031 for backup',
      'see you in May for backup',
    ]);
    expect(texts).toEqual(['next run at <*> for backup', 'see you in May for backup']);
  });

  it('is another one where another thing happens', () => {
    const { texts } = mine([
      'shard relocation started on node-1',
      'shard relocation finished on node-2',
      'shard relocation failed on node-3',
    ]);
    expect(texts).toEqual([
      'shard relocation started on <*>',
      'shard relocation finished on <*>',
      'shard relocation failed on <*>',
    ]);
  });

  it('has a variable after a cue from the third word on, and says what was merged', () => {
    const { atOnce, ids, merges, texts } = mine([
      'session opened for user maya by (uid=0)',
      'session opened for user tomas by (uid=0)',
      'session opened for user ines by (uid=0)',
    ]);
    expect(atOnce).toEqual([0, 1, 0]);
    expect(ids).toEqual([0, 0, 0]);
    expect(texts).toEqual(['session opened for user <*> by (uid=<*>)']);
    expect(merges[0]).toMatchObject({
      from: 1,
      into: 0,
      reason: 'context',
      before: 'session opened for user maya by (uid=<*>)',
      after: 'session opened for user <*> by (uid=<*>)',
    });
  });

  it('keeps the values of a small enumeration until the fifth', () => {
    const zones = ['north', 'south', 'east', 'west', 'mid'];
    const lines = zones.map((zone, index) => `probe result zone=${zone} outcome=${index + 3}`);
    expect(mine(lines.slice(0, 4)).texts).toHaveLength(4);
    expect(mine(lines).texts).toEqual(['probe result zone=<*> outcome=<*>']);
  });

  it('has one variable for a quoted name of a word or more', () => {
    const { texts } = mine([
      "cannot load plugin 'audio mixer' from registry",
      "cannot load plugin 'graph' from registry",
      "cannot load plugin 'night shift' from registry",
    ]);
    expect(texts).toEqual(["cannot load plugin '<*>' from registry"]);
  });

  it('takes a host for an address at once', () => {
    const { atOnce } = mine([
      'reverse lookup for 203.0.113.9 gave no answer',
      'reverse lookup for printer.local gave no answer',
    ]);
    expect(atOnce).toEqual([0, 0]);
  });

  it('keeps the method of a request', () => {
    const { texts } = mine([
      '"GET /api/carts/81 HTTP/1.1" status: 200 len: 311',
      '"POST /api/carts HTTP/1.1" status: 201 len: 12',
    ]);
    expect(texts).toEqual(['"GET <*>" status: <*> len: <*>', '"POST <*>" status: <*> len: <*>']);
  });

  it('keeps states in capitals', () => {
    const { ids } = mine(['session 5 moved from NEW to READY', 'session 9 moved from READY to DONE']);
    expect(ids).toEqual([0, 1]);
  });

  it('ends a word at a row of dots', () => {
    const { ids } = mine(['wheel sensor enable........1', 'wheel sensor threshold.....40']);
    expect(ids).toEqual([0, 1]);
  });

  it('has several variables where several words vary at once', () => {
    const names = Array.from({ length: 18 }, (_, index) => String.fromCharCode(97 + index).repeat(3));
    const lines = names.map((name, index) => {
      const colour = `${names[17 - index]}z`;
      return `guest g${name} checked out of room ${colour} early today`;
    });
    expect(mine(lines.slice(0, 15)).texts).toHaveLength(15);
    expect(mine(lines.slice(0, 16)).texts).toEqual(['guest <*> checked out of room <*> early today']);
    expect(mine(lines).texts).toHaveLength(1);
  });
});
