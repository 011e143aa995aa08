import { expect, it } from 'vitest';
import { MINUTE_MS } from '#kernel/duration.ts';
import { readFlags } from '#replay/read-flags.ts';

const flagsOf = (...args: string[]) => {
  const read = readFlags(args);
  return read.kind === 'run' ? read.flags : read;
};

it('asks for nothing but a log file', () => {
  expect(flagsOf('--logs', 'a.ndjson')).toEqual({
    logs: ['a.ndjson'],
    spans: [],
    config: undefined,
    stepMs: null,
    from: null,
    to: null,
    resolveAfterMs: undefined,
    isJson: false,
  });
});

it('takes several files, times with and without a zone, and durations', () => {
  const args = ['--logs', 'a', '--logs', '-', '--spans', 's', '--step', '1min', '--json', '--resolve-after', 'never'];
  expect(flagsOf(...args, '--from', '2026-11-20T16:00+01:00', '--to', '2026-11-21')).toMatchObject({
    logs: ['a', '-'],
    spans: ['s'],
    stepMs: MINUTE_MS,
    from: new Date('2026-11-20T15:00:00Z'),
    to: new Date('2026-11-21T00:00:00Z'),
    resolveAfterMs: null,
    isJson: true,
  });
});

it.each([
  [[], 'Name a log file'],
  [['--logs', '-', '--spans', '-'], 'Standard input can be read once'],
  [['--logs', 'a', '--step', 'often'], '--step: found "often"'],
  [['--logs', 'a', '--step', '1s'], 'expected a duration from 10s to 5min'],
  [['--logs', 'a', '--from', '2026-02-30'], '--from: found "2026-02-30"'],
  [['--logs', 'a', '--to', 'noon'], '--to: found "noon"'],
  [['--logs', 'a', '--from', '2026-11-21', '--to', '2026-11-20'], '--from must be before --to'],
  [['--logs', 'a', '--resolve-after', 'soon'], '--resolve-after: found "soon"'],
  [['--log', 'a'], "Unknown option '--log'"],
])('refuses %j in a sentence', (args, sentence) => {
  expect(readFlags(args)).toEqual({ kind: 'invalid', problem: expect.stringContaining(sentence) });
});
