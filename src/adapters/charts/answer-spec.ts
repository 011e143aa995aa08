import type { TopLevelSpec } from 'vega-lite';
import type { AnswerChart } from '#ports/chart-renderer.ts';
import { timeTicks, valueAxis } from './axis-ticks.ts';
import { clockTime } from './chart-words.ts';
import { formatNumber } from './format-number.ts';
import { PALETTE, SERIES_COLOURS } from './palette.ts';
import { CHART_HEIGHT, CHART_WIDTH } from './panel.ts';

const MARGIN = 14;
const TOP = 62;
const BOTTOM = 30;
const LEFT = 58;
const RIGHT = CHART_WIDTH - MARGIN;
const FONT_SIZE = 13;
const BAR_ROW = 34;
const BAR_WIDTH = 8;
const LEAST_BAR = 1.5;
const NAME_LIMIT = 34;
const LABEL_HEIGHT = 19;
// So that a bucket between two gaps is seen.
const DOT = 12;
// Without a day a time of several days would name none.
const DAY_MS = 86_400_000;

type Lines = Extract<AnswerChart, { kind: 'lines' }>;
type Bars = Extract<AnswerChart, { kind: 'bars' }>;

interface Words {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly align: 'left' | 'right' | 'center';
  readonly colour: string;
}

export const answerHeight = (chart: AnswerChart): number =>
  chart.kind === 'bars'
    ? TOP + chart.bars.length * BAR_ROW + 4
    : CHART_HEIGHT + (chart.series.length === 1 ? 0 : chart.series.length * LABEL_HEIGHT);

/** What telemetry calls something, on one line, cut at its end. */
export const shorten = (text: string, limit: number): string => {
  const characters = [...text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()];
  return characters.length <= limit ? characters.join('') : `${characters.slice(0, limit - 1).join('')}…`;
};

/** Marks in pixels: what is drawn is known, so that no scale has to be fitted. */
export const answerSpec = (chart: AnswerChart): TopLevelSpec => ({
  width: CHART_WIDTH,
  height: answerHeight(chart),
  background: 'transparent',
  padding: 0,
  autosize: { type: 'none' },
  config: { font: 'Inter', view: { stroke: null } },
  layer: chart.kind === 'lines' ? lineLayers(chart) : barLayers(chart),
});

const position = { type: 'quantitative' as const, scale: null, axis: null };
const at = (field: string) => ({ ...position, field });
const colour = { field: 'colour', type: 'nominal' as const, scale: null };

const rules = (
  values: readonly { x: number; y: number; x2: number; y2: number; colour: string }[],
  strokeWidth: number,
) => ({
  data: { values: [...values] },
  mark: { type: 'rule' as const, strokeWidth },
  encoding: { x: at('x'), x2: { field: 'x2' }, y: at('y'), y2: { field: 'y2' }, color: colour },
});

const texts = (values: readonly Words[]) =>
  (['left', 'right', 'center'] as const).map((align) => ({
    data: { values: values.filter((value) => value.align === align) },
    mark: { type: 'text' as const, fontSize: FONT_SIZE, baseline: 'middle' as const, align },
    encoding: { x: at('x'), y: at('y'), color: colour, text: { field: 'words', type: 'nominal' as const } },
  }));

