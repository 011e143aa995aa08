import { SECOND_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import type { TelemetryBatch } from '#ports/telemetry-store.ts';
import { startConsumer } from './consume.ts';
import { exponential, hex } from './distributions.ts';
import { createEventQueue } from './event-queue.ts';
import { type FaultPlan, findFault, type GroundTruth, toTruth } from './faults.ts';
import { loadFactor, PEAK_LOAD_FACTOR } from './load-curve.ts';
import { orderValue } from './messages.ts';
import { createModel } from './model.ts';
import { runProcess } from './process.ts';
import { createRecorder } from './recorder.ts';
import { reportInfrastructure } from './report-metrics.ts';
import { serve } from './serve.ts';
import { type Arrival, ARRIVALS, QUEUE_NAMES, SERVICE_NAMES, type ServiceName } from './topology.ts';

export type { FaultPlan, GroundTruth } from './faults.ts';

export interface ShopOptions {
  /** The same seed gives the same telemetry. */
  readonly seed: number;
  readonly startAt: Date;
  readonly faults: readonly FaultPlan[];
  /** Times the usual number of customers, default 1. */
  readonly load?: number;
}

export interface Shop {
  readonly services: readonly ServiceName[];
  readonly truths: readonly GroundTruth[];
  readonly now: Date;
  /** Lets the shop run until then and hands over what it said, in order of writing. Going back does nothing. */
  advanceTo(at: Date): readonly TelemetryBatch[];
}

const SAMPLED_SHARE = 0.2;
const METRIC_EVERY_MS = 10 * SECOND_MS;

/** A shop in virtual time: customers come, requests queue for workers and connections, and all of it is logged. */
export const createShop = (options: ShopOptions): Shop => {
  const random = seededRandom(options.seed);
  const load = options.load ?? 1;
  const startMs = options.startAt.getTime();
  const events = createEventQueue(startMs);
  const model = createModel(events, load);
  const recorder = createRecorder();
  const deps = { events, random, model, recorder };
  const truths = options.faults.map(toTruth);

  for (const { fault, startAt, endAt } of truths) {
    events.at(startAt.getTime(), () => {
      const takeBack = findFault(fault).apply(deps);
      events.at(endAt.getTime(), takeBack);
    });
  }

  let orders = 0;
  let revenue = 0;
  const visit = ({ service, endpoint }: Arrival): void => {
    const trace = { traceId: hex(random, 32), isSampled: random() < SAMPLED_SHARE, parentId: null };
    runProcess(events, serve(deps, service, endpoint, trace), (response) => {
      if (endpoint !== 'checkout' || response.kind === 'lost' || response.status >= 400) return;
      orders += 1;
      revenue += orderValue(random);
    });
  };

  // A Poisson process at the day's peak, thinned to the load of the moment (Lewis and Shedler 1979).
  const arrive = (arrival: Arrival): void => {
    const gapMs = exponential(random, SECOND_MS / (arrival.perSecond * load * model.load * PEAK_LOAD_FACTOR));
    events.at(events.nowMs + gapMs, () => {
      if (random() < loadFactor(events.nowMs) / PEAK_LOAD_FACTOR) visit(arrival);
      arrive(arrival);
    });
  };
  for (const arrival of ARRIVALS) arrive(arrival);

  const report = (): void => {
    const common = { timestampMs: events.nowMs, service: 'order-service' };
    recorder.metric({ ...common, name: 'orders.completed', value: orders, unit: 'orders' });
    recorder.metric({ ...common, name: 'revenue.amount', value: Math.round(revenue * 100) / 100, unit: 'EUR' });
    orders = 0;
    revenue = 0;
    events.at(events.nowMs + METRIC_EVERY_MS, report);
  };
  events.at(startMs + METRIC_EVERY_MS, report);
  reportInfrastructure(deps);
  for (const name of QUEUE_NAMES) startConsumer(deps, name);

  return {
    services: SERVICE_NAMES,
    truths,
    get now() {
      return new Date(events.nowMs);
    },
    advanceTo: (at) => {
      events.runUntil(at.getTime());
      return recorder.take();
    },
  };
};
