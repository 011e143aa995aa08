import { readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AppError } from '#kernel/errors.ts';
import { MAX_RELEASE_MS } from './telemetry-limits.ts';

const LOOK_EVERY_MS = 100;
const DESCRIPTORS = '/proc/self/fd';

const isHeld = async (file: string): Promise<boolean> => {
  const path = await realpath(file).catch(() => file);
  const descriptors = await readdir(DESCRIPTORS).catch(() => []);
  const held = await Promise.all(
    descriptors.map((descriptor) => readlink(join(DESCRIPTORS, descriptor)).catch(() => '')),
  );
  return held.includes(path);
};

/** DuckDB's binding frees an answer that was not read to its end with the garbage, and it holds the database open. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
};

/**
 * Waits until this process no longer has a closed database open: locks do not keep one process from opening it
 * twice, which would damage it. Throws AppError `unavailable` at its limit. Where the system does not tell what is
 * open (no /proc), it is taken for closed once the garbage was collected.
 */
export const awaitRelease = async (file: string): Promise<void> => {
  const startedMs = performance.now();
  do {
    collectGarbage();
    await pause(LOOK_EVERY_MS);
    if (!(await isHeld(file))) return;
  } while (performance.now() - startedMs < MAX_RELEASE_MS);
  throw new AppError({
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'A query that cannot be stopped still uses the telemetry file.',
  });
};
