import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import type { Schema } from '#esql/schema.ts';
import { maxBuiltBytes } from '../../../../src/adapters/duckdb/translate/built-size.ts';
import { type Engine, indexOf, startEngine } from './run-query.ts';

const SCHEMA: Schema = new Map([
  ['traces', indexOf({ '@timestamp': 'date', message: 'keyword' })],
  ['logs', indexOf({ '@timestamp': 'date', message: 'keyword', host: 'keyword', took: 'double' })],
]);
const LOGS = `CREATE TABLE logs AS SELECT make_timestamp_ms(i) AS "@timestamp", 'payment ' || i || ' failed after 30 s' AS message,
  'h' || i % 3 AS host, i::DOUBLE AS took FROM range(100) t(i)`;

const TRACES = `CREATE TABLE traces AS SELECT make_timestamp_ms(i) AS "@timestamp", repeat('at Pay (pay.ts:17) 30 ms ', 740) AS message FROM range(100) t(i)`;

const boundOf = (query: string): number | null => maxBuiltBytes(checkQuery(query, { schema: SCHEMA }).plan);
const times = (count: number, command: string): string => Array.from({ length: count }, () => command).join(' | ');

describe('what a query may build', () => {
  test.each([
    'FROM logs | EVAL a = CONCAT(host, ": ", message), b = REPLACE(message, "[0-9]+", "<n>"), c = SPLIT(message, " ") | STATS n = COUNT(*) BY a, b',
    'FROM logs | STATS v = VALUES(message) BY host | SORT host',
    'FROM logs | EVAL u = TO_UPPER(message) | WHERE u LIKE "*FAILED*" | EVAL b = TO_BASE64(u), e = URL_ENCODE(host)',
    'ROW a = REPEAT("ab", 500000) | EVAL l = SPLIT(a, "b") | EVAL n = MV_COUNT(l)',
    'FROM logs | LIMIT 3 | EVAL a = REPEAT("ab", 500000)',
  ])('is not bounded where the plan shows that it stays small: %s', (query) => {
    expect(boundOf(query)).toBeNull();
  });

  test('is less the more calls there are', () => {
    const one = boundOf('FROM logs | EVAL a = REPEAT(message, 1000)') ?? 0;
    expect(one).toBeGreaterThan(50_000);
    const ten = boundOf(`FROM logs | EVAL a = REPEAT(message, 1000) | ${times(9, 'EVAL a = TO_UPPER(a)')}`) ?? 0;
    expect(ten).toBeCloseTo(one / 10, -1);
  });
});

describe('a query that would build more', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine(SCHEMA, [LOGS, TRACES]);
  });
  afterAll(() => engine.close());

  test.each([
    ['REPEAT', 'EVAL x = SPLIT(REPEAT("a,", 300000), ",")', 'MV_COUNT(x)'],
    ['SPACE', 'EVAL x = SPACE(1000000 + TO_INTEGER(took))', 'LENGTH(x)'],
    ['CONCAT', `EVAL x = message | ${times(30, 'EVAL x = CONCAT(x, x)')}`, 'LENGTH(x)'],
    ['REPLACE', `EVAL x = message | ${times(4, `EVAL x = REPLACE(x, ".", "${'y'.repeat(100)}")`)}`, 'LENGTH(x)'],
    ['REPLACE', `EVAL x = message | ${times(30, 'EVAL x = REPLACE(x, "(.*)", "$1$1")')}`, 'LENGTH(x)'],
    ['URL_ENCODE', 'EVAL x = URL_ENCODE(REPEAT(message, 600))', 'LENGTH(x)'],
    ['URL_ENCODE_COMPONENT', 'EVAL x = URL_ENCODE_COMPONENT(REPEAT(message, 600))', 'LENGTH(x)'],
    ['TO_BASE64', `EVAL x = message | ${times(40, 'EVAL x = TO_BASE64(x)')}`, 'LENGTH(x)'],
    ['MV_APPEND', `EVAL x = [1, 2, 3] | ${times(30, 'EVAL x = MV_APPEND(x, x)')}`, 'MV_COUNT(x)'],
    ['MV_APPEND', `EVAL x = MV_APPEND(message, host) | ${times(30, 'EVAL x = MV_APPEND(x, x)')}`, 'MV_COUNT(x)'],
    ['MV_UNION', 'EVAL l = SPLIT(REPEAT(host, 500), "h"), x = MV_UNION(l, l)', 'MV_COUNT(x)'],
    ['SPLIT', 'EVAL x = SPLIT(REPEAT(message, 600), " ")', 'MV_COUNT(x)'],
    ['MV_ZIP', `EVAL l = SPLIT(REPEAT("a ", 500), " ") | EVAL x = MV_ZIP(l, l, "${'-'.repeat(200)}")`, 'MV_COUNT(x)'],
    ['MV_CONCAT', `EVAL l = SPLIT(REPEAT(host, 100), "h") | EVAL x = MV_CONCAT(l, "${'-'.repeat(400)}")`, 'LENGTH(x)'],
  ])('gives null and says why: %s', async (name, commands, size) => {
    const { rows, warnings } = await engine.run(`FROM logs | ${commands} | EVAL n = ${size} | STATS n = MAX(n)`);
    expect(rows).toEqual([[null]]);
    const what = name === 'REPEAT' || name === 'SPACE' ? 'Creating repeated strings with' : 'Creating';
    expect(warnings.join('\n')).toMatch(new RegExp(`${what} more than \\[\\d+\\] bytes.* is not supported`));
    expect(warnings.join('\n')).toContain(`evaluation of [${name}(`);
  });

  test('lets what is masked in the longest messages pass', async () => {
    const masks = ['[0-9]+', '[a-z]+\\\\.ts', 'ms', 'at', 'Pay'].map((mask) => `EVAL x = REPLACE(x, "${mask}", "<#>")`);
    const query = `FROM traces | EVAL x = message | ${masks.join(' | ')}`;
    expect(boundOf(query)).toBeLessThan(20_000);
    const { rows, warnings } = await engine.run(`${query} | STATS x = COUNT(x), n = MIN(LENGTH(x))`);
    expect(rows[0]?.[0]).toBe(100);
    expect(warnings.join('\n')).not.toContain('not supported');
  });

  test('counts what a pattern finds before it gives a row up', async () => {
    const long = `EVAL x = REPEAT(message, 120)`;
    const query = `FROM logs | ${long} | EVAL x = REPLACE(x, "[0-9]+ f", "${'#'.repeat(12)}"), y = REPLACE(x, "no", "${'z'.repeat(40)}")`;
    expect(boundOf(query)).toBeLessThan(50_000);
    const { rows, warnings } = await engine.run(`${query} | STATS x = COUNT(x), y = COUNT(y)`);
    expect(rows).toEqual([[100, 100]]);
    expect(warnings.join('\n')).not.toContain('not supported');
  });
});

test('calls that write what they are given several times do not grow with their nesting', async () => {
  const engine = await startEngine(SCHEMA, [LOGS]);
  const nested = Array.from({ length: 20 }).reduce<string>((text) => `TO_STRING(TO_VERSION(${text}))`, 'message');
  expect((await engine.run(`FROM logs | EVAL x = ${nested} | STATS n = COUNT(x)`)).rows).toEqual([[100]]);
  const nanos = Array.from({ length: 20 }).reduce<string>((text) => `TO_STRING(TO_DATE_NANOS(${text}))`, '@timestamp');
  expect((await engine.run(`FROM logs | EVAL x = ${nanos} | STATS n = COUNT(x)`)).rows).toEqual([[100]]);
  engine.close();
});
