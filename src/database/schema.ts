import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';
import type { Actor } from '#kernel/actor.ts';
import type { Signal, TickSight } from '#kernel/anomaly.ts';
import type { Severity } from '#kernel/severity.ts';

/** Written as JSON text, read as a value. */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;

export interface Schema {
  counters: CountersTable;
  incidents: IncidentsTable;
  incident_keys: IncidentKeysTable;
  incident_responders: IncidentRespondersTable;
  anomalies: AnomaliesTable;
  timeline_entries: TimelineEntriesTable;
  audit_log: AuditLogTable;
  outbox: OutboxTable;
  detection_state: DetectionStateTable;
  detection_ticks: DetectionTicksTable;
  call_graph_edges: CallGraphEdgesTable;
  call_graph_refreshes: CallGraphRefreshesTable;
  slack_channels: SlackChannelsTable;
  slack_turns: SlackTurnsTable;
  slack_posts: SlackPostsTable;
  slack_files: SlackFilesTable;
  slack_requests: SlackRequestsTable;
  slack_answers: SlackAnswersTable;
  notices: NoticesTable;
  display_reads: DisplayReadsTable;
  log_matches: LogMatchesTable;
  log_match_deliveries: LogMatchDeliveriesTable;
}

/** Row per series of gapless numbers, e.g. `incident`. */
interface CountersTable {
  name: string;
  value: number;
}

interface IncidentsTable {
  id: Generated<string>;
  number: number;
  state: 'open' | 'acknowledged' | 'resolved';
  severity: Severity;
  /** Names the card. Set in the transaction that opens the incident. */
  lead_anomaly_id: string | null;
  opened_at: Date;
  /** Of the earliest and the latest onset folded in. */
  first_onset_at: Date;
  last_onset_at: Date;
  acknowledged_at: Date | null;
  acknowledged_by: NullableJson<Actor>;
  resolved_at: Date | null;
  resolved_by: NullableJson<Actor>;
  resolution: string | null;
  recovered_at: Date | null;
  previous_incident_id: string | null;
  possibly_same_as_id: string | null;
  updated_at: Date;
}

/** Partial unique index on key where is_open: one open incident per service and signal. */
interface IncidentKeysTable {
  key: string;
  incident_id: string;
  is_open: boolean;
}

/** People working on it, first acknowledger included. */
interface IncidentRespondersTable {
  incident_id: string;
  person_id: string;
  actor: Json<Actor>;
  joined_at: Date;
}

/** One episode each; partial unique index on (service, signal) where closed_at is null. */
interface AnomaliesTable {
  id: Generated<string>;
  service: string;
  signal: Signal;
  onset_at: Date;
  first_tick_at: Date;
  last_tick_at: Date;
  /** Tick that ended the episode. */
  closed_at: Date | null;
  quiet_since: Date | null;
  score: number;
  peak_score: number;
  peak_rate: number;
  severity: Severity | null;
  worst_severity: Severity;
  is_paging: boolean;
  /** Passed the size floor in every tick since then; null if not in the last one. */
  large_since: Date | null;
  incident_id: string | null;
  fold_reason: NullableJson<unknown>;
  /** The last AnomalyObservation, dates as ISO strings. */
  observation: Json<unknown>;
  /** The one that `peak_rate` was counted in; null for a peak of an earlier release. */
  peak_observation: NullableJson<unknown>;
  /** Closed because nothing is seen of the service any more, not because it came back. */
  is_gone: Generated<boolean>;
}

interface TimelineEntriesTable {
  id: Generated<string>;
  /** Order of writing. */
  position: Generated<number>;
  incident_id: string;
  at: Date;
  actor: Json<Actor>;
  event: Json<unknown>;
}

/** Append-only: a trigger refuses UPDATE and DELETE. */
interface AuditLogTable {
  id: Generated<number>;
  at: Date;
  /** `entity.verb` */
  action: string;
  actor: Json<Actor>;
  entity: string;
  entity_id: string;
  before: NullableJson<unknown>;
  after: NullableJson<unknown>;
}

interface OutboxTable {
  id: Generated<number>;
  job: string;
  payload: Json<unknown>;
  priority: number;
  created_at: Generated<Date>;
  enqueued_at: Date | null;
}

/** Latch, frozen baselines, long memory, ring: written by compare-and-set on version. */
interface DetectionStateTable {
  service: string;
  signal: string;
  version: number;
  state: Json<unknown>;
}

