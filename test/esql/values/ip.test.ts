import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCidr, parseIp } from '#esql/values/ip.ts';

describe('an address', () => {
  test.each([
    ['10.0.0.1', '00000000000000000000ffff0a000001'],
    ['::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['FE80::cae2:65ff:fece:feb9', 'fe80000000000000cae265fffecefeb9'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
  ])('%s is read', (text, hex) => {
    expect(parseIp(text)).toBe(hex);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    ':1',
    '12345::',
    'x',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
  ])('%j is none', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test('is what Node takes for one, zones apart', () => {
    const part = fc.oneof(
      fc.constantFrom(':', '::', '.', '0', '00', 'ffff', '255', '256', '1.2.3.4', 'g'),
      fc.ipV6(),
      fc.ipV4(),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 10 }).map((parts) => parts.join('')),
        (text) => {
          expect(parseIp(text) !== undefined).toBe(isIP(text) !== 0);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a block of addresses', () => {
  test.each([
    ['10.0.0.0/8', '0a000000', '0affffff'],
    ['192.168.4.5/16', 'c0a80000', 'c0a8ffff'],
    ['1.2.3.4/32', '01020304', '01020304'],
    ['1.2.3.4/0', '00000000', 'ffffffff'],
  ])('%s reaches from its first address to its last', (text, from, to) => {
    expect(parseCidr(text)).toEqual({ from: `00000000000000000000ffff${from}`, to: `00000000000000000000ffff${to}` });
  });

  test('of IPv6 counts all bits', () => {
    expect(parseCidr('fe80::/10')).toEqual({ from: `fe80${'0'.repeat(28)}`, to: `febf${'f'.repeat(28)}` });
  });

  test.each(['1.2.3.4', '1.2.3.4/33', '::/129', 'x/8', '1.2.3.4/', '1.2.3.4/-1'])('%s is none', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});
