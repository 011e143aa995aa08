import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`CREATE TABLE app.slack_requests (
    key text PRIMARY KEY,
    received_at timestamptz NOT NULL
  )`,
  sql`CREATE INDEX slack_requests_received_at ON app.slack_requests (received_at)`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await statement.execute(db);
};
