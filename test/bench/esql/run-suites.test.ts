import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { runSuites } from '../../../bench/esql/run-suites.ts';

const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sentinel-suites-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'data'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

test('bad cases and bad data end neither the run nor the good ones beside them', async () => {
  const { files, failures, unsupportedCases } = await runSuites(
    folderWith({
      'data/t.csv': 'a:integer,A:keyword,where:geo_point\n1,x,POINT(1 1)\nnonsense,y,',
      'data/shapes.csv': 'where:geo_point\nPOINT(1 1)',
      'data/empty.csv': '',
      'data/noise.csv': '\0\u{1F440},,,[\n"""',
      'cases.csv-spec': [
        'good\nFROM t | SORT A;\nA:keyword | a:integer\nx | 1\ny | null\n;',
        'wrongValue\nROW a = 1;\na:integer\n2\n;',
        'wrongLastDigit\nROW a = 9223372036854775807;\na:long\n9223372036854775806\n;',
        'wrongType\nROW a = 1;\na:long\n1\n;',
        'wrongOrder\nROW a = [2, 1];\na:integer\n[1, 2]\n;',
        'missingWarning\nROW a = 1;\nwarning:Line 1:1: none\na:integer\n1\n;',
        'extraWarning\nROW a = 1 / 0;\na:integer\nnull\n;',
        'refused\nROW a = (;\na:integer\n1\n;',
        'acceptedAgainstExpectation\nROW a = 1;\nerror:nothing\n;',
        'anotherError\nROW a = b;\nerror:Unknown index\n;',
        'foreignCommand\nFROM t | ENRICH x;\na:integer\n1\n;',
        'foreignType\nROW a = 1;\na:geo_point\n1\n;',
        'foreignColumn\nFROM t | KEEP `where`;\na:integer\n1\n;',
        'foreignTable\nFROM shapes;\na:integer\n;',
        'unknownIndex\nFROM elsewhere | LIMIT 1;\na:integer\n;',
        'unknownFunction\nROW a = ABZ(1);\na:integer\n1\n;',
        'limitWarning\nFROM t | KEEP A | SORT A | LIMIT 20000;\nwarningRegex:LIMIT 20000 was cut.*\nA:keyword\nx\ny\n;',
        'noSuchData\nFROM elsewhere;\na:integer\n;',
        'muted-Ignore\nROW a = 1;\na:integer\n2\n;',
        'joined\nROW a = 1 | LOOKUP JOIN t_lookup ON a;\na:integer | A:keyword\n1 | x\n;',
        'cut off\nROW a = 1;\na:integer',
      ].join('\n\n'),
    }),
  );
  expect(files).toEqual({ 'cases.csv-spec': { passed: 3, failed: 10, unsupported: 8 } });
  expect(failures.map(({ case: title }) => title)).toEqual([
    'wrongValue',
    'wrongLastDigit',
    'wrongType',
    'wrongOrder',
    'missingWarning',
    'extraWarning',
    'refused',
    'acceptedAgainstExpectation',
    'anotherError',
    'cut off',
  ]);
  expect(failures[0]?.reason).toBe('row 1: expected ["2"], got [1]');
  expect(unsupportedCases.map(({ case: title }) => title)).toEqual([
    'foreignCommand',
    'foreignType',
    'foreignColumn',
    'foreignTable',
    'unknownIndex',
    'unknownFunction',
    'noSuchData',
    'muted-Ignore',
  ]);
});

test('a suite reads the tables of the nearest folder above it that has any', async () => {
  const folder = folderWith({ 'data/t.csv': 'a:integer\n1' });
  mkdirSync(join(folder, 'deep', 'deeper'), { recursive: true });
  writeFileSync(join(folder, 'deep', 'deeper', 'c.csv-spec'), 'one\nFROM t | KEEP a;\na:integer\n1\n;');
  expect(await runSuites(folder)).toMatchObject({ passed: 1, failed: 0, unsupported: 0 });
});

const run = promisify(execFile);

test('what is asked for wrongly is told in a sentence, with the exit code 2', async () => {
  const empty = folderWith({});
  for (const [flags, sentence] of [
    [['--spec', join(empty, 'nowhere')], `There is no directory ${join(empty, 'nowhere')}\n`],
    [['--spec', empty], `No *.csv-spec is below ${empty}\n`],
    [['--spce', empty], "Unknown option '--spce'; there are --spec, --json, --failures, --unsupported\n"],
    [[], 'Name the directory of the suites: npm run bench:esql -- --spec <directory>\n'],
  ] as const)
    await expect(run(process.execPath, ['bench/esql.ts', ...flags])).rejects.toMatchObject({
      code: 2,
      stderr: sentence,
    });
});
