/** What people and forwarders call the main fields, by our name for them, the most telling field first. */
export const FIELD_SYNONYMS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    '@timestamp': 'timestamp time _time ts date datetime',
    'service.name': 'service svc servicename service_name app application component container container.name',
    level: 'lvl severity loglevel log_level log.level severity_text priority',
    message: 'msg log text body line event event.original log.message',
    duration_ms: 'duration latency latency_ms elapsed elapsed_ms took response_time event.duration',
    status_code: 'code http_status statuscode response_code http.status_code http.response.status_code',
    status: 'outcome event.outcome',
    name: 'operation span.name metric metric.name',
    value: 'val',
    kind: 'span.kind',
    'peer.service': 'peer callee target',
    'trace.id': 'trace traceid trace_id',
    'span.id': 'span spanid span_id',
    'parent.id': 'parent parentid parent_id parent_span_id',
    'host.name': 'host hostname host.hostname node server instance pod machine',
  }).map(([field, names]) => [field, new Set(names.split(' '))]),
);
