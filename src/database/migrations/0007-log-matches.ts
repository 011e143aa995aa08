import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`ALTER TABLE app.anomalies DROP CONSTRAINT anomalies_signal_check`,
  sql`ALTER TABLE app.anomalies ADD CONSTRAINT anomalies_signal_check
    CHECK (signal IN ('error_rate', 'latency', 'silence', 'log_match'))`,
  sql`CREATE TABLE app.log_matches (
    service text NOT NULL,
    word text NOT NULL,
    lines integer NOT NULL CHECK (lines >= 1),
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    last_line text NOT NULL,
    arrived_at timestamptz NOT NULL,
    PRIMARY KEY (service, word),
    CHECK (first_at <= last_at)
  )`,
  sql`CREATE TABLE app.log_match_deliveries (
    key text PRIMARY KEY,
    received_at timestamptz NOT NULL
  )`,
  sql`CREATE INDEX log_match_deliveries_received_at ON app.log_match_deliveries (received_at)`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await statement.execute(db);
};
