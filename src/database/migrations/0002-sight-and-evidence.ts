import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`ALTER TABLE app.detection_ticks ADD COLUMN sight text NOT NULL DEFAULT 'seeing'
    CHECK (sight IN ('seeing', 'unreachable', 'unreadable', 'silent'))`,
  sql`ALTER TABLE app.detection_ticks ADD COLUMN unseen_because text`,
  sql`UPDATE app.detection_ticks SET sight = 'unreachable', unseen_because = 'The telemetry store did not answer.'
    WHERE gaps @> '[{"kind": "telemetry-unreachable", "service": null}]'`,
  sql`ALTER TABLE app.detection_ticks ALTER COLUMN sight DROP DEFAULT`,
  sql`ALTER TABLE app.detection_ticks ADD CHECK ((sight = 'seeing') = (unseen_because IS NULL))`,

  sql`ALTER TABLE app.anomalies ADD COLUMN peak_observation jsonb`,
  sql`ALTER TABLE app.anomalies ADD COLUMN is_gone boolean NOT NULL DEFAULT false
    CHECK (closed_at IS NOT NULL OR NOT is_gone)`,

  sql`CREATE TABLE app.display_reads (
    incident_id uuid PRIMARY KEY REFERENCES app.incidents (id),
    read_at timestamptz NOT NULL,
    evidence jsonb NOT NULL
  )`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await statement.execute(db);
};
