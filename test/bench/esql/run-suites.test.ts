import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
        'noSuchData\nFROM elsewhere;\na:integer\n;',
        'muted-Ignore\nROW a = 1;\na:integer\n2\n;',
        'joined\nROW a = 1 | LOOKUP JOIN t_lookup ON a;\na:integer | A:keyword\n1 | x\n;',
        'cut off\nROW a = 1;\na:integer',
      ].join('\n\n'),
    }),
  );
  expect(files).toEqual({ 'cases.csv-spec': { passed: 2, failed: 10, unsupported: 5 } });
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
    'noSuchData',
    'muted-Ignore',
  ]);
});
