import { Worker } from 'node:worker_threads';
import { SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { ChartRenderer } from '#ports/chart-renderer.ts';
import type { DrawAnswer, Drawing, DrawRequest } from './chart-worker.ts';

const FEWEST_POINTS = 2;
const DRAW_LIMIT_MS = 10 * SECOND_MS;
const HEAP_LIMIT_MB = 128;

interface ChartThread {
  draw(drawing: Drawing): Promise<Uint8Array>;
  isAlive(): boolean;
}

/**
 * Draws in a thread of its own, so that detection and Slack's receipts never wait for a picture. The thread
 * starts with the first chart; nothing leaves the process.
 */
export const createVegaChartRenderer = (): ChartRenderer => {
  let thread: ChartThread | null = null;
  const draw = (drawing: Drawing): Promise<Uint8Array> => {
    if (thread?.isAlive() !== true) thread = startThread();
    return thread.draw(drawing);
  };
  return {
    renderSignal: async (chart) => {
      if (chart.points.length < FEWEST_POINTS) throw notDrawn(new Error(`${chart.points.length} points`));
      return draw({ kind: 'signal', chart });
    },
    renderWaterfall: async (chart) => {
      if (chart.spans.length === 0) throw notDrawn(new Error('no spans'));
      return draw({ kind: 'waterfall', chart });
    },
    renderCalls: async (chart) => {
      if (chart.callers.length + chart.callees.length === 0) throw notDrawn(new Error('no calls'));
      return draw({ kind: 'calls', chart });
    },
    renderAnswer: (chart) => draw({ kind: 'answer', chart }),
  };
};

const notDrawn = (cause: unknown): AppError =>
  new AppError({ code: 'rejected', isRetryable: false, userMessage: 'The chart could not be drawn.', cause });

const startThread = (): ChartThread => {
  // Without the flags of whoever started this process: the thread needs none of them.
  const worker = new Worker(new URL('chart-worker.ts', import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
  });
  const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  let isAlive = true;
  let lastId = 0;
  const end = (cause: unknown): void => {
    isAlive = false;
    for (const { reject } of waiting.values()) reject(notDrawn(cause));
    waiting.clear();
    void worker.terminate();
  };
  // It keeps the process only while somebody waits for a picture.
  const settle = (id: number): PromiseWithResolvers<Uint8Array> | undefined => {
    const drawing = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return drawing;
  };
  worker.on('message', (answer: DrawAnswer) => {
    const drawing = settle(answer.id);
    if ('png' in answer) drawing?.resolve(answer.png);
    else drawing?.reject(notDrawn(new Error(answer.fault)));
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`the drawing thread ended with ${code}`)));
  return {
    isAlive: () => isAlive,
    draw: async (drawn) => {
      const id = (lastId += 1);
      const drawing = Promise.withResolvers<Uint8Array>();
      waiting.set(id, drawing);
      worker.ref();
      worker.postMessage({ id, drawing: drawn } satisfies DrawRequest);
      const limit = setTimeout(() => end(new Error(`not drawn within ${DRAW_LIMIT_MS} ms`)), DRAW_LIMIT_MS);
      try {
        return await drawing.promise;
      } finally {
        clearTimeout(limit);
      }
    },
  };
};
