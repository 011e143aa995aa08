import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerTable, answerTable, type TablePart } from '#adapters/slack/cards/answer/answer-table.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';

const NOW = at('02:18');

const HEAD = ['@timestamp', 'service.name', 'level', 'message', 'trace.id', 'duration_ms', 'host.name'];

const lines = (rows: readonly (readonly (string | number | null)[])[], part?: TablePart): AnswerTable =>
  answerTable(
    {
      columns: HEAD.map((name) => ({
        name,
        type: name === '@timestamp' ? ('date' as const) : name === 'duration_ms' ? ('double' as const) : 'keyword',
      })),
      rows,
      warnings: [],
      isCut: false,
      tookMs: 1,
    },
    [],
    NOW,
    part,
  );

const line = (second: number, message: string, changes: { service?: string; trace?: string; ms?: number } = {}) => [
  `2026-11-21T02:00:${String(second).padStart(2, '0')}.000Z`,
  changes.service ?? 'payment',
  'error',
  message,
  changes.trace ?? null,
  changes.ms ?? null,
  null,
];

describe('log lines', () => {
  it('that say the same one after the other are folded, with how often, between when, and how far apart', () => {
    const table = lines([
      line(9, 'pool empty', { trace: 'a', ms: 7 }),
      line(8, 'pool empty', { trace: 'b', ms: 4 }),
      line(7, 'pool empty', { trace: 'b' }),
      line(6, 'retrying'),
      line(5, 'pool empty', { trace: 'c', ms: 1 }),
    ]);
    expect(table.lines).toEqual([
      '@timestamp UTC',
      '02:00:09  pool empty',
      '  × 3, 02:00:07 to 02:00:09',
      '  duration_ms: 4 to 7',
      '  trace.id: 2 different',
      '02:00:06  retrying',
      '02:00:05  pool empty',
      '  duration_ms: 1',
      '  trace.id: c',
    ]);
    expect(table.common).toEqual([
      { name: 'service.name', value: 'payment' },
      { name: 'level', value: 'error' },
    ]);
    expect(table.shownRows).toBe(5);
    expect(table.entries).toEqual([
      { row: 0, time: '02:00:09' },
      { row: 3, time: '02:00:06' },
      { row: 4, time: '02:00:05' },
    ]);
  });

  it('are paged by rows, and as many folds are shown as there would have been rows', () => {
    const rows = Array.from({ length: 50 }, (_, row) => line(59 - row, `step ${Math.floor(row / 2)}`));
    const first = lines(rows);
    expect(first.shownRows).toBe(20);
    expect(lines(rows, { firstRow: 20, mostRows: 20 }).lines[1]).toBe('02:00:39  step 10');
    expect(lines(rows, { firstRow: 20, mostRows: 20 }).shownRows).toBe(30);
  });

  it('of several services keep them apart', () => {
    const table = lines([line(9, 'pool empty'), line(8, 'pool empty', { service: 'order' })]);
    expect(table.lines).toEqual([
      '@timestamp UTC  service.name',
      '02:00:09        payment',
      '  pool empty',
      '02:00:08        order',
      '  pool empty',
    ]);
    expect(table.common).toEqual([{ name: 'level', value: 'error' }]);
  });

  it('alone has nothing in common', () => {
    expect(lines([line(9, 'pool empty')]).common).toEqual([]);
  });

  it('never shows a time alone with another row’s message, whatever is folded', () => {
    const messages = fc.array(fc.constantFrom('a waiting', 'b waiting'), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(messages, (said) => {
        const table = lines(said.map((message, row) => line(59 - row, message, { trace: `${row}`.padStart(32, '0') })));
        const shown = said.slice(0, table.shownRows);
        const runs = shown.filter((message, row) => row === 0 || message !== shown[row - 1]);
        expect(table.lines.filter((text) => text.startsWith('02:00')).map((text) => text.slice(10))).toEqual(runs);
        expect(table.entries.map(({ row }) => said[row])).toEqual(runs);
      }),
    );
  });
});

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
        const said = table.common.map(({ value }) => value);
        const shown = [...table.lines, ...said].join('').replaceAll(' ', '');
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
