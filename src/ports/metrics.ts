type Labels = Readonly<Record<string, string>>;

/** Every metric that Sentinel serves about itself: name → kind, help text and label names. */
export const METRICS = {
  sentinel_detection_ticks_total: { kind: 'counter', help: 'Detection ticks by outcome', labels: ['outcome'] },
  sentinel_detection_tick_seconds: { kind: 'histogram', help: 'Duration of a detection tick', labels: [] },
  sentinel_detection_gaps_total: { kind: 'counter', help: 'What a tick could not look at, by kind', labels: ['kind'] },
  sentinel_services_watched: { kind: 'gauge', help: 'Services seen by the last tick', labels: [] },
  sentinel_anomalies_total: { kind: 'counter', help: 'Anomalies opened', labels: ['signal', 'severity'] },
  sentinel_incident_transitions_total: { kind: 'counter', help: 'Incident transitions', labels: ['transition'] },
  sentinel_jobs_total: { kind: 'counter', help: 'Job runs by outcome', labels: ['job', 'outcome'] },
  sentinel_job_seconds: { kind: 'histogram', help: 'Duration of a job run', labels: ['job'] },
  sentinel_dead_jobs_total: { kind: 'counter', help: 'Jobs given up after their last attempt', labels: ['job'] },
  sentinel_queue_depth: { kind: 'gauge', help: 'Jobs in a queue by state', labels: ['queue', 'state'] },
  sentinel_outbox_pending: { kind: 'gauge', help: 'Outbox rows not yet enqueued', labels: [] },
  sentinel_slack_writes_total: {
    kind: 'counter',
    help: 'Slack Web API writes by outcome',
    labels: ['method', 'outcome'],
  },
  sentinel_slack_retries_total: {
    kind: 'counter',
    help: 'Slack writes that were put off or repeated',
    labels: ['reason'],
  },
  sentinel_slack_blocked_total: {
    kind: 'counter',
    help: 'Slack writes refused until somebody puts the channel or the token right, by reason',
    labels: ['reason'],
  },
  sentinel_slack_write_seconds: { kind: 'histogram', help: 'Duration of a Slack write', labels: ['method'] },
  sentinel_slack_requests_total: {
    kind: 'counter',
    help: 'Requests of Slack over HTTP by outcome',
    labels: ['outcome'],
  },
  sentinel_slack_receipt_seconds: { kind: 'histogram', help: 'Time to answer Slack', labels: ['kind'] },
  sentinel_telemetry_rows_total: {
    kind: 'counter',
    help: 'Telemetry rows appended or refused',
    labels: ['kind', 'outcome'],
  },
  sentinel_ingest_requests_total: {
    kind: 'counter',
    help: 'Requests that brought telemetry, by format and outcome',
    labels: ['format', 'outcome'],
  },
  sentinel_log_matches_total: {
    kind: 'counter',
    help: 'Lines that the filter found and that open incidents, by what became of them',
    labels: ['outcome'],
  },
  sentinel_telemetry_retries_total: {
    kind: 'counter',
    help: 'Requests to the telemetry store that were repeated',
    labels: ['operation'],
  },
  sentinel_model_seconds: {
    kind: 'histogram',
    help: 'Duration of a question to Claude',
    labels: ['purpose', 'outcome'],
  },
  sentinel_model_tokens_total: {
    kind: 'counter',
    help: 'Tokens sent to and got from Claude',
    labels: ['purpose', 'kind'],
  },
  sentinel_telemetry_query_seconds: {
    kind: 'histogram',
    help: 'Duration of a telemetry query',
    labels: ['purpose', 'outcome'],
  },
} as const satisfies Readonly<
  Record<string, { kind: 'counter' | 'gauge' | 'histogram'; help: string; labels: readonly string[] }>
>;

type MetricName = keyof typeof METRICS;
type NameOfKind<K> = { [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never }[MetricName];

export interface Metrics {
  increment(name: NameOfKind<'counter'>, labels?: Labels, by?: number): void;
  /** Seconds. */
  observe(name: NameOfKind<'histogram'>, seconds: number, labels?: Labels): void;
  set(name: NameOfKind<'gauge'>, value: number, labels?: Labels): void;
}