const barLayers = ({ bars }: Bars) => {
  const largest = Math.max(...bars.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  const width = RIGHT - MARGIN;
  const top = (row: number): number => TOP + row * BAR_ROW;
  return [
    rules(
      bars.map(({ value }, row) => ({
        x: MARGIN,
        x2: MARGIN + Math.max(LEAST_BAR, (width * Math.abs(value)) / largest),
        y: top(row) + 22,
        y2: top(row) + 22,
        colour: SERIES_COLOURS[0],
      })),
      BAR_WIDTH,
    ),
    ...texts(
      bars.flatMap(({ name, value }, row): Words[] => [
        { x: MARGIN, y: top(row) + 8, words: shorten(name, NAME_LIMIT), align: 'left', colour: PALETTE.text },
        { x: RIGHT, y: top(row) + 8, words: formatNumber(value), align: 'right', colour: PALETTE.text },
      ]),
    ),
  ];
};

const lineLayers = ({ series }: Lines) => {
  const points = series.flatMap((each) => each.points);
  const times = points.map((point) => point.at.getTime());
  const fromMs = times.reduce((least, time) => Math.min(least, time));
  const toMs = times.reduce((most, time) => Math.max(most, time));
  const axis = valueAxis(points.reduce((most, { value }) => Math.max(most, value), 0));
  // Below nothing is rare, and then the line may leave through the floor.
  const floor = CHART_HEIGHT - BOTTOM;
  const x = (ms: number): number => LEFT + ((RIGHT - LEFT) * (ms - fromMs)) / Math.max(1, toMs - fromMs);
  const y = (value: number): number => floor - ((floor - TOP) * Math.max(0, value)) / axis.max;
  const isDays = toMs - fromMs > DAY_MS;
  return [
    rules(
      axis.ticks.map((tick) => ({ x: LEFT, x2: RIGHT, y: y(tick), y2: y(tick), colour: PALETTE.grid })),
      1,
    ),
    ...texts([
      ...axis.ticks.map((tick): Words => ({
        x: LEFT - 8,
        y: y(tick),
        words: formatNumber(tick),
        align: 'right',
        colour: PALETTE.dim,
      })),
      ...ticksOf(fromMs, toMs).map((tick): Words => ({
        x: x(tick),
        y: floor + 16,
        words: isDays ? dayAndTime(new Date(tick)) : clockTime(new Date(tick)),
        align: tick === toMs ? 'right' : 'center',
        colour: PALETTE.dim,
      })),
    ]),
    ...series.map((each, index) => {
      const segments = segmentsOf(each.points);
      return {
        data: {
          values: each.points.map((point, row) => ({
            x: x(point.at.getTime()),
            y: y(point.value),
            segment: segments[row] ?? 0,
          })),
        },
        mark: {
          type: 'line' as const,
          color: colourOf(index),
          strokeWidth: 2,
          strokeJoin: 'round' as const,
          point: { filled: true, size: DOT, color: colourOf(index) },
        },
        encoding: { x: at('x'), y: at('y'), detail: { field: 'segment', type: 'nominal' as const } },
      };
    }),
    ...(series.length === 1 ? [] : texts(seriesLabels(series))),
  ];
};

const MOST_DAY_TICKS = 3;

const ticksOf = (fromMs: number, toMs: number): readonly number[] => {
  const lengthMs = toMs - fromMs;
  if (lengthMs <= DAY_MS / 4) return timeTicks(fromMs, toMs);
  return Array.from({ length: MOST_DAY_TICKS }, (_, index) => fromMs + (lengthMs * index) / (MOST_DAY_TICKS - 1));
};

const dayAndTime = (time: Date): string => `${time.toISOString().slice(5, 10)} ${clockTime(time)}`;

/** Below the plot, a line for each: its name in its colour, and its last value. */
const seriesLabels = (series: Lines['series']): readonly Words[] =>
  series.flatMap((each, index): Words[] => {
    const y = CHART_HEIGHT + 2 + index * LABEL_HEIGHT;
    const last = each.points.at(-1);
    const tint = colourOf(index);
    return [
      { x: MARGIN, y, words: shorten(each.name, NAME_LIMIT), align: 'left', colour: tint },
      { x: RIGHT, y, words: last === undefined ? '' : formatNumber(last.value), align: 'right', colour: tint },
    ];
  });

const colourOf = (index: number): string => SERIES_COLOURS[index % SERIES_COLOURS.length] ?? PALETTE.line;

const LONGEST_STEP = 1.5;

/** What no bucket was seen of is a gap that the line does not bridge. */
const segmentsOf = (points: Lines['series'][number]['points']): readonly number[] => {
  const steps = points.slice(1).map((point, index) => point.at.getTime() - (points[index]?.at.getTime() ?? 0));
  const usual = steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0;
  let segment = 0;
  return points.map((_, index) => {
    if (index > 0 && (steps[index - 1] ?? 0) > usual * LONGEST_STEP) segment += 1;
    return segment;
  });
};
