import { describe, expect, it } from 'vitest';
import { chartAnswer, type ColumnRoles } from '#capabilities/log-query/index.ts';
import type { FieldType } from '#esql/schema.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';

const columns = (...named: readonly (readonly [string, FieldType])[]): QueryAnswer['columns'] =>
  named.map(([name, type]) => ({ name, type }));
const at = (minute: number): string => `2026-11-21T02:0${minute}:00.000Z`;

const NO_ROLES: ColumnRoles = { growing: [], computed: [], sortedBy: [], filteredBy: [], kept: [], changes: [] };
const ALL = { from: null, to: new Date('2026-11-21T03:00:00Z') };
const shaped = (
  answer: Pick<QueryAnswer, 'columns' | 'rows'>,
  keys: readonly string[],
  changes: {
    readonly counts?: readonly string[];
    readonly roles?: ColumnRoles;
    readonly searchedTime?: typeof ALL | { from: Date; to: Date };
  } = {},
) => ({ answer, keys, counts: [], roles: NO_ROLES, searchedTime: ALL, readsTelemetry: true, ...changes });

describe('what is drawn of an answer', () => {
  it('is a line over time, one for each other key, the largest first', () => {
    const chart = chartAnswer(
      shaped(
        {
          columns: columns(['n', 'long'], ['time', 'date'], ['service.name', 'keyword']),
          rows: [
            [1, at(1), 'small'],
            [5, at(1), 'large'],
            [7, at(0), 'large'],
            ...['c', 'd', 'e'].map((name) => [0, at(0), name]),
          ],
        },
        ['time', 'service.name'],
      ),
    );
    expect(chart).toMatchObject({ kind: 'lines', measure: 'n', by: 'service.name', rest: 1 });
    expect(chart?.kind === 'lines' && chart.series.map(({ name }) => name)).toEqual(['large', 'small', 'c', 'd']);
    expect(chart?.kind === 'lines' && chart.series[0]?.points.map(({ value }) => value)).toEqual([7, 5]);
  });

  it('is drawn of unsigned numbers and of times with nanoseconds too', () => {
    const typed = columns(['n', 'unsigned_long'], ['time', 'date_nanos']);
    const rows = [
      [1, '2026-11-21T02:00:00.123456789Z'],
      [5, '2026-11-21T02:01:00.123456789Z'],
    ];
    expect(chartAnswer(shaped({ columns: typed, rows }, ['time']))).toMatchObject({ kind: 'lines', measure: 'n' });
  });

  it('is a bar for each group, in the order of the answer', () => {
    const rows = Array.from({ length: 15 }, (_, index) => [15 - index, index === 1 ? null : `s${index}`]);
    const chart = chartAnswer(
      shaped({ columns: columns(['n', 'long'], ['service.name', 'keyword']), rows }, ['service.name']),
    );
    expect(chart).toMatchObject({ kind: 'bars', by: 'service.name', rest: 3 });
    expect(chart?.kind === 'bars' && chart.bars.slice(0, 2)).toEqual([
      { name: 's0', value: 15 },
      { name: 'none', value: 14 },
    ]);
  });

  it('is nothing where there is no number for each time or group', () => {
    const logs = { columns: columns(['@timestamp', 'date'], ['message', 'keyword']), rows: [[at(0), 'x']] };
    expect(chartAnswer(shaped(logs, []))).toBeNull();
    expect(chartAnswer(shaped({ columns: columns(['n', 'long']), rows: [[5]] }, []))).toBeNull();
    expect(chartAnswer(shaped({ columns: columns(['s', 'keyword']), rows: [['a'], ['b']] }, ['s']))).toBeNull();
    expect(
      chartAnswer(shaped({ columns: columns(['n', 'long'], ['s', 'keyword']), rows: [[1, 'a']] }, ['s'])),
    ).toBeNull();
  });

  const perMinute = (rows: QueryAnswer['rows']) => ({ columns: columns(['n', 'long'], ['time', 'date']), rows });
  const GROWING = { ...NO_ROLES, growing: ['n'] };
  const drawn = (chart: ReturnType<typeof chartAnswer>) =>
    chart?.kind === 'lines'
      ? chart.series[0]?.points.map((point) => [point.at.toISOString().slice(14, 19), point.value])
      : null;

  it('leaves out the buckets that the searched time cuts, of what grows with the rows', () => {
    const rows = [0, 1, 2, 3].map((minute) => [10, at(minute)]);
    const searchedTime = { from: new Date('2026-11-21T02:00:30Z'), to: new Date('2026-11-21T02:03:20Z') };
    expect(drawn(chartAnswer(shaped(perMinute(rows), ['time'], { searchedTime, roles: GROWING })))).toEqual([
      ['01:00', 10],
      ['02:00', 10],
    ]);
    expect(drawn(chartAnswer(shaped(perMinute(rows), ['time'], { searchedTime })))?.at(-1)).toEqual(['03:00', 10]);
  });

  it('draws them where hardly any other is left', () => {
    const rows = [0, 1].map((minute) => [10, at(minute)]);
    const searchedTime = { from: new Date('2026-11-21T02:00:30Z'), to: new Date('2026-11-21T02:01:20Z') };
    expect(drawn(chartAnswer(shaped(perMinute(rows), ['time'], { searchedTime, roles: GROWING })))?.length).toBe(2);
  });

  it('is 0 where nothing was counted, up to the end of the searched time', () => {
    const rows = [0, 1, 3].map((minute) => [10, at(minute)]);
    const searchedTime = { from: new Date(at(0)), to: new Date('2026-11-21T02:05:20Z') };
    const changes = { searchedTime, counts: ['n'], roles: GROWING };
    expect(drawn(chartAnswer(shaped(perMinute(rows), ['time'], changes)))?.map(([, value]) => value)).toEqual([
      10, 10, 0, 10, 0,
    ]);
    expect(drawn(chartAnswer(shaped(perMinute(rows), ['time'], { searchedTime })))?.length).toBe(3);
  });

  it('is of what is computed or sorted by rather than of what it was computed from', () => {
    const rates = {
      columns: columns(['failed', 'long'], ['n', 'long'], ['percent', 'double'], ['time', 'date']),
      rows: [0, 1].map((minute) => [5, 100, 5, at(minute)]),
    };
    const roles = {
      growing: ['failed', 'n'],
      computed: ['percent'],
      sortedBy: [],
      filteredBy: [],
      kept: [],
      changes: [],
    };
    const counts = ['failed', 'n'];
    expect(chartAnswer(shaped(rates, ['time'], { roles, counts }))?.measure).toBe('percent');
    expect(chartAnswer(shaped(rates, ['time'], { roles: { ...roles, sortedBy: ['n'] }, counts }))?.measure).toBe('n');
    const latency = {
      columns: columns(['n', 'long'], ['p95', 'double'], ['service.name', 'keyword']),
      rows: [
        [9, 120, 'a'],
        [10, 100, 'b'],
      ],
    };
    const ofLatency = { ...roles, growing: ['n'], computed: [] };
    expect(chartAnswer(shaped(latency, ['service.name'], { roles: ofLatency, counts: ['n'] }))?.measure).toBe('p95');
  });

  it('names groups of patterns in words, its unit, and the time that was searched', () => {
    const rows = [String.raw`.*?timed.+?\(primary\).*?`, '.*?started.*?'].map((key, row) => [9 - row, key]);
    const patterns = { columns: columns(['p95_ms', 'double'], ['pattern', 'keyword']), rows };
    const chart = chartAnswer(shaped(patterns, ['pattern']));
    expect(chart).toMatchObject({ unit: 'ms', searched: ALL });
    expect(chart?.kind === 'bars' && chart.bars.map(({ name }) => name)).toEqual(['timed (primary)', 'started']);
  });
});
