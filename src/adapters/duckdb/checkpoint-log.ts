import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Logger } from '#ports/logger.ts';
import { CHECKPOINT_AT_BYTES, CHECKPOINT_BESIDE_READERS_AT_BYTES } from './telemetry-limits.ts';

export interface CheckpointLogDeps {
  readonly connection: DuckDBConnection;
  readonly logger: Logger;
  /** Of the database; its write-ahead log lies beside it. */
  readonly file: string;
  readonly isReading: () => boolean;
}

export interface LogCheckpoint {
  isDue(): boolean;
  /** To be run where no write is under way. A failure leaves the log as it is, and is not tried again before it has grown. */
  run(): Promise<void>;
}

/**
 * Writes the log into the file once it is long, while no query uses memory: within a commit beside a query that
 * fills it, as DuckDB would by itself, a checkpoint that fails ends the use of the whole file.
 */
export const createLogCheckpoint = ({ connection, logger, file, isReading }: CheckpointLogDeps): LogCheckpoint => {
  /** Length of the log at the last attempt that failed. */
  let failedAtBytes = 0;
  const logBytes = (): number => statSync(`${file}.wal`, { throwIfNoEntry: false })?.size ?? 0;
  return {
    isDue: () => {
      const grownBytes = logBytes() - failedAtBytes;
      return grownBytes >= (isReading() ? CHECKPOINT_BESIDE_READERS_AT_BYTES : CHECKPOINT_AT_BYTES);
    },
    run: async () => {
      try {
        await connection.run('CHECKPOINT');
        failedAtBytes = 0;
      } catch (error) {
        failedAtBytes = logBytes();
        logger.warn({ err: error }, 'The log of the telemetry file could not be written into it; that is tried again');
      }
    },
  };
};
