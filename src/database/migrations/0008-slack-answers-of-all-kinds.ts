import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`ALTER TABLE app.slack_answers ADD COLUMN kind text NOT NULL DEFAULT 'query'`,
  sql`ALTER TABLE app.slack_answers ADD COLUMN about text`,
  sql`ALTER TABLE app.slack_answers ADD COLUMN asked jsonb`,
  sql`ALTER TABLE app.slack_answers ADD COLUMN lines jsonb`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await statement.execute(db);
};
