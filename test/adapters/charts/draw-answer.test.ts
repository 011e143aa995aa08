import { describe, expect, it } from 'vitest';
import { drawAnswer } from '#adapters/charts/draw-answer.ts';
import type { AnswerChart } from '#ports/chart-renderer.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const lines = (series: readonly (readonly [string, readonly number[]])[], stepMs = 60_000): AnswerChart => ({
  kind: 'lines',
  measure: 'n',
  unit: 'ms',
  searched: { from: new Date(NOON), to: new Date(NOON + 3_600_000) },
  by: series.length > 1 ? 'service.name' : '',
  rest: 0,
  series: series.map(([name, values]) => ({
    name,
    points: values.map((value, index) => ({ at: new Date(NOON + index * stepMs), value })),
  })),
});

const heightOf = (png: Uint8Array): number => Buffer.from(png).readUInt32BE(20);
const widthOf = (png: Uint8Array): number => Buffer.from(png).readUInt32BE(16);

describe('the chart of an answer', () => {
  it('is as wide as a phone shows twice over, whatever the numbers and names are', async () => {
    const charts: readonly AnswerChart[] = [
      lines([['', [1, 5, 3]]]),
      lines([['', [0, 0]]]),
      lines([['', [-5, 1e12]]], 86_400_000),
      lines([
        ['a', [1, 2]],
        ['<script>&"\u0000', [2, 2]],
        ['x'.repeat(300), [2, 2]],
      ]),
      {
        kind: 'bars',
        measure: '<!channel>',
        unit: null,
        searched: { from: null, to: new Date(NOON) },
        by: '`',
        bars: [{ name: '<b>&', value: -1 }],
        rest: 1_000_000,
      },
    ];
    for (const chart of charts) expect(widthOf(await drawAnswer(chart))).toBe(720);
  });

  it('is as high as its bars need', async () => {
    const bars = (count: number): AnswerChart => ({
      kind: 'bars',
      measure: 'n',
      unit: null,
      searched: null,
      by: 'message',
      bars: Array.from({ length: count }, (_, index) => ({ name: `group ${index}`, value: count - index })),
      rest: 0,
    });
    expect(heightOf(await drawAnswer(bars(12))) - heightOf(await drawAnswer(bars(2)))).toBe(680);
  });
});
