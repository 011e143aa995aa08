import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTraceId } from '#capabilities/traces/trace-id.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('a pasted trace id', () => {
  it.each([
    ID,
    `\`${ID}\``,
    `“${ID}”`.replaceAll(/[“”]/gu, '"'),
    `trace.id: ${ID}`,
    `"trace.id": "${ID}",`,
    `trace_id=${ID}`,
    `traceparent: 00-${ID}-00f067aa0ba902b7-01`,
    `00-${ID}-00f067aa0ba902b7-01`,
    '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
  ])('is read as it is meant: %s', (pasted) => {
    expect(readTraceId(pasted)).toEqual({ kind: 'id', traceId: ID, asTyped: null });
  });

  it.each([ID.toUpperCase(), 'E716F8', 'e716F8'])('is of small digits, and as it was typed: %s', (pasted) => {
    expect(readTraceId(pasted)).toEqual({ kind: 'id', traceId: pasted.toLowerCase(), asTyped: pasted });
  });

  it.each(['1-5759e988-bd862e3fe1be46a994272793', '8448736592735662', 'Aa/+0==', '4bf92f'])(
    'of another system, or a part of one, is taken as it is: %s',
    (pasted) => {
      expect(readTraceId(pasted)).toEqual({ kind: 'id', traceId: pasted, asTyped: null });
    },
  );

  it.each([
    ['', 'empty'],
    ['trace.id:', 'empty'],
    ['0'.repeat(32), 'zero'],
    ['x'.repeat(129), 'too-long'],
    ['two words', 'characters'],
    ['" | DROP message', 'characters'],
    ['<!channel>', 'characters'],
  ])('is refused where it is none: %s', (pasted, why) => {
    expect(readTraceId(pasted)).toEqual({ kind: 'malformed', why });
  });

  it('never throws, and gives nothing that could be more than a word', () => {
    fc.assert(
      fc.property(fc.string(), (pasted) => {
        const read = readTraceId(pasted);
        expect(read.kind === 'malformed' || /^\S{1,128}$/u.test(read.traceId)).toBe(true);
      }),
    );
  });
});
