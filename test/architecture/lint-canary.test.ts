import { beforeAll, describe, expect, it } from 'vitest';
import { expectedFindings, type Finding, lintCanary } from './run-oxlint-canary.ts';

const TOO_LONG = 'src/kernel/goes-on-and-on.ts';

const rulesIn = (findings: readonly Finding[], file: string): readonly string[] =>
  [...new Set(findings.filter((finding) => finding.file === file).map(({ rule }) => rule))].toSorted();

describe('the linter, on a tree of planted violations', () => {
  let findings: readonly Finding[];
  let expected: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    expected = await expectedFindings();
    const long = Array.from({ length: 401 }, (_, index) => `export const line${index} = ${index};`).join('\n');
    findings = await lintCanary('planted', { [TOO_LONG]: `${long}\n` });
  });

  it('finds in each file what was planted there, and nothing else anywhere', () => {
    const found = Object.fromEntries([...expected.keys()].map((file) => [file, rulesIn(findings, file)]));
    const planted = Object.fromEntries([...expected].map(([file, rules]) => [file, rules.toSorted()]));
    expect(found).toEqual(planted);
  });

  it('refuses a file of more than 400 lines', () => {
    expect(rulesIn(findings, TOO_LONG)).toEqual(['eslint(max-lines)']);
  });

  it('has at least one violation of every boundary that the import table draws', () => {
    const planted = [...expected]
      .filter(([, rules]) => rules.includes('boundaries(dependencies)'))
      .map(([file]) => file);
    const pure = ['kernel', 'statistics', 'log-patterns', 'esql'];
    const rooms = [...pure, 'ports', 'database', 'capabilities', 'adapters', 'config'];
    for (const room of rooms)
      expect(
        planted.some((file) => file.startsWith(`src/${room}/`)),
        room,
      ).toBe(true);
    expect(planted).toEqual(expect.arrayContaining(['src/replay.ts', 'demo/src/imports-an-adapter.ts']));
  });
});

describe('the linter, on a tree of the same shape without violations', () => {
  it('finds nothing', async () => {
    expect(await lintCanary('clean')).toEqual([]);
  });
});
