import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awaitRelease } from '#adapters/duckdb/await-release.ts';
import { openDuckdb } from '#adapters/duckdb/open-duckdb.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const openFile = async () => {
  const file = join(temporaryDirectory(), 'telemetry.duckdb');
  const instance = await openDuckdb({ file, dataDirectorySetting: 'dataDirectory' });
  return { file, instance, connection: await instance.connect() };
};

test('a database is free once it is closed, though an answer of it was not read to its end', async () => {
  const { file, instance, connection } = await openFile();
  await connection.run('CREATE TABLE numbers AS SELECT range AS n FROM range(100000)');
  const readOne = async (): Promise<unknown> => (await connection.stream('SELECT n FROM numbers')).fetchChunk();
  await readOne();
  connection.closeSync();
  instance.closeSync();
  await expect(awaitRelease(file)).resolves.toBeUndefined();
});

test('a database that is still used is told of at the limit', { timeout: 20_000 }, async () => {
  const { file, instance, connection } = await openFile();
  instance.closeSync();
  await expect(awaitRelease(file)).rejects.toMatchObject({ code: 'unavailable', isRetryable: true });
  connection.closeSync();
});
