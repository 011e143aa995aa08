import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Done, Work } from './work.ts';

/** Does all work on as many threads as there are processors, the largest parts first if they come first. */
export const runWork = async (
  all: readonly Work[],
  options: { readonly threads?: number; readonly onProgress?: (done: number) => void } = {},
): Promise<readonly Done[]> => {
  const results: Done[] = [];
  let next = 0;
  const runThread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('worker.ts', import.meta.url));
      const give = (): void => {
        const work = all[next];
        next += 1;
        if (work) worker.postMessage(work);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (done: Done) => {
        results.push(done);
        options.onProgress?.(results.length);
        give();
      });
      worker.once('error', reject);
      give();
    });
  const threads = Math.min(all.length, options.threads ?? availableParallelism());
  await Promise.all(Array.from({ length: threads }, runThread));
  return results;
};
