import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerTable, answerTable, type TablePart } from '#adapters/slack/cards/answer/answer-table.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';

const NOW = at('02:18');

const HEAD = ['@timestamp', 'service.name', 'level', 'message', 'trace.id', 'duration_ms', 'host.name'];

const lines = (rows: readonly (readonly (string | number | null)[])[], part?: TablePart, isCut = false): AnswerTable =>
  answerTable(
    {
      columns: HEAD.map((name) => ({
        name,
        type: name === '@timestamp' ? ('date' as const) : name === 'duration_ms' ? ('double' as const) : 'keyword',
      })),
      rows,
      warnings: [],
      isCut,
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
  it('that say the same are folded, with how often, between when, and how far apart', () => {
    const table = lines([
      line(9, 'pool empty', { trace: 'a', ms: 7 }),
      line(8, 'pool empty', { trace: 'b', ms: 4 }),
      line(7, 'retrying'),
      line(6, 'pool empty', { trace: 'b' }),
    ]);
    expect(table.lines).toEqual([
      'time UTC',
      '02:00:09  pool empty',
      '  × 3, 02:00:06 to 02:00:09',
      '  duration_ms: 4 to 7',
      '  trace.id: 2 different',
      '02:00:07  retrying',
    ]);
    expect(table.common).toEqual([
      { name: 'service.name', value: 'payment' },
      { name: 'level', value: 'error' },
    ]);
    expect(table.shownRows).toBe(4);
    expect(table.entries).toEqual([
      { row: 0, time: '02:00:09' },
      { row: 2, time: '02:00:07' },
    ]);
  });

  it('that differ only in values are folded as alike, the newest as it stands', () => {
    const table = lines([
      line(9, 'timed out (waiting=30) for "ann" of 0af3-11'),
      line(8, 'pool empty'),
      line(7, "timed out (waiting=28) for 'bob' of 77be-02"),
      line(6, 'pool empty'),
      line(5, 'timed out (waiting=29) for "" of 9'),
    ]);
    expect(table.lines).toEqual([
      'time UTC',
      '02:00:09  timed out (waiting=30) for',
      '  "ann" of 0af3-11',
      '  × 3 alike, 02:00:05 to 02:00:09',
      '02:00:08  pool empty',
      '  × 2, 02:00:06 to 02:00:08',
    ]);
  });

  it('of other statuses are never folded as alike', () => {
    const failed = (second: number, upstream: number) =>
      line(second, `POST /checkout 502: order-service failed: it answered ${upstream}`);
    expect(lines([failed(9, 500), failed(8, 502), failed(7, 502)]).lines).toEqual([
      'time UTC',
      '02:00:09  POST /checkout 502:',
      '  order-service failed: it answered',
      '  500',
      '02:00:08  POST /checkout 502:',
      '  order-service failed: it answered',
      '  502',
      '  × 2, 02:00:07 to 02:00:08',
    ]);
  });

  it('that are ranked by a number are never folded', () => {
    const rows = [line(9, 'took 7 s', { ms: 7 }), line(8, 'took 7 s', { ms: 6 }), line(7, 'took 7 s', { ms: 5 })];
    const asked = { sortedBy: ['duration_ms'], filteredBy: [], kept: [] };
    expect(lines(rows, { firstRow: 0, mostRows: 10, asked }).lines).toEqual([
      'time UTC  duration_ms',
      '02:00:09            7',
      '  took 7 s',
      '02:00:08            6',
      '  took 7 s',
      '02:00:07            5',
      '  took 7 s',
    ]);
  });

  it('of which a few were asked for are never folded', () => {
    const rows = [line(9, 'pool empty'), line(8, 'pool empty')];
    expect(lines(rows, undefined, true).lines).toEqual(['time UTC', '02:00:09  pool empty', '02:00:08  pool empty']);
    expect(lines(rows).lines).toHaveLength(3);
  });

  it('in the order of a text are folded one after the other, and only if they are equal', () => {
    const rows = [line(9, 'took 7 s'), line(8, 'took 7 s'), line(7, 'took 6 s'), line(6, 'took 7 s')];
    const asked = { sortedBy: ['service.name'], filteredBy: [], kept: [] };
    expect(lines(rows, { firstRow: 0, mostRows: 10, asked }).entries.map(({ row }) => row)).toEqual([0, 2, 3]);
  });

  it('tell in their first line what the query sorts or filters by, before the level', () => {
    const rows = [
      ['2026-11-21T02:00:09.000Z', 'payment', 'error', 'charge', 'a', 4980, 'h1'],
      ['2026-11-21T02:00:08.000Z', 'payment', 'info', 'charge', 'b', 2100, 'h2'],
    ];
    const asked = { sortedBy: ['duration_ms'], filteredBy: ['duration_ms', 'service.name'], kept: [] };
    expect(lines(rows, { firstRow: 0, mostRows: 10, asked }).lines.slice(0, 3)).toEqual([
      'time UTC  duration_ms  level',
      '02:00:09        4,980  error',
      '  charge',
    ]);
  });

  it('say how far they are apart also in what there is no room for', () => {
    const rows = Array.from({ length: 60 }, (_, row) =>
      line(59 - row, `step ${'abcdefghij'[row % 10] ?? ''} ${'x'.repeat(60)}`, { trace: `t${row}`, ms: row }),
    );
    const { lines: shown } = lines(rows);
    expect(shown.slice(0, 5)).toEqual([
      'time UTC',
      '02:00:59  step a xxxxxxxxxxxxxxxxxxx',
      `  ${'x'.repeat(34)}`,
      '  xx xxxxx',
      '  × 6, 02:00:09 to 02:00:59,',
    ]);
    expect(shown.slice(5, 7)).toEqual(['  duration_ms 0 to 50, trace.id 6', '  different']);
  });

  it('name what was kept or asked for and has no value', () => {
    const asked = { sortedBy: ['duration_ms'], filteredBy: [], kept: ['host.name'] };
    const rows = [line(9, 'a'), line(8, 'b')];
    expect(lines(rows, { firstRow: 0, mostRows: 10, asked }).empty).toEqual(['duration_ms', 'host.name']);
    expect(lines(rows).empty).toEqual([]);
  });

  it('are paged by rows, and as many folds are shown as there would have been rows', () => {
    const letters = 'abcdefghijklmnopqrstuvwxy'.split('');
    const rows = letters.flatMap((letter, index) => [
      line(59 - 2 * index, `step ${letter}`),
      line(58 - 2 * index, `step ${letter}`),
    ]);
    const first = lines(rows);
    expect(first.shownRows).toBe(20);
    expect(lines(rows, { firstRow: 20, mostRows: 20 }).lines[1]).toBe('02:00:39  step k');
    expect(lines(rows, { firstRow: 20, mostRows: 20 }).shownRows).toBe(30);
  });

  it('of several services keep them apart', () => {
    const table = lines([line(9, 'pool empty'), line(8, 'pool empty', { service: 'order' })]);
    expect(table.lines).toEqual([
      'time UTC  service.name',
      '02:00:09  payment',
      '  pool empty',
      '02:00:08  order',
      '  pool empty',
    ]);
    expect(table.common).toEqual([{ name: 'level', value: 'error' }]);
  });

  it('alone has nothing in common', () => {
    expect(lines([line(9, 'pool empty')]).common).toEqual([]);
  });

  it('stand for all rows up to the next page, and for none after it, whatever is folded', () => {
    const said = fc.record({
      kind: fc.constantFrom(...'abcdefghijklmno'.split('')),
      value: fc.nat(3),
      isLong: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(said, { minLength: 2, maxLength: 60 }), (all) => {
        const message = ({ kind, value, isLong }: (typeof all)[number]): string =>
          `${kind} waiting ${value}${isLong ? ` ${'y'.repeat(90)}` : ''}`;
        const kindOf = (one: (typeof all)[number]): string => message({ ...one, value: 0 });
        const table = lines(all.map((one, row) => line(59 - row, message(one), { trace: `${row}`.padStart(32, '0') })));
        const shown = all.slice(0, table.shownRows);
        const kinds = [...new Set(shown.map(kindOf))];
        expect(table.entries.map(({ row }) => kindOf(all[row]!))).toEqual(kinds);
        const text = table.lines.join('\n');
        const counted = [...text.matchAll(/× (\d+)/gu)].map(([, count]) => Number(count));
        const folded = [...Map.groupBy(shown, kindOf).values()].map(({ length }) => length);
        expect(counted).toEqual(folded.filter((count) => count > 1));
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

  it('are headed by whole parts of names that have no room, and by the name of a time that is taken', () => {
    const names = (...columns: readonly string[]) =>
      answerTable(
        {
          columns: columns.map((name) => ({ name, type: name === '@timestamp' ? 'date' : 'keyword' })),
          rows: [columns.map((name) => (name === '@timestamp' ? '2026-11-21T02:00:00.000Z' : 'x'.repeat(8)))],
          warnings: [],
          isCut: false,
          tookMs: 1,
        },
        columns,
        NOW,
      ).lines[0];
    expect(names('duration_of_all_calls', 'http.route', 'longest')).toBe('duration_of›    http.route  longest');
    expect(names('abcdefghijklmnop', 'http.route', 'longest')).toBe('abcdefghijklm›  http.route  longest');
    expect(names('@timestamp', 'time')).toBe('@timestamp UTC  time');
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
