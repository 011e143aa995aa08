import type { TopLevelSpec } from 'vega-lite';
import type { CallsChart, CallsRow } from '#ports/chart-renderer.ts';
import { describeValue, shorten } from './chart-words.ts';
import { CHART_WIDTH } from './panel.ts';
import { FAILED_COLOUR, PALETTE } from './palette.ts';
import { type Words, wordLayers } from './word-layers.ts';

const MARGIN = 14;
const TOP = 62;
const BOTTOM = 16;
const ROW = 46;
const SERVICE_ROW = 44;
// The line that all calls run along, and where the words begin.
const TRUNK = MARGIN + 12;
const WORDS = TRUNK + 30;
const THINNEST = 1.5;
const THICKEST = 6;
const LONGEST_NAME = 26;
const SAMPLED_DASH = [4, 3];

export const callsHeight = ({ callers, callees }: CallsChart): number =>
  TOP + (callers.length + callees.length) * ROW + SERVICE_ROW + BOTTOM;

/**
 * Callers above the service, callees below it; the line to each is as thick as it has calls, red if some failed.
 * Calls of a sample are no measure of how many there are: their lines are dashed and thin.
 */
export const callsSpec = (chart: CallsChart): TopLevelSpec => {
  const { service, callers, callees } = chart;
  const serviceTop = TOP + callers.length * ROW;
  const serviceEnd = serviceTop + SERVICE_ROW;
  const rows = [
    ...callers.map((row, at) => ({ row, y: TOP + at * ROW + ROW / 2, isCaller: true })),
    ...callees.map((row, at) => ({ row, y: serviceEnd + at * ROW + ROW / 2, isCaller: false })),
  ];
  const mostCalls = Math.max(1, ...rows.map(({ row }) => (row.isSampled ? 0 : row.calls)));
  const first = rows[0]?.y ?? serviceTop;
  const last = rows.at(-1)?.y ?? serviceEnd;
  const position = { type: 'quantitative' as const, scale: null, axis: null };
  const at = (field: string) => ({ ...position, field });
  const colour = { field: 'colour', type: 'nominal' as const, scale: null };
  return {
    width: CHART_WIDTH,
    height: callsHeight(chart),
    background: 'transparent',
    padding: 0,
    autosize: { type: 'none' },
    config: { font: 'Inter', view: { stroke: null } },
    layer: [
      {
        data: {
          values: [
            {
              x: TRUNK,
              from: callers.length === 0 ? serviceEnd - 10 : first,
              to: callees.length === 0 ? serviceTop + 10 : last,
            },
          ],
        },
        mark: { type: 'rule', color: PALETTE.band, strokeWidth: 2 },
        encoding: { x: at('x'), y: at('from'), y2: { field: 'to' } },
      },
      {
        data: {
          values: rows.map(({ row, y }) => ({
            from: TRUNK,
            to: WORDS - 10,
            y,
            colour: failsOften(row) ? FAILED_COLOUR : PALETTE.line,
            width: row.isSampled ? THINNEST : THINNEST + (THICKEST - THINNEST) * Math.sqrt(row.calls / mostCalls),
            dash: row.isSampled ? SAMPLED_DASH : [1, 0],
          })),
        },
        mark: { type: 'rule' },
        encoding: {
          x: at('from'),
          x2: { field: 'to' },
          y: at('y'),
          color: colour,
          strokeWidth: { field: 'width', type: 'quantitative', scale: null },
          strokeDash: { field: 'dash', type: 'nominal', scale: null },
        },
      },
      {
        data: {
          values: rows
            .filter(({ isCaller }) => !isCaller)
            .map(({ row, y }) => ({ x: WORDS - 10, y, colour: failsOften(row) ? FAILED_COLOUR : PALETTE.line })),
        },
        mark: { type: 'point', shape: 'triangle-right', filled: true, size: 90, opacity: 1 },
        encoding: { x: at('x'), y: at('y'), color: colour },
      },
      {
        data: { values: callers.length === 0 ? [] : [{ x: TRUNK, y: serviceTop + 1 }] },
        mark: { type: 'point', shape: 'triangle-down', filled: true, size: 90, opacity: 1, color: PALETTE.line },
        encoding: { x: at('x'), y: at('y') },
      },
      {
        data: { values: [{ x: MARGIN, x2: CHART_WIDTH - MARGIN, y: serviceTop + 7, y2: serviceEnd - 7 }] },
        mark: { type: 'rect', color: PALETTE.grid, cornerRadius: 6 },
        encoding: { x: at('x'), x2: { field: 'x2' }, y: at('y'), y2: { field: 'y2' } },
      },
      ...wordLayers([
        {
          x: MARGIN + 10,
          y: serviceTop + SERVICE_ROW / 2,
          text: shorten(service, 40),
          colour: PALETTE.text,
          weight: 600,
          align: 'left',
        },
        ...rows.flatMap(({ row, y }) => rowWords(row, y)),
      ]),
    ],
  };
};

// A call in a thousand always fails somewhere; red is for what somebody should look at.
const FAILED_OFTEN = 0.01;

const failsOften = ({ failed, calls }: CallsRow): boolean => failed >= FAILED_OFTEN * Math.max(1, calls);

const rowWords = (row: CallsRow, y: number): readonly Words[] => {
  const right = CHART_WIDTH - MARGIN;
  const isFailing = row.failed > 0;
  const share = (100 * row.failed) / Math.max(1, row.calls);
  const percent = share < 0.1 ? 'under 0.1' : share.toFixed(1);
  const latencies = [
    `p50 ${describeValue(row.p50Ms, 'milliseconds')}`,
    ...(row.p95Ms === null ? [] : [`p95 ${describeValue(row.p95Ms, 'milliseconds')}`]),
    ...(row.p99Ms === null ? [] : [`p99 ${describeValue(row.p99Ms, 'milliseconds')}`]),
  ];
  const line = { weight: 400 as const, colour: PALETTE.dim };
  return [
    {
      ...line,
      x: WORDS,
      y: y - 9,
      text: shorten(row.service, LONGEST_NAME),
      weight: 600,
      colour: PALETTE.text,
      align: 'left',
    },
    {
      ...line,
      x: right,
      y: y - 9,
      text: row.isSampled ? `${row.failed} of ${row.calls} failed` : isFailing ? `${percent} % failed` : 'none failed',
      colour: failsOften(row) ? FAILED_COLOUR : PALETTE.dim,
      align: 'right',
    },
    { ...line, x: WORDS, y: y + 8, text: latencies.join(' · '), align: 'left' },
    { ...line, x: right, y: y + 8, text: `n = ${row.calls.toLocaleString('en-US')}`, align: 'right' },
  ];
};
