import { describe, expect, it } from 'vitest';
import { helpText, parseFlags } from '../../demo/src/flags.ts';

const FAULTS = ['memory-leak', 'connection-pool-exhaustion'];
const problemsOf = (line: string): readonly string[] => {
  const parsed = parseFlags(line === '' ? [] : line.split(' '), FAULTS);
  return parsed.kind === 'invalid' ? parsed.problems : [];
};

describe('the flags of the demo', () => {
  it('all have a default', () => {
    expect(parseFlags([], FAULTS)).toEqual({
      kind: 'run',
      flags: { port: 4480, fault: 'connection-pool-exhaustion', seed: 1, shouldOpen: true, dataDirectory: null },
    });
  });

  it('are read in both forms', () => {
    expect(parseFlags(['--port=80', '--seed', '7', '--fault', 'none', '--data=-d', '--no-open'], FAULTS)).toEqual({
      kind: 'run',
      flags: { port: 80, fault: 'none', seed: 7, shouldOpen: false, dataDirectory: '-d' },
    });
  });

  it.each([
    ['--seed --port', ['--seed: expected a value after it', '--port: expected a value after it']],
    ['--seed --port 80', ['--seed: expected a value after it']],
    ['--port', ['--port: expected a value after it']],
    ['--prot 80 --no-open=1', ['--prot: there is no such flag', '--no-open: takes no value']],
    ['--seed -3 --fault none', ['--seed: expected a value after it']],
    ['-x', ['-x: there is no such flag']],
    ['memory-leak', ['found "memory-leak", expected flags only']],
  ])('are refused in plain words: %s', (line, problems) => {
    expect(problemsOf(line)).toEqual(problems);
  });

  it('list every wrong value at once', () => {
    expect(problemsOf('--port 65535 --seed 1x --fault gremlins --data=')).toEqual([
      '--port: found "65535", expected 1 to 65534',
      '--seed: found "1x", expected a whole number from 0',
      '--fault: found "gremlins", expected one of memory-leak, connection-pool-exhaustion, none',
      '--data: expected a directory',
    ]);
  });

  it('list what cannot be read and what is wrong together', () => {
    expect(problemsOf('--prot 80 --seed --port 0 --fault gremlins now')).toEqual([
      '--prot: there is no such flag',
      '--seed: expected a value after it',
      'found "now", expected flags only',
      '--port: found "0", expected 1 to 65534',
      '--fault: found "gremlins", expected one of memory-leak, connection-pool-exhaustion, none',
    ]);
  });

  it('tell in the help that threads are not kept', () => {
    expect(parseFlags(['-h'], FAULTS)).toEqual({ kind: 'help' });
    expect(helpText()).toContain('threads is not there');
  });
});
