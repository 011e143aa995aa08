import type { Random } from '#kernel/random.ts';
import { exponential, hex, logNormal, pick } from './distributions.ts';
import type { SpanRecord } from '#ports/telemetry-store.ts';
import type { EventQueue } from './event-queue.ts';
import { describeDone, describeOwnFault } from './messages.ts';
import type { ShopModel } from './model.ts';
import { acquire, call, type Process, wait } from './process.ts';
import type { Recorder } from './recorder.ts';
import {
  CONNECTION_LIMIT_MS,
  type Endpoint,
  EXTERNALS,
  type ServiceName,
  SERVICES,
  type Step,
  WORKER_LIMIT_MS,
} from './topology.ts';

export interface ServeDeps {
  readonly events: EventQueue;
  readonly random: Random;
  readonly model: ShopModel;
  readonly recorder: Recorder;
}

export interface TraceContext {
  readonly traceId: string;
  /** Head sampling: all spans of a trace are kept, or none. */
  readonly isSampled: boolean;
  readonly parentId: string | null;
}

export interface Response {
  readonly status: number;
}

/** Why a request failed: the status it answers, and what its line says. */
interface Failure {
  readonly status: number;
  readonly reason: string;
}

interface Scope extends ServeDeps {
  readonly service: ServiceName;
  readonly endpoint: string;
  readonly host: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

const WORK_SIGMA = 0.45;
const QUERY_SIGMA = 0.5;
// A service at its limit is somewhat slower before it queues.
const BUSY_SLOWDOWN = 0.5;
const RETRY_PAUSE_MS = 60;
// One warning in so many waits: a pool that is dry would drown everything else.
const WARN_SHARE = 0.1;
// Shorter waits would be a span in every request.
const SHOWN_WAIT_MS = 5;

/** One request at one service, from its arrival to its answer, with all the telemetry that it causes. */
export function* serve(
  deps: ServeDeps,
  service: ServiceName,
  endpoint: string,
  trace: TraceContext,
): Process<Response> {
  const { events, random, model } = deps;
  const plan = SERVICES[service];
  const scope: Scope = {
    ...deps,
    service,
    endpoint,
    host: pick(random, plan.hosts),
    traceId: trace.traceId,
    spanId: hex(random, 16),
    isSampled: trace.isSampled,
  };
  const startMs = events.nowMs;
  const steps = plan.endpoints[endpoint] as Endpoint;
  const workers = model.workers[service];
  let failure: Failure | null = {
    status: 503,
    reason: `no free worker after ${WORKER_LIMIT_MS} ms (${workers.size} busy)`,
  };
  if (yield* acquire(workers, WORKER_LIMIT_MS)) {
    failure = yield* runEndpoint(scope, steps);
    workers.release();
  }
  return answer(scope, steps, trace.parentId, startMs, failure);
}

function* runEndpoint(scope: Scope, endpoint: Endpoint): Process<Failure | null> {
  const failure = yield* runSteps(scope, endpoint.steps);
  if (failure) return failure;
  const broken = scope.model.brokenEndpoints.get(`${scope.service} ${scope.endpoint}`);
  if (broken && scope.random() < broken.share) return { status: 500, reason: broken.message };
  if (scope.random() < endpoint.failureShare)
    return { status: 500, reason: describeOwnFault(scope.random, SERVICES[scope.service].connections !== null) };
  return null;
}

function* runSteps(scope: Scope, steps: readonly Step[]): Process<Failure | null> {
  for (const step of steps) {
    const failure = yield* runStep(scope, step);
    if (failure) return failure;
  }
  return null;
}

function* runStep(scope: Scope, step: Step): Process<Failure | null> {
  const { random } = scope;
  switch (step.kind) {
    case 'work': {
      const { active, size } = scope.model.workers[scope.service];
      yield* wait(logNormal(random, step.ms, WORK_SIGMA) * (1 + (BUSY_SLOWDOWN * active) / size));
      return null;
    }
    case 'cached':
      return random() < step.hitShare ? null : yield* runSteps(scope, step.otherwise);
    case 'query':
      return yield* runDatabaseQuery(scope, step.ms, step.what);
    case 'external': {
      const { ms, sigma } = EXTERNALS[step.name];
      const takesMs = logNormal(random, ms * scope.model.bankSlowdown, sigma);
      const startMs = scope.events.nowMs;
      yield* wait(Math.min(takesMs, step.limitMs));
      const isOk = takesMs <= step.limitMs;
      recordInner(scope, { name: `call ${step.name}`, kind: 'client', peerService: step.name, startMs, isOk });
      if (isOk) return null;
      return { status: 504, reason: `${step.name} did not answer within ${step.limitMs} ms` };
    }
    case 'call':
      return yield* callService(scope, step);
  }
}

function* runDatabaseQuery(scope: Scope, ms: number, what: string): Process<Failure | null> {
  const { events, random, model } = scope;
  const pool = model.connections[scope.service];
  if (!pool) return null;
  if (pool.waiting > 0 && random() < WARN_SHARE) {
    remark(
      scope,
      'warn',
      `waiting for a connection to ${pool.name} (active=${pool.active}, idle=0, waiting=${pool.waiting})`,
    );
  }
  const askedMs = events.nowMs;
  const isAcquired = yield* acquire(pool, CONNECTION_LIMIT_MS);
  const waited = { name: 'wait for connection', kind: 'internal', peerService: null, startMs: askedMs } as const;
  if (events.nowMs - askedMs >= SHOWN_WAIT_MS) recordInner(scope, { ...waited, isOk: isAcquired });
  if (!isAcquired) {
    const state = `active=${pool.active}, idle=${pool.size - pool.active}, waiting=${pool.waiting}`;
    remark(
      scope,
      'error',
      `timed out waiting for a connection to ${pool.name} after ${CONNECTION_LIMIT_MS} ms (${state})`,
    );
    return { status: 503, reason: `${what} failed: no connection to ${pool.name} within ${CONNECTION_LIMIT_MS} ms` };
  }
  const startMs = events.nowMs;
  yield* wait(logNormal(random, ms, QUERY_SIGMA));
  recordInner(scope, { name: what, kind: 'client', peerService: pool.name, startMs, isOk: true });
  const leak = model.leaks.get(scope.service);
  if (leak && random() < leak.share) events.at(events.nowMs + exponential(random, leak.holdMs), () => pool.release());
  else pool.release();
  return null;
}

function* callService(scope: Scope, step: Extract<Step, { kind: 'call' }>): Process<Failure | null> {
  const { events, random, recorder } = scope;
  let reason = '';
  for (let attempt = 1; attempt <= step.attempts; attempt += 1) {
    if (attempt > 1) {
      remark(scope, 'warn', `retrying ${step.service} (attempt ${attempt} of ${step.attempts}): ${reason}`);
      yield* wait(exponential(random, RETRY_PAUSE_MS));
    }
    const startMs = events.nowMs;
    const clientId = hex(random, 16);
    const callee = serve(scope, step.service, step.endpoint, {
      traceId: scope.traceId,
      isSampled: scope.isSampled,
      parentId: clientId,
    });
    const result = yield* call(callee, step.limitMs);
    const isOk = result.kind === 'answered' && result.value.status < 500;
    if (scope.isSampled) {
      recorder.span({
        timestampMs: startMs,
        traceId: scope.traceId,
        spanId: clientId,
        parentId: scope.spanId,
        service: scope.service,
        name: `call ${step.service}`,
        kind: 'client',
        peerService: step.service,
        durationMs: events.nowMs - startMs,
        status: isOk ? 'ok' : 'error',
      });
    }
    if (isOk) return null;
    reason = result.kind === 'timed-out' ? `no answer within ${step.limitMs} ms` : `it answered ${result.value.status}`;
  }
  return { status: 502, reason: `${step.service} failed: ${reason}` };
}

/** A span below the request's own: a call to something that sends no telemetry, or a wait. */
const recordInner = (
  scope: Scope,
  span: Pick<SpanRecord, 'name' | 'kind' | 'peerService'> & { readonly startMs: number; readonly isOk: boolean },
): void => {
  if (!scope.isSampled) return;
  scope.recorder.span({
    timestampMs: span.startMs,
    traceId: scope.traceId,
    spanId: hex(scope.random, 16),
    parentId: scope.spanId,
    service: scope.service,
    name: span.name,
    kind: span.kind,
    peerService: span.peerService,
    durationMs: scope.events.nowMs - span.startMs,
    status: span.isOk ? 'ok' : 'error',
  });
};

/** A line that is no request: it carries no duration. */
const remark = (scope: Scope, level: 'warn' | 'error', message: string): void => {
  scope.recorder.log({
    timestampMs: scope.events.nowMs,
    service: scope.service,
    level,
    message,
    durationMs: null,
    traceId: scope.traceId,
    spanId: scope.spanId,
    statusCode: null,
    host: scope.host,
  });
};

const answer = (
  scope: Scope,
  endpoint: Endpoint,
  parentId: string | null,
  startMs: number,
  failure: Failure | null,
): Response => {
  const { events, random, recorder, service } = scope;
  const durationMs = Math.round((events.nowMs - startMs) * 1000) / 1000;
  const status = failure?.status ?? endpoint.status ?? 200;
  recorder.log({
    timestampMs: events.nowMs,
    service,
    level: failure ? 'error' : 'info',
    message: failure ? `${endpoint.route} ${status}: ${failure.reason}` : describeDone(random, service, scope.endpoint),
    durationMs,
    traceId: scope.traceId,
    spanId: scope.spanId,
    statusCode: status,
    host: scope.host,
    attributes: { 'http.route': endpoint.route },
  });
  if (scope.isSampled) {
    recorder.span({
      timestampMs: startMs,
      traceId: scope.traceId,
      spanId: scope.spanId,
      parentId,
      service,
      name: endpoint.route,
      kind: 'server',
      peerService: null,
      durationMs,
      status: failure ? 'error' : 'ok',
    });
  }
  return { status };
};
