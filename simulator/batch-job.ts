import { SECOND_MS } from '#kernel/duration.ts';
import { logNormal } from './distributions.ts';
import { announce, type ShopDeps } from './scope.ts';

const SERVICE = 'order-export';
const HOST = 'batch-1';
const ROWS_PER_READ = 5000;
const READ_MS = 2600;
const SLOW_READ_MS = 4000;
const PARALLEL_QUERIES = 6;

/** Exports orders until told to end: heavy reads, many lines, some of them warnings. */
export const startBatchJob = (deps: ShopDeps): (() => void) => {
  const { events, random, model } = deps;
  const database = model.databases['orders-db'];
  const say = (level: 'info' | 'warn', message: string): void =>
    announce(deps, { service: SERVICE, host: HOST, level, message });
  let exported = 0;
  let isOver = false;

  const readOn = (): void => {
    if (isOver) return;
    const takesMs = logNormal(random, READ_MS, 0.35);
    events.at(events.nowMs + takesMs, () => {
      exported += ROWS_PER_READ;
      const seconds = (takesMs / SECOND_MS).toFixed(1);
      if (takesMs >= SLOW_READ_MS)
        say('warn', `slow query: ${seconds} s for FETCH FORWARD ${ROWS_PER_READ} FROM export`);
      say('info', `exported ${exported.toLocaleString('en-US')} orders`);
      readOn();
    });
  };
  database.running += PARALLEL_QUERIES;
  say('info', 'nightly export of orders started');
  readOn();
  return () => {
    isOver = true;
    database.running -= PARALLEL_QUERIES;
    say('info', `nightly export of orders finished, ${exported.toLocaleString('en-US')} orders`);
  };
};
