import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`CREATE TABLE app.counters (
    name text PRIMARY KEY,
    value integer NOT NULL CHECK (value >= 0)
  )`,
  sql`INSERT INTO app.counters (name, value) VALUES ('incident', 0)`,

  sql`CREATE TABLE app.incidents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number integer NOT NULL UNIQUE CHECK (number >= 1),
    state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
    severity text NOT NULL CHECK (severity IN ('P1', 'P2', 'P3', 'P4')),
    lead_anomaly_id uuid,
    opened_at timestamptz NOT NULL,
    first_onset_at timestamptz NOT NULL,
    last_onset_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by jsonb,
    resolved_at timestamptz,
    resolved_by jsonb,
    resolution text,
    recovered_at timestamptz,
    previous_incident_id uuid REFERENCES app.incidents (id),
    possibly_same_as_id uuid REFERENCES app.incidents (id),
    updated_at timestamptz NOT NULL,
    CHECK (first_onset_at <= last_onset_at),
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
    CHECK (state <> 'open' OR acknowledged_at IS NULL),
    CHECK (state <> 'acknowledged' OR acknowledged_at IS NOT NULL),
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)),
    CHECK (resolution IS NULL OR state = 'resolved')
  )`,
  sql`CREATE INDEX incidents_unresolved ON app.incidents (number) WHERE state <> 'resolved'`,
  sql`CREATE INDEX incidents_resolved_at ON app.incidents (resolved_at) WHERE state = 'resolved'`,

  sql`CREATE FUNCTION app.refuse_illegal_transition() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('open', 'acknowledged'), ('open', 'resolved'), ('acknowledged', 'resolved'), ('resolved', 'open')
    ) THEN
      RAISE EXCEPTION 'illegal incident transition from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $$`,
  sql`CREATE TRIGGER incidents_legal_transition BEFORE UPDATE OF state ON app.incidents
    FOR EACH ROW EXECUTE FUNCTION app.refuse_illegal_transition()`,

  sql`CREATE TABLE app.incident_keys (
    key text NOT NULL,
    incident_id uuid NOT NULL REFERENCES app.incidents (id),
    is_open boolean NOT NULL,
    PRIMARY KEY (incident_id, key)
  )`,
  sql`CREATE UNIQUE INDEX incident_keys_one_open ON app.incident_keys (key) WHERE is_open`,
  sql`CREATE INDEX incident_keys_key ON app.incident_keys (key)`,

  sql`CREATE TABLE app.incident_responders (
    incident_id uuid NOT NULL REFERENCES app.incidents (id),
    person_id text NOT NULL,
    actor jsonb NOT NULL,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, person_id)
  )`,

  sql`CREATE TABLE app.anomalies (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    service text NOT NULL,
    signal text NOT NULL CHECK (signal IN ('error_rate', 'latency', 'silence')),
    onset_at timestamptz NOT NULL,
    first_tick_at timestamptz NOT NULL,
    last_tick_at timestamptz NOT NULL,
    closed_at timestamptz,
    quiet_since timestamptz,
    score double precision NOT NULL CHECK (score >= 0 AND score <= 10),
    peak_score double precision NOT NULL CHECK (peak_score >= score AND peak_score <= 10),
    peak_rate double precision NOT NULL CHECK (peak_rate >= 0 AND peak_rate <= 1),
    severity text CHECK (severity IN ('P1', 'P2', 'P3', 'P4')),
    worst_severity text NOT NULL CHECK (worst_severity IN ('P1', 'P2', 'P3', 'P4')),
    is_paging boolean NOT NULL,
    large_since timestamptz,
    incident_id uuid REFERENCES app.incidents (id),
    fold_reason jsonb,
    observation jsonb NOT NULL,
    CHECK ((closed_at IS NULL) = (quiet_since IS NULL)),
    CHECK (first_tick_at <= last_tick_at)
  )`,
  sql`CREATE UNIQUE INDEX anomalies_one_episode ON app.anomalies (service, signal) WHERE closed_at IS NULL`,
  sql`CREATE INDEX anomalies_incident ON app.anomalies (incident_id)`,
  sql`ALTER TABLE app.incidents ADD CONSTRAINT incidents_lead FOREIGN KEY (lead_anomaly_id)
    REFERENCES app.anomalies (id) DEFERRABLE INITIALLY DEFERRED`,

  sql`CREATE TABLE app.timeline_entries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    position bigserial NOT NULL UNIQUE,
    incident_id uuid NOT NULL REFERENCES app.incidents (id),
    at timestamptz NOT NULL,
    actor jsonb NOT NULL,
    event jsonb NOT NULL
  )`,
  sql`CREATE INDEX timeline_entries_incident ON app.timeline_entries (incident_id, position)`,

  sql`CREATE TABLE app.audit_log (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    action text NOT NULL,
    actor jsonb NOT NULL,
    entity text NOT NULL,
    entity_id text NOT NULL,
    before jsonb,
    after jsonb
  )`,
  sql`CREATE INDEX audit_log_entity ON app.audit_log (entity, entity_id, id)`,
  sql`CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END $$`,
  sql`CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON app.audit_log
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change()`,
  sql`CREATE TRIGGER audit_log_not_emptied BEFORE TRUNCATE ON app.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()`,

  sql`CREATE TABLE app.outbox (
    id bigserial PRIMARY KEY,
    job text NOT NULL,
    payload jsonb NOT NULL,
    priority integer NOT NULL CHECK (priority >= 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    enqueued_at timestamptz
  )`,
  sql`CREATE INDEX outbox_pending ON app.outbox (id) WHERE enqueued_at IS NULL`,
  sql`CREATE FUNCTION app.notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('sentinel_outbox', '');
    RETURN NULL;
  END $$`,
  sql`CREATE TRIGGER outbox_notify AFTER INSERT ON app.outbox
    FOR EACH STATEMENT EXECUTE FUNCTION app.notify_outbox()`,

  sql`CREATE TABLE app.detection_state (
    service text NOT NULL,
    signal text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    state jsonb NOT NULL,
    PRIMARY KEY (service, signal)
  )`,
  sql`CREATE TABLE app.detection_ticks (
    id bigserial PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    services integer NOT NULL,
    gaps jsonb NOT NULL
  )`,
  sql`CREATE INDEX detection_ticks_finished ON app.detection_ticks (finished_at)`,

  sql`CREATE TABLE app.call_graph_edges (
    caller text NOT NULL,
    callee text NOT NULL,
    calls integer NOT NULL CHECK (calls >= 0),
    is_directed boolean NOT NULL,
    source text NOT NULL CHECK (source IN ('spans', 'logs', 'configuration')),
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (caller, callee),
    CHECK (caller <> callee)
  )`,
  sql`CREATE TABLE app.call_graph_refreshes (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    services jsonb NOT NULL,
    rows_read integer NOT NULL
  )`,

  sql`CREATE TABLE app.slack_channels (
    channel text PRIMARY KEY,
    next_write_at timestamptz NOT NULL
  )`,
  sql`CREATE TABLE app.slack_posts (
    key text PRIMARY KEY,
    incident_id uuid REFERENCES app.incidents (id),
    channel text NOT NULL,
    thread_ts text,
    mark text NOT NULL UNIQUE,
    attempted_at timestamptz,
    ts text,
    posted_at timestamptz,
    updated_at timestamptz,
    content_hash text,
    trouble text,
    CHECK ((ts IS NULL) = (posted_at IS NULL)),
    UNIQUE (channel, ts)
  )`,
  sql`CREATE INDEX slack_posts_incident ON app.slack_posts (incident_id)`,
  sql`CREATE TABLE app.slack_files (
    key text PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES app.incidents (id),
    file_id text NOT NULL,
    permalink text,
    uploaded_at timestamptz NOT NULL
  )`,
  sql`CREATE TABLE app.notices (
    key text PRIMARY KEY,
    claimed_at timestamptz NOT NULL,
    ended_at timestamptz
  )`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await statement.execute(db);
};
