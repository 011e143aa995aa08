import { parentPort } from 'node:worker_threads';
import { invariant } from '#kernel/invariant.ts';
import type { AnswerChart, CallsChart, SignalChart, WaterfallChart } from '#ports/chart-renderer.ts';
import { drawCalls } from './draw-calls.ts';
import { drawAnswer } from './draw-answer.ts';
import { drawSignal } from './draw-signal.ts';
import { drawWaterfall } from './draw-waterfall.ts';

/** A thread that draws the charts it is sent, one after the other. */

export type Drawing =
  | { readonly kind: 'signal'; readonly chart: SignalChart }
  | { readonly kind: 'waterfall'; readonly chart: WaterfallChart }
  | { readonly kind: 'calls'; readonly chart: CallsChart }
  | { readonly kind: 'answer'; readonly chart: AnswerChart };

export interface DrawRequest {
  readonly id: number;
  readonly drawing: Drawing;
}

export type DrawAnswer =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly fault: string };

const port = parentPort;
invariant(port, 'charts are drawn in a thread of their own');

const draw = (drawing: Drawing): Promise<Uint8Array> => {
  switch (drawing.kind) {
    case 'signal':
      return drawSignal(drawing.chart);
    case 'waterfall':
      return drawWaterfall(drawing.chart);
    case 'calls':
      return drawCalls(drawing.chart);
    case 'answer':
      return drawAnswer(drawing.chart);
  }
};

port.on('message', ({ id, drawing }: DrawRequest) => {
  draw(drawing).then(
    (png) => port.postMessage({ id, png } satisfies DrawAnswer),
    (error: unknown) => port.postMessage({ id, fault: String(error) } satisfies DrawAnswer),
  );
});
