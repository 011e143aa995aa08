import type { ChartRenderer } from '#ports/chart-renderer.ts';
import { createVegaChartRenderer } from '../adapters/charts/vega-chart-renderer.ts';

/** The charts of the process, apart from it; for benchmarks. */
export const createCharts = (): ChartRenderer => createVegaChartRenderer();
