import { createCharts } from '#app/create-charts.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import type { AnswerChart, CallsRow, ChartRenderer, SignalChart, WaterfallChart } from '#ports/chart-renderer.ts';
import { printResult } from './machine.ts';
import { quantileOf, roundTo, timed, type Timing } from './timed.ts';

/**
 * Milliseconds for a chart as PNG, from the request until it is there, drawn one after the other in the
 * thread that Sentinel draws in; the first of the process, which starts that thread, apart.
 */

const DRAWS = 15;
const NOW_MS = Date.UTC(2026, 10, 21, 2, 18);
const SPANS = 40;
const SERVICES = ['gateway', 'order-service', 'payment-service', 'orders-db', 'inventory-service'];

const random = seededRandom(1);
const serviceAt = (at: number): string => SERVICES[at % SERVICES.length] ?? '';

const signalChart = (): SignalChart => {
  const onsetAt = new Date(NOW_MS - 5 * MINUTE_MS);
  return {
    service: 'payment-service',
    signal: 'error_rate',
    unit: 'percent',
    severity: 'P1',
    points: Array.from({ length: 61 }, (_, index) => {
      const at = new Date(NOW_MS - (60 - index) * MINUTE_MS);
      const isOutOfBand = at >= onsetAt;
      return { at, value: (isOutOfBand ? 38 : 0.3) * (0.8 + 0.4 * random()), low: 0, high: 0.9, isOutOfBand };
    }),
    onsetAt,
    value: 38.2,
    sampleSize: 2_310,
    sampleMinutes: 5,
    rowUnit: 'requests',
    expected: 0.3,
    recoveredAt: null,
    noDataSince: null,
  };
};

const waterfallChart = (): WaterfallChart => {
  const durationMs = 4_912;
  const spans = Array.from({ length: SPANS }, (_, at) => {
    const fromMs = (durationMs * at) / (SPANS + 5);
    const ownMs = at === 0 ? durationMs : (durationMs - fromMs) * (0.1 + 0.5 * random());
    const isCritical = at % 3 === 0;
    return {
      service: serviceAt(at),
      name: `POST /api/v2/step/${at}`,
      depth: at % 6,
      fromMs,
      durationMs: ownMs,
      isError: at % 11 === 10,
      isCritical,
      critical: isCritical ? [{ fromMs, toMs: fromMs + ownMs / 2 }] : [],
    };
  });
  const folded = [{ service: 'mail-service', count: 12, errors: 1 }];
  return { title: 'Trace 4bf92f35…', durationMs, isError: true, totalSpans: SPANS + 12, spans, folded };
};

const callsRow = (at: number): CallsRow => ({
  service: serviceAt(at),
  calls: 100 + Math.floor(900 * random()),
  failed: at % 2 === 0 ? 14 : 0,
  isSampled: at % 3 === 2,
  p50Ms: 20 + 100 * random(),
  p95Ms: 200 + 200 * random(),
  p99Ms: 500 + 900 * random(),
});
const rowsFrom = (first: number, count: number): CallsRow[] =>
  Array.from({ length: count }, (_, at) => callsRow(first + at));

const linesChart = (): AnswerChart => ({
  kind: 'lines',
  unit: null,
  searched: null,
  measure: 'COUNT(*)',
  by: 'service.name',
  series: SERVICES.map((name) => ({
    name,
    points: Array.from({ length: 61 }, (_, at) => ({
      at: new Date(NOW_MS - (60 - at) * MINUTE_MS),
      value: Math.floor(200 * random()),
    })),
  })),
  rest: 12,
});

const barsChart = (): AnswerChart => ({
  kind: 'bars',
  unit: null,
  searched: null,
  measure: 'n',
  by: 'service.name',
  bars: Array.from({ length: 12 }, (_, at) => ({ name: `${serviceAt(at)}-${at}`, value: Math.floor(900 * random()) })),
  rest: 3,
});

const DRAWN: readonly { readonly name: string; draw(charts: ChartRenderer): Promise<Uint8Array> }[] = [
  { name: 'signal', draw: (charts) => charts.renderSignal(signalChart()) },
  { name: 'waterfall', draw: (charts) => charts.renderWaterfall(waterfallChart()) },
  {
    name: 'calls',
    draw: (charts) =>
      charts.renderCalls({
        service: 'order-service',
        sample: '488 of about 8,073 traces',
        callers: rowsFrom(0, 3),
        callees: rowsFrom(2, 4),
      }),
  },
  { name: 'lines', draw: (charts) => charts.renderAnswer(linesChart()) },
  { name: 'bars', draw: (charts) => charts.renderAnswer(barsChart()) },
];

const charts = createCharts();
const result: Record<string, number> = {};
for (const { name, draw } of DRAWN) {
  const first = await timed(() => draw(charts));
  const later: Timing[] = [];
  for (let count = 0; count < DRAWS; count += 1) later.push(await timed(() => draw(charts)));
  const wall = later.map(({ wallMs }) => wallMs);
  result[`${name}MsP50`] = quantileOf(wall, 0.5, 0);
  result[`${name}MsMax`] = quantileOf(wall, 1, 0);
  result[`${name}SecondMs`] = roundTo(wall[0], 0);
  result[`${name}CpuMsP50`] = quantileOf(
    later.map(({ cpuMs }) => cpuMs),
    0.5,
    0,
  );
  result[`${name}FirstMs`] = roundTo(first.wallMs, 0);
}
printResult(result);
