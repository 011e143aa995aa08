import { exponential, hex, logNormal } from './distributions.ts';
import { allocate, chooseHost } from './host.ts';
import { describeDone, describeOwnFault } from './messages.ts';
import type { CallPolicy } from './model.ts';
import { acquire, call, type Process, wait } from './process.ts';
import { crashHost } from './restart.ts';
import {
  announce,
  type Failure,
  isLost,
  openScope,
  recordInner,
  recordOutcome,
  remark,
  type Scope,
  type ShopDeps,
  type TraceContext,
} from './scope.ts';
import { type Endpoint, type ServiceName, SERVICES, type Step, WORKER_LIMIT_MS } from './topology.ts';
import { callExternal, publish, readCache, runQuery } from './use-dependency.ts';

export type Response =
  | { readonly kind: 'answered'; readonly status: number }
  /** The connection was refused or cut. */
  | { readonly kind: 'lost'; readonly reason: string };

const WORK_SIGMA = 0.45;
// A service at its limit is somewhat slower before it queues.
const BUSY_SLOWDOWN = 0.5;
const COLD_SLOWDOWN = 0.6;
const RETRY_PAUSE_MS = 60;
const SHOWN_PAUSE_MS = 300;

/** One request at one service, from its arrival to its answer, with all the telemetry that it causes. */
export function* serve(
  deps: ShopDeps,
  service: ServiceName,
  endpointName: string,
  trace: TraceContext,
): Process<Response> {
  const { events, model } = deps;
  const host = chooseHost(deps.random, model.hosts[service], events.nowMs);
  if (!host?.isUp) return { kind: 'lost', reason: `connect ECONNREFUSED (${host?.name ?? service}:8080)` };
  const scope = openScope(deps, { service, endpoint: endpointName, host }, trace);
  const startMs = events.nowMs;
  const endpoint = SERVICES[service].endpoints[endpointName] as Endpoint;
  const workers = model.workers[service];
  let failure: Failure | null = {
    status: 503,
    reason: `no free worker after ${WORKER_LIMIT_MS} ms (${workers.size} busy)`,
  };
  if (yield* acquire(workers, WORKER_LIMIT_MS)) {
    failure = yield* runEndpoint(scope, endpoint);
    workers.release();
  }
  if (isLost(scope)) return { kind: 'lost', reason: 'read ECONNRESET' };
  const status = failure?.status ?? endpoint.status ?? 200;
  recordOutcome(scope, {
    kind: 'server',
    route: endpoint.route,
    parentId: trace.parentId,
    startMs,
    isOk: failure === null,
    statusCode: status,
    message: failure
      ? `${endpoint.route} ${status}: ${failure.reason}`
      : describeDone(scope.random, service, endpointName),
  });
  return { kind: 'answered', status };
}

/** The steps of an endpoint; of a process that ends meanwhile, nothing more is heard. */
export function* runEndpoint(scope: Scope, endpoint: Endpoint): Process<Failure | null> {
  const { host, random, events } = scope;
  const failure = yield* runSteps(scope, endpoint.steps);
  leaveGarbage(scope);
  if (host.pausedUntilMs > events.nowMs) yield* wait(host.pausedUntilMs - events.nowMs);
  if (failure) return failure;
  const broken = scope.model.brokenEndpoints.get(`${scope.service} ${scope.endpoint}`);
  if (broken?.version === host.version && random() < broken.share) return { status: 500, reason: broken.message };
  if (random() < endpoint.failureShare)
    return { status: 500, reason: describeOwnFault(random, SERVICES[scope.service].connections !== null) };
  return null;
}

const leaveGarbage = (scope: Scope): void => {
  const { host, model, events, service } = scope;
  if (!host.isUp) return;
  const collection = allocate(host, events.nowMs, model.heapLeaks.get(service) ?? 0);
  if (!collection || collection.pauseMs < SHOWN_PAUSE_MS) return;
  const [before, after, pause] = [collection.beforeMb, collection.afterMb, collection.pauseMs].map((x) => x.toFixed(1));
  announce(scope, {
    service,
    host: host.name,
    level: 'warn',
    message: `Mark-Compact ${before} -> ${after} MB, ${pause} ms, allocation failure; scavenge might not succeed`,
  });
  if (collection.isFatal) crashHost(scope, service, host);
};

function* runSteps(scope: Scope, steps: readonly Step[]): Process<Failure | null> {
  for (const step of steps) {
    const failure = yield* runStep(scope, step);
    if (failure || isLost(scope)) return failure;
  }
  return null;
}

function* runStep(scope: Scope, step: Step): Process<Failure | null> {
  const { random, host, events } = scope;
  switch (step.kind) {
    case 'work': {
      if (host.pausedUntilMs > events.nowMs) yield* wait(host.pausedUntilMs - events.nowMs);
      const { active, size } = scope.model.workers[scope.service];
      const cold = events.nowMs < host.coldUntilMs ? 1 + COLD_SLOWDOWN : 1;
      yield* wait(logNormal(random, step.ms * cold, WORK_SIGMA) * (1 + (BUSY_SLOWDOWN * active) / size));
      return null;
    }
    case 'cached':
      return (yield* readCache(scope, step)) ? null : yield* runSteps(scope, step.otherwise);
    case 'query':
      return yield* runQuery(scope, step);
    case 'external':
      return yield* callExternal(scope, step);
    case 'publish':
      publish(scope, step);
      return null;
    case 'call':
      return yield* callService(scope, step);
  }
}

const policyOf = (scope: Scope, step: Extract<Step, { kind: 'call' }>): CallPolicy => {
  const usual = { limitMs: step.limitMs, attempts: step.attempts, pauseMs: RETRY_PAUSE_MS };
  const { callPolicies } = scope.model;
  return callPolicies.size === 0 ? usual : { ...usual, ...callPolicies.get(`${scope.service} ${step.service}`) };
};

function* callService(scope: Scope, step: Extract<Step, { kind: 'call' }>): Process<Failure | null> {
  const { events, random } = scope;
  const { limitMs, attempts, pauseMs } = policyOf(scope, step);
  let reason = '';
  for (let attempt = 1; attempt <= attempts && !isLost(scope); attempt += 1) {
    if (attempt > 1) {
      remark(scope, 'warn', `retrying ${step.service} (attempt ${attempt} of ${attempts}): ${reason}`);
      yield* wait(exponential(random, pauseMs));
    }
    const startMs = events.nowMs;
    const spanId = hex(random, 16);
    const callee = serve(scope, step.service, step.endpoint, {
      traceId: scope.traceId,
      isSampled: scope.isSampled,
      parentId: spanId,
    });
    const result = yield* call(callee, limitMs);
    const response = result.kind === 'answered' ? result.value : null;
    const isOk = response?.kind === 'answered' && response.status < 500;
    recordInner(scope, {
      name: `call ${step.service}`,
      kind: 'client',
      peerService: step.service,
      spanId,
      startMs,
      isOk,
    });
    if (isOk) return null;
    if (response === null) reason = `no answer within ${limitMs} ms`;
    else reason = response.kind === 'answered' ? `it answered ${response.status}` : response.reason;
  }
  return { status: 502, reason: `${step.service} failed: ${reason}` };
}
