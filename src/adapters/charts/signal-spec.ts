import type { TopLevelSpec } from 'vega-lite';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { SignalChart, SignalPoint } from '#ports/chart-renderer.ts';
import { timeTicks, valueAxis } from './axis-ticks.ts';
import { clockTime, describeBand, describeTick, describeValue } from './chart-words.ts';
import { CHART_HEIGHT, CHART_WIDTH } from './panel.ts';
import { PALETTE, SEVERITY_COLOUR } from './palette.ts';

const PLOT = { left: 58, right: 14, top: 62, bottom: 30 } as const;
const FLOOR = CHART_HEIGHT - PLOT.bottom;
const FONT_SIZE = 13;
// An onset nearer to the left edge than this has its label on the right.
const LABEL_SHARE = 0.4;

const atMs = (point: SignalPoint): number => point.at.getTime();

/**
 * The breach since onset, with the points in band on either side so that it joins the usual line. A
 * stray minute before it was not what opened the incident.
 */
const breachValues = ({ points, onsetAt }: SignalChart): readonly { t: number; v: number | null }[] => {
  const isBreach = (point: SignalPoint | undefined): boolean =>
    point !== undefined && point.isOutOfBand && atMs(point) >= onsetAt.getTime() - MINUTE_MS;
  return points.map((point, index) => {
    const isShown = isBreach(point) || isBreach(points[index - 1]) || isBreach(points[index + 1]);
    return { t: atMs(point), v: isShown ? point.value : null };
  });
};

// Lines are counted: ticks of less than a whole one would say nothing.
const LEAST_TOP = { percent: 1, milliseconds: 10, lines: 4 } as const;

const highestOf = (chart: SignalChart): number =>
  Math.max(LEAST_TOP[chart.unit], ...chart.points.map((point) => Math.max(point.value ?? 0, point.high)));

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** The plot below the panel's title lines; 360 px wide. */
export const signalSpec = (chart: SignalChart): TopLevelSpec => {
  const { points } = chart;
  const fromMs = atMs(points[0] as SignalPoint);
  const toMs = atMs(points.at(-1) as SignalPoint);
  const axis = valueAxis(highestOf(chart));
  const severityColour = SEVERITY_COLOUR[chart.severity];
  const onsetMs = Math.min(Math.max(chart.onsetAt.getTime(), fromMs), toMs);
  const isOnsetLeft = (onsetMs - fromMs) / (toMs - fromMs) < LABEL_SHARE;

  const ticks = timeTicks(fromMs, toMs);
  const x = {
    field: 't',
    type: 'temporal' as const,
    scale: { type: 'utc' as const, range: [PLOT.left, CHART_WIDTH - PLOT.right], domain: [fromMs, toMs] },
    axis: {
      values: [...ticks],
      labelExpr: 'utcFormat(datum.value, "%H:%M")',
      labelFlush: true,
      labelOverlap: false,
      grid: false,
    },
  };
  const labels = axis.ticks.map((tick) => describeTick(tick, chart.unit, axis.max));
  const y = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain: [0, axis.max], range: [FLOOR, PLOT.top], nice: false },
    axis: {
      values: [...axis.ticks],
      labelExpr: `${JSON.stringify(labels)}[indexof(${JSON.stringify(axis.ticks)}, datum.value)]`,
      offset: -PLOT.left,
    },
  });
  const text = (t: number, v: number, words: string, mark: object) => ({
    data: { values: [{ t, v, words }] },
    mark: { type: 'text' as const, fontSize: FONT_SIZE, baseline: 'middle' as const, ...mark },
    encoding: { x, y: y('v'), text: { field: 'words', type: 'nominal' as const } },
  });

  const seen = points.filter((point) => point.value !== null);
  const last = seen.at(-1);
  const peak = seen.reduce<SignalPoint | undefined>(
    (highest, point) => (point.isOutOfBand && (point.value ?? 0) > (highest?.value ?? -1) ? point : highest),
    undefined,
  );
  const usual = points.filter((point) => atMs(point) < onsetMs);
  const bandHigh = median((usual.length > 0 ? usual : points).map((point) => point.high));
  const bandLow = median((usual.length > 0 ? usual : points).map((point) => point.low));
  const bandLabelY = Math.min(bandHigh + axis.max * 0.1, axis.max * 0.92);

  return {
    width: CHART_WIDTH,
    height: FLOOR,
    background: 'transparent',
    padding: 0,
    autosize: { type: 'none' },
    config: {
      font: 'Inter',
      view: { stroke: null },
      axis: {
        labelColor: PALETTE.dim,
        labelFontSize: FONT_SIZE,
        labelPadding: 6,
        domain: false,
        ticks: false,
        gridColor: PALETTE.grid,
        title: null,
      },
    },
    data: { values: points.map((point) => ({ t: atMs(point), v: point.value, low: point.low, high: point.high })) },
    layer: [
      ...(chart.noDataSince === null
        ? []
        : [
            {
              data: { values: [{ t: Math.max(chart.noDataSince.getTime(), fromMs), end: toMs, v: 0, top: axis.max }] },
              mark: { type: 'rect' as const, color: PALETTE.grid, opacity: 0.9 },
              encoding: { x, x2: { field: 'end' }, y: y('v'), y2: { field: 'top' } },
            },
          ]),
      {
        mark: { type: 'area', color: PALETTE.band, opacity: 0.55 },
        encoding: { x, y: y('low'), y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', color: PALETTE.line, strokeWidth: 1.75, invalid: 'break-paths-show-path-domains' },
        encoding: { x, y: y('v') },
      },
      {
        data: { values: [...breachValues(chart)] },
        mark: {
          type: 'line',
          color: severityColour,
          strokeWidth: 3,
          strokeCap: 'round',
          strokeJoin: 'round',
          invalid: 'break-paths-show-path-domains',
        },
        encoding: { x, y: y('v') },
      },
      {
        data: { values: [{ t: onsetMs, v: 0, top: axis.max }] },
        mark: { type: 'rule', color: PALETTE.text, strokeDash: [3, 3], opacity: 0.8 },
        encoding: { x, y: y('v'), y2: { field: 'top' } },
      },
      text(onsetMs, axis.max * 0.78, `onset ${clockTime(chart.onsetAt)}`, {
        align: isOnsetLeft ? 'left' : 'right',
        dx: isOnsetLeft ? 7 : -7,
        color: PALETTE.text,
      }),
      ...(chart.unit === 'lines'
        ? []
        : [
            text(isOnsetLeft ? toMs : fromMs, bandLabelY, describeBand(bandLow, bandHigh, chart.unit), {
              align: isOnsetLeft ? 'right' : 'left',
              dx: isOnsetLeft ? -10 : 14,
              color: PALETTE.bandLabel,
            }),
          ]),
      ...(chart.recoveredAt === null || !peak || peak.value === null
        ? []
        : [
            text(
              atMs(peak),
              Math.min(peak.value + axis.max * 0.08, axis.max),
              `peak ${describeValue(peak.value, chart.unit)}`,
              {
                align: (atMs(peak) - fromMs) / (toMs - fromMs) > 0.85 ? 'right' : 'left',
                dx: 4,
                color: severityColour,
                fontWeight: 600,
              },
            ),
          ]),
      ...(last
        ? [
            {
              data: { values: [{ t: atMs(last), v: last.value }] },
              mark: {
                type: 'point' as const,
                filled: true,
                size: 80,
                opacity: 1,
                color: chart.recoveredAt === null ? severityColour : PALETTE.recovered,
              },
              encoding: { x, y: y('v') },
            },
          ]
        : []),
    ],
  };
};
