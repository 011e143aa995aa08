import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { groupingAccuracy } from '../../bench/patterns/grouping-accuracy.ts';
import { readCsv } from '../../bench/patterns/read-csv.ts';

const run = promisify(execFile);

describe('reading CSV', () => {
  it('takes quotes, commas and line breaks in fields, a byte-order mark and Windows line ends', () => {
    const text = '\ufeffLineId,Content,EventId\r\n1,"a ""b"", c\nd",E1\r\n2,plain,E2\r\n3,"x"y,\r\n';
    expect(readCsv(text)).toEqual([
      { LineId: '1', Content: 'a "b", c\nd', EventId: 'E1' },
      { LineId: '2', Content: 'plain', EventId: 'E2' },
      { LineId: '3', Content: 'xy', EventId: '' },
    ]);
  });

  it('takes a last row without a line end, and an empty last field', () => {
    expect(readCsv('a,b\n1,2')).toEqual([{ a: '1', b: '2' }]);
    expect(readCsv('a,b\n1,')).toEqual([{ a: '1', b: '' }]);
  });
});

describe('grouping accuracy', () => {
  it('counts a line only if its group is exactly the true one', () => {
    expect(groupingAccuracy([1, 1, 2, 2], ['a', 'a', 'b', 'b'])).toBe(1);
    expect(groupingAccuracy([1, 1, 1, 2], ['a', 'a', 'b', 'b'])).toBe(0);
    expect(groupingAccuracy([1, 1, 2, 3], ['a', 'a', 'b', 'b'])).toBe(0.5);
  });
});

describe('npm run bench:patterns', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'patterns-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const write = async (path: string, rows: readonly (readonly [content: string, group: string])[]): Promise<void> => {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    const lines = rows.map(([content, group], index) => `${index},"${content.replaceAll('"', '""')}",${group},x`);
    await writeFile(file, ['LineId,Content,EventId,EventTemplate', ...lines].join('\n'));
  };

  const bench = (...flags: string[]) => run(process.execPath, ['bench/patterns.ts', '--data', folder, ...flags]);

  it('says the accuracy of each system, the mean and the speed, wherever the files lie', async () => {
    await write('Kiln/Kiln_2k.log_structured.csv', [
      ['kiln 5 opened, "hot"', 'E1'],
      ['kiln 77 opened, "hot"', 'E1'],
      ['kiln 5 broken', 'E2'],
    ]);
    await write('Loom_2k.log_structured.csv', [
      ['thread 1 torn', 'E1'],
      ['thread 2 torn', 'E2'],
    ]);
    const { stdout } = await bench('--json');
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ meanGroupingAccuracy: 0.5, systems: { Kiln: 1, Loom: 0 } });
    expect(result['linesPerSecond']).toBeGreaterThan(0);
  }, 60_000);

  it('names a file that it cannot read, measures the others and ends with 1', async () => {
    await write('Loom_2k.log_structured.csv', [['thread 1 torn', 'E1']]);
    await writeFile(join(folder, 'Kiln_2k.log_structured.csv'), 'a,b\n1,2');
    await mkdir(join(folder, 'Oven_2k.log_structured.csv'));
    const failed: unknown = await bench('--json').catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1 });
    const { stdout, stderr } = failed as { readonly stdout: string; readonly stderr: string };
    expect(JSON.parse(stdout)).toMatchObject({ systems: { Loom: 1 } });
    expect(stderr).toContain('Kiln_2k.log_structured.csv has no rows with the columns Content and EventId');
    expect(stderr).toContain('Oven_2k.log_structured.csv cannot be read (EISDIR)');
  }, 60_000);

  it('refuses a flag that it does not have in a sentence', async () => {
    await expect(bench('--jsno')).rejects.toMatchObject({
      code: 2,
      stderr: "Unknown option '--jsno'; there are --data, --json\n",
    });
  });

  it('says what is missing where there is no data', async () => {
    await expect(bench()).rejects.toThrow('No <System>/<System>_2k.log_structured.csv is in');
    await expect(run(process.execPath, ['bench/patterns.ts'])).rejects.toThrow('--data <folder of Loghub-2k>');
  });
});