interface DetectionTicksTable {
  id: Generated<number>;
  started_at: Date;
  finished_at: Date;
  /** Services seen in the telemetry of the tick. */
  services: number;
  gaps: Json<unknown>;
  sight: TickSight;
  /** A sentence for a responder; null while it sees. */
  unseen_because: string | null;
}

interface CallGraphEdgesTable {
  caller: string;
  callee: string;
  /** Calls seen in the sample. */
  calls: number;
  /** False: the two share traces, who calls whom is not known. */
  is_directed: boolean;
  /** `spans`, `logs` or `configuration`. */
  source: string;
  last_seen_at: Date;
}

interface CallGraphRefreshesTable {
  id: Generated<number>;
  at: Date;
  /** Services seen in logs or spans of the sampled window. */
  services: Json<readonly string[]>;
  rows_read: number;
}

/** One row per channel, locked while the turn of a write is decided. */
interface SlackChannelsTable {
  channel: string;
  next_write_at: Date;
  /** Slack's word for why nothing can be written, e.g. `is_archived`; null while all is well. */
  trouble: ColumnType<string | null, string | null | undefined, string | null>;
  trouble_since: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** One row per card that waits to write to its channel. */
interface SlackTurnsTable {
  /** Of the card's post. */
  key: string;
  channel: string;
  /** The lowest is first; who begins to wait later has a higher one. */
  rank: number;
  /** The moment that is kept for it. */
  due_at: Date;
}

/** One row per message that must exist once. */
interface SlackPostsTable {
  /** E.g. `incident-card:<id>`, `timeline:<entry id>`. */
  key: string;
  incident_id: string | null;
  channel: string;
  thread_ts: string | null;
  /** In the message's block_id: how it is found again in the channel's history. */
  mark: string;
  /** Set before the first attempt to post; null in between. */
  attempted_at: Date | null;
  ts: string | null;
  posted_at: Date | null;
  updated_at: Date | null;
  /** Of what is shown now; the same hash needs no write. */
  content_hash: string | null;
  /** Deleted in Slack, channel archived… in words; null while all is well. */
  trouble: string | null;
  /** Posted anew because it was deleted in Slack: that is done once. */
  reposted_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** One row per uploaded chart. */
interface SlackFilesTable {
  /** Incident and state version. */
  key: string;
  incident_id: string;
  file_id: string;
  permalink: string | null;
  uploaded_at: Date;
}

/** One row per click, command or event of Slack that somebody answers; the key is a digest of its id. */
interface SlackRequestsTable {
  key: string;
  received_at: Date;
}

type PatternLines = readonly (string | null)[];
/** ES|QL condition on `level`, and what it means for people. */
type KeptLevel = { readonly esql: string; readonly means: string };

/** One row per question that somebody's buttons may come back to, without what it found. */
interface SlackAnswersTable {
  id: Generated<number>;
  asked_at: Date;
  asker: string;
  channel: string;
  thread_ts: string | null;
  /** Number of the incident in whose thread it was asked. */
  incident: number | null;
  /** What answers it: `query`, `patterns`, `trace`, `deps` or `slow`. */
  kind: Generated<string>;
  /** The service or the trace that was asked about; null for a query. */
  about: string | null;
  /** ES|QL of it, which can be edited. */
  query: string;
  /** How the query came about; null: it was typed as it stands. */
  asked: NullableJson<unknown>;
  /** ES|QL of the lines of each pattern shown, with the level where one was asked for; null for other answers. */
  lines: NullableJson<PatternLines | { readonly level: KeptLevel; readonly lines: PatternLines }>;
  /** Meant where the query names no time; both null: the default. */
  range_from: Date | null;
  range_to: Date | null;
}

/** One row per notice that must be said once. */
interface NoticesTable {
  key: string;
  claimed_at: Date;
  ended_at: Date | null;
}

/** What the query answered whose p99 a card shows, the latest of each incident. */
interface DisplayReadsTable {
  incident_id: string;
  read_at: Date;
  evidence: Json<unknown>;
}

/** One row per service and word of the filter: the lines that arrived and are in no anomaly yet. */
interface LogMatchesTable {
  service: string;
  word: string;
  lines: number;
  /** Of the lines, by their own clock. */
  first_at: Date;
  last_at: Date;
  /** The newest one, cut. */
  last_line: string;
  arrived_at: Date;
}

/** One row per delivery whose lines were counted, so that a repeated one counts once. */
interface LogMatchDeliveriesTable {
  /** A digest of what was delivered. */
  key: string;
  received_at: Date;
}

export type Row<T extends keyof Schema> = Selectable<Schema[T]>;
export type NewRow<T extends keyof Schema> = Insertable<Schema[T]>;
