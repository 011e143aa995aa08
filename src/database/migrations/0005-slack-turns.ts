import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`CREATE TABLE app.slack_turns (
    key text PRIMARY KEY,
    channel text NOT NULL,
    rank integer NOT NULL,
    due_at timestamptz NOT NULL
  )`,
  sql`CREATE INDEX slack_turns_channel ON app.slack_turns (channel, due_at)`,
  sql`ALTER TABLE app.slack_channels DROP COLUMN waiting_rank, DROP COLUMN waiting_until`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await statement.execute(db);
};
