import { SECOND_MS } from '#kernel/duration.ts';
import { chooseHost } from './host.ts';
import type { Message } from './message-queue.ts';
import { describeDone } from './messages.ts';
import { type Process, runProcess } from './process.ts';
import { isLost, openScope, recordOutcome, remark, type ShopDeps } from './scope.ts';
import { runEndpoint } from './serve.ts';
import { type Endpoint, QUEUES, type QueueName, SERVICES } from './topology.ts';
import { WARN_SHARE } from './use-dependency.ts';

const OLD_MS = 30 * SECOND_MS;

/** Lets the queue's consumer work on as many messages at once as it has workers. */
export const startConsumer = (deps: ShopDeps, name: QueueName): void => {
  const workers = deps.model.workers[QUEUES[name].consumer];
  const queue = deps.model.queues[name];
  const takeNext = (): void => {
    while (workers.active < workers.size) {
      const message = queue.take();
      if (!message) return;
      workers.acquire(0, () =>
        runProcess(deps.events, consume(deps, name, message), () => {
          workers.release();
          takeNext();
        }),
      );
    }
  };
  queue.onPublish(takeNext);
};

function* consume(deps: ShopDeps, name: QueueName, message: Message): Process<void> {
  const { events, random, model } = deps;
  const { consumer: service, endpoint: endpointName } = QUEUES[name];
  const host = chooseHost(random, model.hosts[service], events.nowMs);
  if (!host) return;
  const scope = openScope(deps, { service, endpoint: endpointName, host }, message);
  const startMs = events.nowMs;
  const ageMs = startMs - message.publishedMs;
  if (ageMs >= OLD_MS && random() < WARN_SHARE) {
    const { depth } = model.queues[name];
    remark(scope, 'warn', `${name}: consumer lag: ${depth} messages behind, this one is ${seconds(ageMs)} s old`);
  }
  const endpoint = SERVICES[service].endpoints[endpointName] as Endpoint;
  const failure = yield* runEndpoint(scope, endpoint);
  if (isLost(scope)) return;
  recordOutcome(scope, {
    kind: 'consumer',
    route: endpoint.route,
    parentId: message.parentId,
    startMs,
    isOk: failure === null,
    statusCode: null,
    message: failure
      ? `${endpoint.route} failed, moved to ${name}.dead: ${failure.reason}`
      : `${describeDone(random, service, endpointName)}, ${seconds(events.nowMs - message.publishedMs)} s after the order`,
  });
}

const seconds = (ms: number): string => (ms / SECOND_MS).toFixed(1);
