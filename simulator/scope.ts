import type { Random } from '#kernel/random.ts';
import type { LogRecord, SpanRecord } from '#ports/telemetry-store.ts';
import { hex } from './distributions.ts';
import type { EventQueue } from './event-queue.ts';
import type { Host } from './host.ts';
import type { ShopModel } from './model.ts';
import type { Recorder } from './recorder.ts';
import type { ServiceName } from './topology.ts';

export interface ShopDeps {
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

/** Why a request failed: the status it answers, and what its line says. */
export interface Failure {
  readonly status: number;
  readonly reason: string;
}

/** One request, or message, in work at one host. */
export interface Scope extends ShopDeps {
  readonly service: ServiceName;
  readonly endpoint: string;
  readonly host: Host;
  /** Of the host when the work began. */
  readonly epoch: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

export const openScope = (
  deps: ShopDeps,
  place: { readonly service: ServiceName; readonly endpoint: string; readonly host: Host },
  trace: TraceContext,
): Scope => ({
  events: deps.events,
  random: deps.random,
  model: deps.model,
  recorder: deps.recorder,
  service: place.service,
  endpoint: place.endpoint,
  host: place.host,
  epoch: place.host.epoch,
  traceId: trace.traceId,
  spanId: hex(deps.random, 16),
  isSampled: trace.isSampled,
});

/** The process that worked on it has ended meanwhile. */
export const isLost = (scope: Scope): boolean => scope.host.epoch !== scope.epoch;

/** A span below the request's own: a call, a wait, a message sent. */
export const recordInner = (
  scope: Scope,
  span: Pick<SpanRecord, 'name' | 'kind' | 'peerService'> & {
    readonly spanId?: string;
    readonly startMs: number;
    readonly isOk: boolean;
  },
): void => {
  if (!scope.isSampled) return;
  scope.recorder.span({
    timestampMs: span.startMs,
    traceId: scope.traceId,
    spanId: span.spanId ?? hex(scope.random, 16),
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
export const remark = (scope: Scope, level: 'warn' | 'error', message: string): void => {
  scope.recorder.log({
    timestampMs: scope.events.nowMs,
    service: scope.service,
    level,
    message,
    durationMs: null,
    traceId: scope.traceId,
    spanId: scope.spanId,
    statusCode: null,
    host: scope.host.name,
  });
};

/** What a process says of itself, outside any request. */
export const announce = (
  deps: Pick<ShopDeps, 'events' | 'recorder'>,
  line: Pick<LogRecord, 'service' | 'host' | 'level' | 'message' | 'attributes'>,
): void => {
  deps.recorder.log({
    ...line,
    timestampMs: deps.events.nowMs,
    durationMs: null,
    traceId: null,
    spanId: null,
    statusCode: null,
  });
};

/** The request's own line and span; `kind` server for a call, consumer for a message. */
export const recordOutcome = (
  scope: Scope,
  outcome: {
    readonly kind: 'server' | 'consumer';
    readonly route: string;
    readonly parentId: string | null;
    readonly startMs: number;
    readonly isOk: boolean;
    readonly statusCode: number | null;
    readonly message: string;
  },
): void => {
  const { events, recorder, service } = scope;
  const durationMs = Math.round((events.nowMs - outcome.startMs) * 1000) / 1000;
  recorder.log({
    timestampMs: events.nowMs,
    service,
    level: outcome.isOk ? 'info' : 'error',
    message: outcome.message,
    durationMs,
    traceId: scope.traceId,
    spanId: scope.spanId,
    statusCode: outcome.statusCode,
    host: scope.host.name,
    attributes:
      outcome.kind === 'server' ? { 'http.route': outcome.route } : { 'messaging.operation.name': outcome.route },
  });
  if (!scope.isSampled) return;
  recorder.span({
    timestampMs: outcome.startMs,
    traceId: scope.traceId,
    spanId: scope.spanId,
    parentId: outcome.parentId,
    service,
    name: outcome.route,
    kind: outcome.kind,
    peerService: null,
    durationMs,
    status: outcome.isOk ? 'ok' : 'error',
  });
};
