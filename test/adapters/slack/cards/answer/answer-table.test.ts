import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTable } from '#adapters/slack/cards/answer/answer-table.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';

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

  it('tell of times as much as is needed to tell them apart, and from those of today', () => {
    const shown = (...times: readonly string[]) =>
      answerTable(
        {
          columns: [
            { name: 'bucket', type: 'date' },
            { name: 'n', type: 'long' },
          ],
          rows: times.map((time) => [time, 7]),
          warnings: [],
          isCut: false,
          tookMs: 1,
        },
        [],
        NOW,
      ).lines.slice(1);
    const day = (text: string) => `${text}T00:00:00.000Z`;
    const hour = (text: string) => `2026-11-21T${text}:00:00.000Z`;
    expect(shown(hour('00'), hour('01'), hour('02')), 'hours of today').toEqual([
      '7  00:00:00',
      '7  01:00:00',
      '7  02:00:00',
    ]);
    expect(shown('2026-11-20T23:00:00.000Z', hour('00')), 'hours across midnight').toEqual([
      '7  11-20 23:00:00',
      '7  11-21 00:00:00',
    ]);
    expect(shown('2026-11-20T22:00:00.000Z', '2026-11-20T23:00:00.000Z'), 'hours of yesterday').toEqual([
      '7  11-20 22:00:00',
      '7  11-20 23:00:00',
    ]);
    expect(shown(day('2026-11-20'), day('2026-11-21')), 'days').toEqual(['7  11-20', '7  11-21']);
    expect(shown(day('2026-11-21')), 'a day or an hour').toEqual(['7  11-21 00:00:00']);
    expect(shown(day('2025-12-01'), day('2026-01-01')), 'months').toEqual(['7  2025-12-01', '7  2026-01-01']);
  });

  it('tell times in a list and leave what is no time as it is', () => {
    const columns = [{ name: 'seen', type: 'date' as const }];
    const rows = [[['2026-11-21T02:00:00.000Z', '2026-11-20T01:00:00.000Z']], [null], ['soon']];
    expect(answerTable({ columns, rows, warnings: [], isCut: false, tookMs: 1 }, [], NOW).lines.slice(1)).toEqual([
      '[11-21 02:00:00, 11-20 01:00:00]',
      '–',
      'soon',
    ]);
  });
});
