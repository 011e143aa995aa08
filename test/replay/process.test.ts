import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toNdjson, writeInput } from './support.ts';

const ROOT = join(import.meta.dirname, '../..');

const run = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, ['src/replay.ts', ...args], { cwd: ROOT, encoding: 'utf8', input, timeout: 120_000 });

const LINES = toNdjson(
  Array.from({ length: 300 }, (_, index) => ({
    '@timestamp': new Date(Date.parse('2026-11-20T16:00:00Z') + index * 1000).toISOString(),
    'service.name': 'checkout',
    duration_ms: 5,
    status_code: 200,
  })),
);

describe('npm run replay', () => {
  it('prints one JSON object and ends with 0', () => {
    const { status, stdout, stderr } = run(['--logs', '-', '--json', '--step', '1min'], LINES);
    // A slow machine is told how far it is, and nothing else.
    expect(stderr).toMatch(/^(?: {2}(?:reading|checking) .*\n)*$/u);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ticks: 6, anomalies: [], incidents: [], lines: { kept: 300 } });
  }, 120_000);

  it('prints a table for people', () => {
    const { status, stdout } = run(['--logs', writeInput(`no json\n${LINES}`), '--step', '1min']);
    expect(status).toBe(0);
    expect(stdout).toContain(
      '300 lines of 1 service, 6 checks each 60 s from 2026-11-20 16:01:00 to 2026-11-20 16:06:00 UTC',
    );
    expect(stdout).toContain('1 line could not be used:');
    expect(stdout).toContain('shop.ndjson:1: the line is not a JSON object');
    expect(stdout).toContain('No incident would have opened.');
  }, 120_000);

  it.each([
    [
      'a bad flag',
      ['--logs', 'x', '--step', 'often'],
      /^--step: found "often", expected a duration from 10s to 5min\./,
    ],
    ['no file', ['--logs', 'gone.ndjson'], /^gone\.ndjson cannot be read: there is no such file\.\n$/],
    ['a configuration that is not there', ['--logs', '-', '--config', 'gone.yaml'], /gone\.yaml/],
    ['no line at all', ['--logs', '-'], /^There are no lines in standard input\.\n$/],
  ])(
    'ends with 1 and a sentence for %s',
    (_title, args, sentence) => {
      const { status, stdout, stderr } = run(args);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(sentence);
      expect(stderr).not.toContain('    at ');
    },
    120_000,
  );
});
