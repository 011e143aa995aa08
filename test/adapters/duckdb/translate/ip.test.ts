import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseIp } from '#esql/values/ip.ts';
import { indexOf, startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(new Map([['hosts', indexOf({ name: 'keyword', address: 'ip' })]]), [
    'CREATE TABLE hosts (name VARCHAR, address VARCHAR)',
    `INSERT INTO hosts VALUES ('a', '10.0.0.10'), ('b', '10.0.0.9'), ('c', 'fe80:0:0:0::1'), ('d', NULL), ('e', '::1')`,
  ]);
});
afterAll(() => engine.close());

describe('an address', () => {
  test.each([
    ['TO_IP("10.0.0.1")', '10.0.0.1'],
    ['TO_STRING(TO_IP("FE80:0:0::0:1"))', 'fe80::1'],
    ['"::ffff:1.2.3.4"::ip', '1.2.3.4'],
    ['"0:0:0:0:0:0:0:0"::ip', '::'],
    ['"1:0:0:2:0:0:0:3"::ip', '1:0:0:2::3'],
    ['"1:0:0:2:3:0:0:4"::ip', '1::2:3:0:0:4'],
    ['"1:0:2:3:4:5:6:0"::ip', '1:0:2:3:4:5:6:0'],
    ['"1:2:3:4:5:6:0:0"::ip', '1:2:3:4:5:6::'],
    ['TO_IP(CONCAT("10.", "0.0.1"))', '10.0.0.1'],
    ['TO_IP(CONCAT("10.", "0.0.256"))', null],
    ['TO_IP(CONCAT("1::2::", "3"))', null],
    ['TO_IP(CONCAT("", ""))', null],
    ['TO_IP(null)', null],
    ['TO_IP("10.0.0.9") < TO_IP("10.0.0.10")', true],
    ['TO_IP("10.0.0.9") == "10.0.0.9"', true],
    ['"10.0.0.9" IN (TO_IP("10.0.0.1"), TO_IP("10.0.0.9"))', true],
    ['TO_IP("10.0.0.9") IN ("10.0.0.1", "::ffff:10.0.0.9")', true],
    ['COALESCE(null, TO_IP("::1"))', '::1'],
    ['CIDR_MATCH(TO_IP("192.168.4.5"), "192.168.0.0/16")', true],
    ['CIDR_MATCH("192.169.4.5", "192.168.0.0/16")', false],
    ['CIDR_MATCH("192.169.4.5", "192.168.0.0/16", "192.169.4.4/31")', true],
    ['CIDR_MATCH("192.168.4.5", CONCAT("192.168.0.0", "/16"))', true],
    ['CIDR_MATCH("192.169.4.5", CONCAT("192.168.0.0", "/16"))', false],
    ['CIDR_MATCH("fe80::5", CONCAT("fe80::", "/10"))', true],
    ['CIDR_MATCH(null, "10.0.0.0/8")', null],
    ['IP_PREFIX("1.2.3.4", 24, 128)', '1.2.3.0'],
    ['IP_PREFIX("1.2.3.4", 0, 128)', '0.0.0.0'],
    ['IP_PREFIX("fe80::cae2:65ff:fece:feb9", 0, 112)', 'fe80::cae2:65ff:fece:0'],
    ['IP_PREFIX("1.2.3.4", 33, 0)', null],
  ] as const)('%s is %j', async (expression, expected) => {
    expect(await engine.value(expression)).toBe(expected);
  });

  test('of an index is read, compared, grouped and given back as people write it', async () => {
    expect((await engine.run('FROM hosts | SORT address DESC NULLS LAST | KEEP address')).rows).toEqual([
      ['fe80::1'],
      ['10.0.0.10'],
      ['10.0.0.9'],
      ['::1'],
      [null],
    ]);
    expect((await engine.run('FROM hosts | WHERE address < "10.0.0.10" | SORT name | KEEP name')).rows).toEqual([
      ['b'],
      ['e'],
    ]);
    expect(
      (
        await engine.run(
          'FROM hosts | STATS n = COUNT(*), most = MAX(address) BY net = CIDR_MATCH(address, "10.0.0.0/8") | SORT net',
        )
      ).rows,
    ).toEqual([
      [2, 'fe80::1', false],
      [2, '10.0.0.10', true],
      [1, null, null],
    ]);
  });

  test('that a text does not tell is null with a warning', async () => {
    const { rows, warnings } = await engine.run('ROW s = CONCAT("x", "y") | EVAL ip = TO_IP(s)');
    expect(rows).toEqual([['xy', null]]);
    expect(warnings).toEqual(
      expect.arrayContaining([
        'Line 1:38: evaluation of [TO_IP(s)] failed, treating result as null. Only first 20 failures recorded.',
        "Line 1:38: java.lang.IllegalArgumentException: 'xy' is not an IP string literal.",
      ]),
    );
  });

  test('is read by DuckDB as it is in literals, and given back as itself', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('1::2::3', '::1.2.3', '1.2.3', ':', '')), {
          minLength: 1,
          maxLength: 20,
        }),
        async (texts) => {
          const fields = texts.map((_, at) => `i${at} = TO_STRING(TO_IP(CONCAT(?t${at}, "")))`).join(', ');
          const parameters = Object.fromEntries(texts.map((text, at) => [`t${at}`, text]));
          const [row = []] = (await engine.run(`ROW ${fields}`, { parameters })).rows;
          expect(row.map((value) => (value === null ? undefined : parseIp(String(value))))).toEqual(texts.map(parseIp));
        },
      ),
      { numRuns: 15 },
    );
  });

  test.each([
    ['ROW a = TO_IP("::1") == "x"', 'Cannot convert string [x] to [IP]'],
    ['ROW a = CIDR_MATCH("::1", "10.0.0")', '[10.0.0] is neither an address nor a block of them like 10.0.0.0/8'],
    ['ROW a = TO_IP(1)', 'argument of [TO_IP(1)] must be [ip or string], found value [1] type [integer]'],
  ])('%s is refused', async (query, message) => {
    await expect(engine.run(query)).rejects.toThrow(message);
  });
});
