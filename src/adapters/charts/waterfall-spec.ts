import type { TopLevelSpec } from 'vega-lite';
import type { WaterfallChart } from '#ports/chart-renderer.ts';
import { valueAxis } from './axis-ticks.ts';
import { describeTick, describeValue, shorten } from './chart-words.ts';
import { CHART_WIDTH } from './panel.ts';
import { FAILED_COLOUR, PALETTE } from './palette.ts';
import { type Words, wordLayers } from './word-layers.ts';

const MARGIN = 14;
const TOP = 62;
const BOTTOM = 30;
const ROW = 27;
// Of a row: the words above, the bar below them.
const WORDS_AT = 9;
const BAR_AT = 20;
const BAR = 5;
const PATH_AT = 25;
const INDENT = 7;
const DEEPEST = 9;
const LAST_TICK = 0.8;
// What a bar is at least wide, so that a short span is seen.
const LEAST_BAR = 1.5;
// Of a line's words, in pixels a character.
const CHARACTER = 6.4;

export const waterfallHeight = ({ spans, folded }: WaterfallChart): number =>
  TOP + (spans.length + folded.length) * ROW + BOTTOM;

/** Bars over time, red where the span failed; the critical path as a bright line below them. */
export const waterfallSpec = (chart: WaterfallChart): TopLevelSpec => {
  const floor = waterfallHeight(chart) - BOTTOM;
  const { spans } = chart;
  const longestMs = Math.max(chart.durationMs, Number.MIN_VALUE);
  // The end has a label of its own.
  const ticks = [...valueAxis(longestMs).ticks.filter((tick) => tick < longestMs * LAST_TICK), longestMs];
  const right = CHART_WIDTH - MARGIN;
  const px = (ms: number): number => MARGIN + ((right - MARGIN) * ms) / longestMs;
  const top = (row: number): number => TOP + row * ROW;

  const position = { type: 'quantitative' as const, scale: null, axis: null };
  const x = (field: string) => ({ ...position, field });
  const marks = [
    {
      data: { values: ticks.map((tick) => ({ x: px(tick), from: TOP - 4, to: floor })) },
      mark: { type: 'rule' as const, color: PALETTE.grid },
      encoding: { x: x('x'), y: x('from'), y2: { field: 'to' } },
    },
    {
      data: {
        values: spans.map(({ fromMs, durationMs, isError, isCritical }, row) => ({
          from: Math.min(px(fromMs), right - LEAST_BAR),
          to: Math.min(right, Math.max(px(fromMs + durationMs), px(fromMs) + LEAST_BAR)),
          y: top(row) + BAR_AT,
          colour: isError ? FAILED_COLOUR : PALETTE.dim,
          opacity: isCritical ? 1 : 0.55,
        })),
      },
      mark: { type: 'rule' as const, strokeWidth: BAR },
      encoding: {
        x: x('from'),
        x2: { field: 'to' },
        y: x('y'),
        color: { field: 'colour', type: 'nominal' as const, scale: null },
        opacity: { field: 'opacity', type: 'quantitative' as const, scale: null },
      },
    },
    {
      data: {
        values: spans.flatMap(({ critical }, row) =>
          critical.map(({ fromMs, toMs }) => ({
            from: px(fromMs),
            to: Math.min(right, px(toMs)),
            y: top(row) + PATH_AT,
          })),
        ),
      },
      mark: { type: 'rule' as const, strokeWidth: 2, color: PALETTE.text },
      encoding: { x: x('from'), x2: { field: 'to' }, y: x('y') },
    },
    ...rowWords(chart, top),
    wordLayers(
      ticks.map((tick) => ({
        x: px(tick),
        y: floor + 16,
        text: tick === longestMs ? describeValue(tick, 'milliseconds') : describeTick(tick, 'milliseconds', longestMs),
        colour: PALETTE.dim,
        weight: 400,
        align: tick === 0 ? 'left' : tick === longestMs ? 'right' : 'center',
      })),
    ),
  ];
  return {
    width: CHART_WIDTH,
    height: waterfallHeight(chart),
    background: 'transparent',
    padding: 0,
    autosize: { type: 'none' },
    config: { font: 'Inter', view: { stroke: null } },
    layer: marks.flat(),
  };
};

const rowWords = (chart: WaterfallChart, top: (row: number) => number) => {
  const right = CHART_WIDTH - MARGIN;
  const spanRows = chart.spans.flatMap((span, row): readonly Words[] => {
    const y = top(row) + WORDS_AT;
    const indent = Math.min(span.depth, DEEPEST) * INDENT;
    const took = `${describeValue(span.durationMs, 'milliseconds')}${span.isError ? ', failed' : ''}`;
    const room = Math.floor((right - MARGIN - indent) / CHARACTER) - took.length - 2;
    const line = { y, weight: span.isCritical ? (600 as const) : (400 as const) };
    const service = shorten(span.service, Math.max(8, Math.floor(room * 0.6)));
    return [
      {
        ...line,
        x: MARGIN + indent,
        text: cutEnd(`${service} ${span.name}`, room),
        colour: span.isCritical ? PALETTE.text : PALETTE.line,
        align: 'left',
      },
      { ...line, x: right, text: took, colour: span.isError ? FAILED_COLOUR : PALETTE.dim, align: 'right' },
    ];
  });
  const foldedRows = chart.folded.flatMap(({ service, count, errors }, at): readonly Words[] => {
    const line = { y: top(chart.spans.length + at) + WORDS_AT + 3, weight: 400 as const };
    const of = service === null ? 'of other services' : `of ${shorten(service, 28)}`;
    return [
      { ...line, x: MARGIN, text: `${count.toLocaleString('en-US')} more ${of}`, colour: PALETTE.dim, align: 'left' },
      ...(errors === 0
        ? []
        : [
            {
              ...line,
              x: right,
              text: `${errors.toLocaleString('en-US')} failed`,
              colour: FAILED_COLOUR,
              align: 'right' as const,
            },
          ]),
    ];
  });
  return wordLayers([...spanRows, ...foldedRows]);
};

const cutEnd = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
