import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLookup } from '../../../src/app/lookups/parse-lookup.ts';

const FILE = './owners.csv';

const parse = (text: string) => parseLookup('owners', FILE, text);

const tableOf = (text: string) => {
  const outcome = parse(text);
  return outcome.kind === 'ok' ? outcome.table : outcome.problems;
};

const problemsOf = (text: string) => {
  const outcome = parse(text);
  return outcome.kind === 'ok' ? [] : outcome.problems;
};

describe('a CSV as a lookup table', () => {
  it('takes the types of its header, keyword where there is none', () => {
    expect(
      tableOf('service.name, team:keyword, tier:int, on:bool\ncheckout, Shop, 1, TRUE\npayment, Money,,\n'),
    ).toEqual({
      name: 'owners',
      columns: [
        { name: 'service.name', type: 'keyword' },
        { name: 'team', type: 'keyword' },
        { name: 'tier', type: 'integer' },
        { name: 'on', type: 'boolean' },
      ],
      rows: [
        ['checkout', 'Shop', '1', 'true'],
        ['payment', 'Money', null, null],
      ],
    });
  });

  it('reads quotes, every line end, and passes lines without values', () => {
    expect(tableOf('a,b\r\n"x, y","say ""hi""\nthere"\r\n\r\n,\r\n" z ",2\n')).toMatchObject({
      rows: [
        ['x, y', 'say "hi"\nthere'],
        [' z ', '2'],
      ],
    });
    expect(tableOf('a,b\r1,2\r3,4')).toMatchObject({
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
    });
  });

  it.each([
    ['\n', 4],
    ['\r\n', 4],
  ])('tells a line by its number behind cells of several lines, which end in %j', (end, line) => {
    const text = ['a,b:integer', '"x', 'y",1', 'z,gold'].join(end);
    expect(problemsOf(text)).toMatchObject([{ key: `${FILE}:${line}, b` }]);
  });

  it('may have no rows', () => {
    expect(tableOf('service.name,team')).toMatchObject({ rows: [] });
  });

  it.each([
    ['integer', '-2147483648', '-2147483648', '2147483648', 'a whole number of 32 bits'],
    ['long', '+9223372036854775807', '9223372036854775807', '1.5', 'a whole number of 64 bits'],
    ['unsigned_long', '18446744073709551615', '18446744073709551615', '-1', 'a whole number from 0, of 64 bits'],
    ['double', '1.50e3', '1500', '1e999', 'a number'],
    ['boolean', 'False', 'false', 'yes', 'true or false'],
    ['date', '2026-11-20', '2026-11-20T00:00:00.000Z', '20.11.2026', 'a date such as'],
    [
      'date_nanos',
      '2026-11-20T10:00:00.123456789Z',
      '2026-11-20T10:00:00.123456789Z',
      '1960-01-01',
      'a date from 1970',
    ],
    ['ip', '10.0.0.1', '10.0.0.1', '10.0.0.256', 'an address'],
    ['version', '1.2.3', '1.2.3', 'x'.repeat(8193), 'at most 8192 characters'],
    ['text', 'a b', 'a b', 'x'.repeat(8193), 'at most 8192 characters'],
  ])('reads the values of %s and refuses others by line and column', (type, good, read, bad, expected) => {
    expect(tableOf(`name,value:${type}\na,${good}\n`)).toMatchObject({ rows: [['a', read]] });
    const [problem, ...others] = problemsOf(`name,value:${type}\na,${good}\n\nb,${bad}\n`);
    expect(problem?.key).toBe('./owners.csv:4, value');
    expect(problem?.expected).toContain(expected);
    expect(others).toEqual([]);
  });

  it('lists every problem, with the line that a row begins in', () => {
    expect(problemsOf('name,tier:integer\n"a\nb",1\n"c\nd",x\ne\nf,y\n')).toEqual([
      { key: './owners.csv:4, tier', found: '"x"', expected: 'a whole number of 32 bits' },
      { key: './owners.csv:6', found: '1 value', expected: '2, as many as the header has' },
      { key: './owners.csv:7, tier', found: '"y"', expected: 'a whole number of 32 bits' },
    ]);
  });

  it('stops at ten problems and says so', () => {
    const problems = problemsOf(`tier:integer\n${'x\n'.repeat(1000)}`);
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)).toMatchObject({ key: FILE, expected: 'fewer; the rest was not read' });
  });

  it.each([
    ['', FILE, 'no line'],
    ['name,tier:number\n', './owners.csv:1, column 2', '"tier:number"'],
    ['name,tier:constructor\n', './owners.csv:1, column 2', '"tier:constructor"'],
    ['name,x:null\n', './owners.csv:1, column 2', '"x:null"'],
    ['name,\n', './owners.csv:1, column 2', '""'],
    ['na*me\n', './owners.csv:1, column 1', '"na*me"'],
    ['team,Team:text\n', './owners.csv:1, column 2', '"Team:text"'],
    ['a,b\n1,"x\n', './owners.csv:2', 'a quote that is not closed'],
    ['a,b\n1,"x"y\n', './owners.csv:2', 'more behind a closing quote'],
    ['a,b\n1,x"y\n', './owners.csv:2', 'a quote within a cell'],
    [`${Array.from({ length: 65 }, (_, at) => `f${at}`).join(',')}\n`, './owners.csv:1', '65 columns'],
  ])('refuses %j', (text, key, found) => {
    expect(problemsOf(text)).toEqual([{ key, found, expected: expect.any(String) as string }]);
  });

  it('takes 100,000 rows and refuses more', () => {
    expect(problemsOf(`a\n${'x\n'.repeat(100_000)}`)).toEqual([]);
    expect(problemsOf(`a\n${'x\n'.repeat(100_001)}`)).toEqual([
      { key: FILE, found: 'over 100000 rows', expected: 'at most so many' },
    ]);
  });

  it('shows no secret that stands in a file named by mistake', () => {
    expect(JSON.stringify(problemsOf('SLACK_BOT_TOKEN=xoxb-1-hidden\n'))).not.toContain('hidden');
  });

  it('answers whatever a file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ', ':', '\0', 'é') }), (text) => {
        const outcome = parse(`a,b:integer\n${text}`);
        if (outcome.kind === 'invalid') expect(outcome.problems.length).toBeGreaterThan(0);
        else for (const row of outcome.table.rows) expect(row).toHaveLength(2);
      }),
    );
  });
});
