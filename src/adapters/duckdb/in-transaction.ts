import type { DuckDBConnection } from '@duckdb/node-api';

const rollBack = async (connection: DuckDBConnection): Promise<void> => {
  // The connection may have rolled back by itself, or be beyond help; the first error is the one to tell.
  await connection.run('ROLLBACK').catch(() => undefined);
};

/** Runs statements of one connection as one transaction. */
export const inTransaction = async <Result>(
  connection: DuckDBConnection,
  work: () => Promise<Result>,
): Promise<Result> => {
  await connection.run('BEGIN');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
};
