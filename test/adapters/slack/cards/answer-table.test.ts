import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTable } from '#adapters/slack/cards/answer-table.ts';
import { at } from '../../../support/strict-slack/sample-incidents.ts';

const NOW = at('02:18');

describe('the rows of an answer', () => {
  it('show uncut what somebody chose, up to six columns of ordinary width', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), minLength: 1, maxLength: 60 });
    const chosen = fc.subarray(['@timestamp', 'service.name', 'level', 'message', 'trace.id', 'span.name'], {
      minLength: 1,
    });
    const row = fc.array(letters, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(chosen, fc.array(row, { minLength: 1, maxLength: 3 }), fc.boolean(), (names, values, isGrouped) => {
        const rows = values.map((each) => each.slice(0, names.length));
        const columns = names.map((name) => ({ name, type: 'keyword' as const }));
        const table = answerTable(
          { columns, rows, warnings: [], isCut: false, tookMs: 1 },
          isGrouped ? names : [],
          NOW,
        );
        const shown = table.lines.join('').replaceAll(' ', '');
        expect(rows.flat().filter((value) => !shown.includes(value))).toEqual([]);
      }),
    );
  });
});
