import { parentPort } from 'node:worker_threads';
import { invariant } from '#kernel/invariant.ts';
import type { SignalChart } from '#ports/chart-renderer.ts';
import { drawSignal } from './draw-signal.ts';

/** A thread that draws the charts it is sent, one after the other. */

export interface DrawRequest {
  readonly id: number;
  readonly chart: SignalChart;
}

export type DrawAnswer =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly fault: string };

const port = parentPort;
invariant(port, 'charts are drawn in a thread of their own');

port.on('message', ({ id, chart }: DrawRequest) => {
  drawSignal(chart).then(
    (png) => port.postMessage({ id, png } satisfies DrawAnswer),
    (error: unknown) => port.postMessage({ id, fault: String(error) } satisfies DrawAnswer),
  );
});
