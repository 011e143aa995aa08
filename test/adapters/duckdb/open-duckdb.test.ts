import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { lockDataDirectory, openDuckdb } from '#adapters/duckdb/open-duckdb.ts';
import { AppError } from '#kernel/errors.ts';
import { ask, logOf, NOW } from '../../contracts/telemetry-store-questions.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const SETTING = 'dataDirectory in sentinel.yaml';

const faultOf = async (work: Promise<unknown>): Promise<AppError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
};

/** What another process is told that wants the data directory as well. */
const askInAnotherProcess = (directory: string): string => {
  const module = join(import.meta.dirname, '../../../src/adapters/duckdb/open-duckdb.ts');
  const script = `
    const { lockDataDirectory } = await import(${JSON.stringify(module)});
    try {
      const lock = await lockDataDirectory(${JSON.stringify(directory)}, ${JSON.stringify(SETTING)});
      lock.release();
      console.log('locked');
    } catch (error) {
      console.log(error.code + ': ' + error.userMessage);
    }`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
};

describe('the lock of a data directory', () => {
  test('is refused to a second process in one clear sentence, and free again once released', async () => {
    const directory = join(temporaryDirectory(), 'not', 'there', 'yet');
    const lock = await lockDataDirectory(directory, SETTING);
    expect(askInAnotherProcess(directory)).toBe(
      `data-directory-locked: Another Sentinel already uses the data directory ${directory}. ` +
        'Stop it, or choose another with dataDirectory in sentinel.yaml.',
    );
    lock.release();
    lock.release();
    expect(askInAnotherProcess(directory)).toBe('locked');
  });

  test('goes with the telemetry file itself', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'lock.duckdb');
    const instance = await openDuckdb({ file, dataDirectorySetting: SETTING });
    expect(askInAnotherProcess(directory)).toMatch(/^data-directory-locked: /);
    instance.closeSync();
  });
});

test('says so when the directory can neither be found nor made', async () => {
  const fault = await faultOf(openDuckdb({ file: '/proc/nowhere/a/telemetry.duckdb', dataDirectorySetting: SETTING }));
  expect(fault.userMessage).toContain('could not be opened. Check that the directory is writable');
});

test('a telemetry store frees its data directory when it closes', async () => {
  const directory = temporaryDirectory();
  const store = await openDuckdbTelemetryStore(
    { clock: { now: () => NOW }, logger: recordingLogger(), metrics: recordingMetrics() },
    { file: join(directory, 'lock.duckdb'), dataDirectorySetting: SETTING },
  );
  await store.append({ logs: [logOf()] });
  await ask(store, 'FROM logs | LIMIT 1');
  expect(askInAnotherProcess(directory)).toMatch(/^data-directory-locked: /);
  await store.close();
  expect(askInAnotherProcess(directory)).toBe('locked');
});

describe('a file that cannot be opened', () => {
  test('because it is no database is left alone', async () => {
    const file = join(temporaryDirectory(), 'telemetry.duckdb');
    writeFileSync(file, 'something else entirely '.repeat(1_000));
    const fault = await faultOf(openDuckdb({ file, dataDirectorySetting: SETTING }));
    expect(fault.code).toBe('unavailable');
    expect(fault.userMessage).toBe(
      `${file} is not a telemetry file of Sentinel. Move it away, or choose another directory with ${SETTING}.`,
    );
    expect(existsSync(file)).toBe(true);
  });

  test('because its directory is a file is explained', async () => {
    const file = join(temporaryDirectory(), 'plain');
    writeFileSync(file, '');
    const fault = await faultOf(openDuckdb({ file: join(file, 'telemetry.duckdb'), dataDirectorySetting: SETTING }));
    expect(fault.userMessage).toMatch(/could not be opened\. Check that the directory is writable/);
  });
});

test.each([
  ['another file', `SELECT * FROM read_csv('/etc/hostname')`],
  ['a file to write', `COPY (SELECT 1) TO '/tmp/sentinel-should-not-exist.csv'`],
  ['another database', `ATTACH '/tmp/sentinel-should-not-exist.duckdb' AS other`],
  ['an extension', `INSTALL httpfs`],
  ['its own limits', `SET memory_limit = '100GB'`],
  ['its own locks', `SET lock_configuration = false`],
])('no statement can reach %s', async (_what, sql) => {
  const instance = await openDuckdb({ file: ':memory:', dataDirectorySetting: SETTING });
  const connection = await instance.connect();
  await expect(connection.run(sql)).rejects.toThrow();
  const zone = await connection.runAndReadAll(`SELECT current_setting('TimeZone')`);
  expect(zone.getRowsJS()).toEqual([['UTC']]);
  connection.closeSync();
  instance.closeSync();
});
