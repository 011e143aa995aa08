import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`ALTER TABLE app.slack_channels
    ADD COLUMN trouble text,
    ADD COLUMN trouble_since timestamptz,
    ADD CHECK ((trouble IS NULL) = (trouble_since IS NULL)),
    ADD COLUMN waiting_rank integer,
    ADD COLUMN waiting_until timestamptz,
    ADD CHECK ((waiting_rank IS NULL) = (waiting_until IS NULL))`,
  sql`ALTER TABLE app.slack_posts ADD COLUMN reposted_at timestamptz`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of STATEMENTS) await statement.execute(db);
};
