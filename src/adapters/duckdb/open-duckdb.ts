import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '#kernel/errors.ts';
import { registerDigestOf } from './digest-of.ts';

export const IN_MEMORY = ':memory:';
const LOCK_FILE = 'lock.duckdb';

const DEFAULT_MEMORY_LIMIT = '1GB';
const DEFAULT_MAX_SPILL = '4GB';
const MAX_DEFAULT_THREADS = 4;

// Far beyond where the store itself has the log written into the file, see createLogCheckpoint.
const AUTOMATIC_CHECKPOINT_AT = '1GB';

export interface DuckdbOptions {
  /** Path of the database file, created with its directory if needed, or `:memory:`. */
  readonly file: string;
  /** E.g. `1GB`, the default; beyond it DuckDB spills beside the file, up to `maxSpill` (by default 4 GB). */
  readonly memoryLimit?: string;
  readonly maxSpill?: string;
  /** By default as many as there are processors, at most 4. */
  readonly threads?: number;
  /** How a person names another data directory, e.g. `dataDirectory in sentinel.yaml`. */
  readonly dataDirectorySetting: string;
}

export interface DataDirectoryLock {
  /** Idempotent. The lock also ends with the process, however it dies. */
  release(): void;
}

const fileFault = (file: string, setting: string, error: unknown): AppError => {
  const text = error instanceof Error ? error.message : '';
  const directory = dirname(file);
  if (text.includes('Could not set lock on file')) {
    return new AppError({
      code: 'data-directory-locked',
      isRetryable: false,
      userMessage: `Another Sentinel already uses the data directory ${directory}. Stop it, or choose another with ${setting}.`,
      cause: error,
    });
  }
  const what = text.includes('not a valid DuckDB database file')
    ? `${file} is not a telemetry file of Sentinel. Move it away, or choose another directory with ${setting}.`
    : `The telemetry file ${file} could not be opened. Check that the directory is writable and has free space, or choose another with ${setting}.`;
  return new AppError({ code: 'unavailable', isRetryable: false, userMessage: what, cause: error });
};

/** With its parents. Node's own recursive mkdir never ends below /proc, where nothing can be made. */
const makeDirectory = async (directory: string): Promise<void> => {
  const make = (): Promise<void> => mkdir(directory, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    await makeDirectory(dirname(directory));
    await make();
  }
};

/**
 * Opens a database that can reach nothing but its own file: no other files, no network, no
 * extensions, and no statement can change that. A file that another process has open throws
 * AppError `data-directory-locked`; the lock is the operating system's and dies with the process.
 */
export const openDuckdb = async (options: DuckdbOptions): Promise<DuckDBInstance> => {
  try {
    if (options.file !== IN_MEMORY) {
      // Logs may hold personal data: for the user of the process alone.
      await makeDirectory(dirname(options.file));
    }
    const instance = await DuckDBInstance.create(options.file, {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      memory_limit: options.memoryLimit ?? DEFAULT_MEMORY_LIMIT,
      max_temp_directory_size: options.maxSpill ?? DEFAULT_MAX_SPILL,
      ...(options.file === IN_MEMORY ? { temp_directory: '' } : {}),
      checkpoint_threshold: AUTOMATIC_CHECKPOINT_AT,
      threads: String(options.threads ?? Math.min(MAX_DEFAULT_THREADS, availableParallelism())),
      // Last: with it set, the temporary directory can no longer be chosen.
      enable_external_access: 'false',
    });
    const connection = await instance.connect();
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    registerDigestOf(connection);
    await connection.run('SET lock_configuration = true');
    connection.closeSync();
    return instance;
  } catch (error) {
    throw fileFault(options.file, options.dataDirectorySetting, error);
  }
};

/** Takes only the lock of a data directory, for a process whose telemetry is kept elsewhere. */
export const lockDataDirectory = async (
  dataDirectory: string,
  dataDirectorySetting: string,
): Promise<DataDirectoryLock> => {
  const instance = await openDuckdb({
    file: join(dataDirectory, LOCK_FILE),
    memoryLimit: '64MB',
    maxSpill: '0B',
    threads: 1,
    dataDirectorySetting,
  });
  let isHeld = true;
  return {
    release: () => {
      if (isHeld) instance.closeSync();
      isHeld = false;
    },
  };
};
