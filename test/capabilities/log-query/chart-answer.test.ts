import { describe, expect, it } from 'vitest';
import { chartAnswer } from '#capabilities/log-query/index.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';

const columns = (...named: readonly (readonly [string, 'date' | 'long' | 'keyword'])[]): QueryAnswer['columns'] =>
  named.map(([name, type]) => ({ name, type }));
const at = (minute: number): string => `2026-11-21T02:0${minute}:00.000Z`;

describe('what is drawn of an answer', () => {
  it('is a line over time, one for each other key, the largest first', () => {
    const chart = chartAnswer(
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
    );
    expect(chart).toMatchObject({ kind: 'lines', measure: 'n', by: 'service.name', rest: 1 });
    expect(chart?.kind === 'lines' && chart.series.map(({ name }) => name)).toEqual(['large', 'small', 'c', 'd']);
    expect(chart?.kind === 'lines' && chart.series[0]?.points.map(({ value }) => value)).toEqual([7, 5]);
  });

  it('is a bar for each group, in the order of the answer', () => {
    const rows = Array.from({ length: 15 }, (_, index) => [15 - index, index === 1 ? null : `s${index}`]);
    const chart = chartAnswer({ columns: columns(['n', 'long'], ['service.name', 'keyword']), rows }, ['service.name']);
    expect(chart).toMatchObject({ kind: 'bars', by: 'service.name', rest: 3 });
    expect(chart?.kind === 'bars' && chart.bars.slice(0, 2)).toEqual([
      { name: 's0', value: 15 },
      { name: 'none', value: 14 },
    ]);
  });

  it('is nothing where there is no number for each time or group', () => {
    const logs = { columns: columns(['@timestamp', 'date'], ['message', 'keyword']), rows: [[at(0), 'x']] };
    expect(chartAnswer(logs, [])).toBeNull();
    expect(chartAnswer({ columns: columns(['n', 'long']), rows: [[5]] }, [])).toBeNull();
    expect(chartAnswer({ columns: columns(['s', 'keyword']), rows: [['a'], ['b']] }, ['s'])).toBeNull();
    expect(chartAnswer({ columns: columns(['n', 'long'], ['s', 'keyword']), rows: [[1, 'a']] }, ['s'])).toBeNull();
  });
});
