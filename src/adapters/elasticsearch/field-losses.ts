import type { TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';

/** What Sentinel cannot do without something in the telemetry. */
export interface Loss {
  readonly what: string;
  /** Incidents are missed by it, so it is a gap of detection. */
  readonly blindsDetection: boolean;
}

const loss = (what: string): Loss => ({ what, blindsDetection: false });
const blindness = (what: string): Loss => ({ what, blindsDetection: true });

/** Without any index of the kind. */
export const SOURCE_LOSSES: Readonly<Record<TelemetryKind, Loss>> = {
  logs: blindness('no detection: no service is watched'),
  spans: loss('no traces, and no call graph but what services that share trace ids in logs show'),
  metrics: loss('no metrics'),
};

/** Without the field. */
export const FIELD_LOSSES: Readonly<Record<TelemetryKind, Readonly<Record<string, Loss>>>> = {
  logs: {
    '@timestamp': blindness('no detection and no query: every one asks for a time range'),
    'service.name': blindness('no detection: no row belongs to a service'),
    level: loss('no errors among lines that are no requests, and no query by level'),
    message: loss('no search in messages, no patterns of them'),
    duration_ms: blindness('no latency signal, and no requests: detection counts log lines by level'),
    'trace.id': loss('no way from a log line to its trace'),
    'span.id': loss('no way from a log line to its span'),
    status_code: loss('a request counts as failed by its level only'),
    'host.name': loss('no way to tell one host from another'),
  },
  spans: {
    '@timestamp': loss('no traces: every query asks for a time range'),
    'trace.id': loss('no traces, and no call graph from spans'),
    'span.id': loss('no call graph from spans, and no order within a trace'),
    'parent.id': loss('no call graph from spans, and no order within a trace'),
    'service.name': loss('no call graph from spans: no span belongs to a service'),
    'span.name': loss('spans without a name'),
    'span.kind': loss('calls and what answers them cannot be told apart'),
    'peer.service': loss('calls to services without spans of their own do not show'),
    duration_ms: loss('no slow traces, no critical path'),
    status: loss('no failing traces, no errors on the edges of the call graph'),
  },
  metrics: {
    '@timestamp': loss('no metrics: every query asks for a time range'),
    'metric.name': loss('metrics without a name'),
    value: loss('metrics without a value'),
    unit: loss('values without a unit'),
    'service.name': loss('metrics that belong to no service'),
  },
};

/** Without either field. */
export const NO_ERROR_SIGNAL: Loss = blindness('no error signal: neither level nor status_code says what failed');
