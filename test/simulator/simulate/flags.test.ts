import { describe, expect, it } from 'vitest';
import { helpText } from '../../../demo/src/flags.ts';
import { listFaults } from '../../../simulator/faults.ts';
import { parseSimulateFlags, simulateHelp } from '../../../simulator/simulate/flags.ts';

const URL_FLAG = ['--url', 'http://127.0.0.1:8787'];

describe('the flags of simulate', () => {
  it('need a fault and an address, and have a default for all else', () => {
    const parsed = parseSimulateFlags(['--fault', 'memory-leak', ...URL_FLAG]);
    expect(parsed).toEqual({
      kind: 'run',
      flags: {
        fault: 'memory-leak',
        url: new URL('http://127.0.0.1:8787'),
        target: null,
        seed: 1,
        historyMs: 75 * 60_000,
        faultMs: 8 * 60_000,
        speed: null,
        load: 1,
        token: null,
        indices: { logs: 'app-logs', spans: 'app-spans', metrics: 'app-metrics' },
      },
    });
  });

  it('lists every problem at once, each with what was found and what is expected', () => {
    const parsed = parseSimulateFlags(
      '--fault gremlins --url ftp://x --target kafka --seed 1x --history 3weeks --speed 1 --load 0 --logs-index A*'.split(
        ' ',
      ),
    );
    expect(parsed.kind === 'invalid' ? parsed.problems : []).toEqual([
      expect.stringMatching(/^--fault: found "gremlins", expected one of .*memory-leak.*, none$/),
      '--url: found "ftp://x", expected an address such as http://127.0.0.1:8787',
      '--target: found "kafka", expected sentinel or elasticsearch',
      '--seed: found "1x", expected a whole number from 0',
      '--history: found "3weeks", expected a duration such as 75m or 2h, at most 24h',
      '--speed: found "1", expected more than 1, or history never reaches the present',
      '--load: found "0", expected a number above 0, at most 50',
      '--logs-index: found "A*", expected the name of one index, in lower case',
    ]);
  });

  it.each([
    [[], /^--fault: missing/],
    [['--fault', 'none', '--url', 'http://me:secret@127.0.0.1:9200'], /without a password in it/],
    [['--fault', 'none', ...URL_FLAG, '--history', '25h'], /at most 24h/],
    [['--frobnicate'], /frobnicate/],
  ])('refuses %j', (args, problem) => {
    const parsed = parseSimulateFlags(args);
    expect(parsed.kind).toBe('invalid');
    expect(parsed.kind === 'invalid' ? parsed.problems.join('\n') : '').toMatch(problem);
  });

  it('names every fault in the help, as the demo does', () => {
    for (const { name, sentence } of listFaults()) {
      for (const help of [simulateHelp(), helpText()]) {
        expect(help).toContain(name);
        expect(help).toContain(sentence);
      }
    }
  });
});
