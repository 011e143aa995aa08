import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { readRows } from '#adapters/duckdb/read-rows.ts';
import { AppError } from '#kernel/errors.ts';

const read = async (sql: string, maxBytes: number | null, stopped = new AbortController().signal) => {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    return await readRows(await instance.connect(), sql, [], { stopped, maxBytes });
  } finally {
    instance.closeSync();
  }
};

test('lets everything else have its turns while a large answer is read', async () => {
  let turns = 0;
  const count = setInterval(() => (turns += 1), 1);
  const rows = await read('SELECT i, i::VARCHAR FROM range(100000) t(i)', null);
  clearInterval(count);
  expect(rows).toHaveLength(100_000);
  expect(turns).toBeGreaterThan(3);
});

test('ends between two turns where it is told to', async () => {
  const controller = new AbortController();
  const reading = read('SELECT i, i::VARCHAR FROM range(1000000) t(i)', null, controller.signal);
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(reading).rejects.toThrow('enough');
});

test('counts every value, and refuses a list by its length before it is read', async () => {
  const tooLarge = expect.objectContaining({ code: 'limit-exceeded' });
  await expect(read('SELECT list(i) FROM range(5000000) t(i)', 16_000_000)).rejects.toEqual(tooLarge);
  await expect(read('SELECT i, i, i FROM range(1000) t(i)', 90_000)).rejects.toBeInstanceOf(AppError);
  expect(await read('SELECT i, i, i FROM range(1000) t(i)', 100_000)).toHaveLength(1_000);
  expect(await read("SELECT NULL::VARCHAR[], ['a', NULL]", 1_000)).toHaveLength(1);
});
