import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { type MigrationProvider, Migrator } from 'kysely/migration';
import { invariant } from '#kernel/invariant.ts';
import * as initial from './migrations/0001-initial.ts';
import * as sightAndEvidence from './migrations/0002-sight-and-evidence.ts';
import * as slackRequests from './migrations/0003-slack-requests.ts';
import * as slackTroubles from './migrations/0004-slack-troubles.ts';
import * as slackTurns from './migrations/0005-slack-turns.ts';
import * as slackAnswers from './migrations/0006-slack-answers.ts';
import * as logMatches from './migrations/0007-log-matches.ts';
import * as slackAnswersOfAllKinds from './migrations/0008-slack-answers-of-all-kinds.ts';
import type { Schema } from './schema.ts';

const MIGRATIONS: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve({
      '0001-initial': initial,
      '0002-sight-and-evidence': sightAndEvidence,
      '0003-slack-requests': slackRequests,
      '0004-slack-troubles': slackTroubles,
      '0005-slack-turns': slackTurns,
      '0006-slack-answers': slackAnswers,
      '0007-log-matches': logMatches,
      '0008-slack-answers-of-all-kinds': slackAnswersOfAllKinds,
    }),
};

/** Brings the schema `app` forward to this release; safe to run at once from two instances. Returns what it ran. */
export const migrateToLatest = (db: Kysely<Schema>): Promise<readonly string[]> =>
  db.connection().execute(async (connection) => {
    // The limit is meant for the statements of a running instance; a migration takes what it takes.
    await sql`SET statement_timeout = 0`.execute(connection);
    try {
      const migrator = new Migrator({ db: connection, provider: MIGRATIONS, migrationTableSchema: 'app' });
      const { error, results } = await migrator.migrateToLatest();
      if (error) throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
      invariant(results, 'a migration run without error has results');
      return results.map((result) => result.migrationName);
    } finally {
      await sql`RESET statement_timeout`.execute(connection);
    }
  });
