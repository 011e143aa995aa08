import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`CREATE TABLE app.slack_answers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    asked_at timestamptz NOT NULL,
    asker text NOT NULL,
    channel text NOT NULL,
    thread_ts text,
    incident integer,
    query text NOT NULL,
    range_from timestamptz,
    range_to timestamptz
  )`,
  sql`CREATE INDEX slack_answers_asked_at ON app.slack_answers (asked_at)`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await statement.execute(db);
};
