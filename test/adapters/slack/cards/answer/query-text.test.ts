import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryLines } from '#adapters/slack/cards/answer/query-text.ts';

const TRACE = '"4bf92f3577b34da6a3ce929d0e0e4736"';

describe('a query on a phone', () => {
  it('keeps a literal whole', () => {
    expect(queryLines(`FROM logs | WHERE trace.id == ${TRACE}`)).toEqual(['FROM logs', '| WHERE trace.id ==', TRACE]);
    const long = `"*${'long '.repeat(12)}*"`;
    expect(queryLines(`FROM logs | WHERE (TO_LOWER(message) LIKE ${long})`)).toContain(`    ${long}`);
  });

  it('can be copied from there, whatever its literals are', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '|', '(', '\\"', '…'), maxLength: 80 }), (text) => {
        const literal = `"${text.replace(/ +/gu, ' ')}"`;
        expect(queryLines(`FROM logs | WHERE message == ${literal}`).join('\n')).toContain(literal);
      }),
    );
  });
});
