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
      'data/u.csv': 'A:integer\n5',
      'data/empty.csv': '',
      'data/noise.csv': '\0\u{1F440},,,[\n"""',
      'cases.csv-spec': [
        'good\nFROM t | SORT A;\nA:keyword | a:integer\nx | 1\ny | null\n;',
        'wrongValue\nROW a = 1;\na:integer\n2\n;',
        'wrongLastDigit\nROW a = 9223372036854775807;\na:long\n9223372036854775806\n;',
        'wrongType\nROW a = 1;\na:double\n1\n;',
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
        'ofTwoTypes\nFROM t, u | KEEP A | LIMIT 1;\nA:unsupported\nnull\n;',
        'ofOneType\nFROM t | KEEP A | WHERE A > "z";\nA:unsupported\n;',
        'foreignAndUnsupported\nFROM t | KEEP `where`;\nwhere:unsupported\nnull\n;',
        'joined\nROW a = 1 | LOOKUP JOIN t_lookup ON a;\na:integer | A:keyword\n1 | x\n;',
        'cut off\nROW a = 1;\na:integer',
      ].join('\n\n'),
    }),
  );
  expect(files).toEqual({ 'cases.csv-spec': { passed: 4, failed: 11, unsupported: 9 } });
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
    'ofOneType',
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
    'foreignAndUnsupported',
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

const SHARED = {
  'data/people.csv': 'id:integer,name:keyword,joined:date,note:keyword\n1,Ada,2024-01-01,x\n2,Bob,2024-06-01,y',
  'mapping-people.json': JSON.stringify({
    properties: { id: { type: 'integer' }, name: { type: 'keyword' }, joined: { type: 'date' } },
  }),
  'mapping-strict.json': JSON.stringify({
    dynamic: 'false',
    properties: {
      id: { type: 'integer' },
      who: { properties: { age: { type: 'long', fields: { raw: { type: 'keyword' } } } } },
    },
  }),
};

test('indices that share rows, type fields otherwise, leave them out or have none are told by a manifest', async () => {
  const outcome = await runSuites(
    folderWith({
      ...SHARED,
      'spec_data.yml': [
        'indices:',
        '- {index: people, mapping: mapping-people.json, data: people.csv}',
        '- {index: people_text, mapping: mapping-people.json, data: people.csv, type_mapping: {id: long, name: text}}',
        '- {index: people_bare, mapping: mapping-people.json, data: people.csv, type_mapping: {note: null}}',
        '- {index: strict, mapping: mapping-strict.json, data: people.csv}',
        '- {index: nobody, mapping: mapping-strict.json}',
      ].join('\n'),
      'cases.csv-spec': [
        'own\nFROM people | SORT id | KEEP id, note;\nid:integer | note:keyword\n1 | x\n2 | y\n;',
        'retyped\nFROM people_text | WHERE MATCH(name, "ada") | KEEP id, name;\nid:long | name:text\n1 | Ada\n;',
        'removed\nFROM people_bare | SORT id | LIMIT 1;\nid:integer | joined:date | name:keyword\n1 | 2024-01-01T00:00:00Z | Ada\n;',
        'strict\nFROM strict | SORT id;\nid:integer\n1\n2\n;',
        'empty\nFROM nobody;\nid:integer | who.age:long | who.age.raw:keyword\n;',
        'alias\nFROM people_alias | STATS n = COUNT(*);\nn:long\n2\n;',
      ].join('\n\n'),
    }),
  );
  expect(outcome.failures).toEqual([]);
  expect(outcome.passed).toBe(6);
});

test('or by the loader beside the suites', async () => {
  const folder = folderWith({});
  mkdirSync(join(folder, 'resources', 'data'), { recursive: true });
  mkdirSync(join(folder, 'java/org/elasticsearch/xpack/esql'), { recursive: true });
  writeFileSync(
    join(folder, 'java/org/elasticsearch/xpack/esql/CsvTestsDataLoader.java'),
    [
      'private static final TestDataset PEOPLE = new TestDataset("people", "mapping-people.json", "people.csv").noSubfields();',
      'private static final TestDataset OTHERS = new TestDataset("others");',
      'private static final TestDataset PEOPLE_LONG = PEOPLE.withIndex("people_long")',
      '    .withTypeMapping(Map.of("id", "long", "name", "text"))',
      '    .withSetting("lookup-settings.json");',
      'private static final TestDataset MORE = PEOPLE_LONG.withIndex("more").withData("others.csv");',
    ].join('\n'),
  );
  for (const [name, text] of Object.entries({ ...SHARED, 'data/others.csv': 'id:integer\n7' }))
    writeFileSync(join(folder, 'resources', name), text);
  writeFileSync(
    join(folder, 'resources', 'cases.csv-spec'),
    [
      'long\nFROM people_long | SORT id | LIMIT 1 | KEEP id, name;\nid:long | name:text\n1 | Ada\n;',
      'more\nFROM more;\nid:long\n7\n;',
      'others\nFROM others;\nid:integer\n7\n;',
    ].join('\n\n'),
  );
  expect(await runSuites(join(folder, 'resources'))).toMatchObject({ passed: 3, failed: 0, unsupported: 0 });
});

test('what only Elastic’s runner needs is passed over, a filter by time is kept', async () => {
  const outcome = await runSuites(
    folderWith({
      'data/t.csv': '@timestamp:date,a:integer\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3',
      'cases.csv-spec': [
        'directives\nrequired_capability: join\nrequired_capability_coordinator: x\nrequest_stored: skip\npragma: a = b\nROW a = 1;\ndocuments_found: 3\na:integer\n1\n;',
        'filtered\nrequest_time_filter: 2024-01-02T00:00:00Z, 2024-01-03T00:00:00Z\nFROM t | STATS n = COUNT(*), s = SUM(a);\nn:long | s:long\n2 | 5\n;',
        'any\nROW a = NOW(), b = 7, c = "x";\na:date | b:integer | c:keyword\n{any} | 5..9 | {any}\n;',
        'outOfRange\nROW b = 7.5;\nb:double\n1.0..7.0\n;',
        'dates\nROW d = "2024-01-02T00:00:00Z"::date;\nd:date\n2024-01-01T00:00:00Z..2024-01-03T00:00:00Z\n;',
        'lineBreak\nROW a = "x\\ny";\na:keyword\nx\\ny\n;',
        'wider\nROW a = 1;\na:long\n1\n;',
        'noTimes\nrequest_time_filter: yesterday, today\nFROM t;\na:integer\n;',
      ].join('\n\n'),
    }),
  );
  expect(outcome.failures.map(({ case: title }) => title)).toEqual(['outOfRange', 'noTimes']);
  expect([outcome.passed, outcome.unsupported]).toEqual([6, 0]);
});
