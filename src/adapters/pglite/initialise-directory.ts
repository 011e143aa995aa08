import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MINUTE_MS } from '#kernel/duration.ts';

const CHILD = join(import.meta.dirname, 'initialise-child.ts');

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Makes the database of a new directory, in a process of its own: the one that does it keeps some
 * 450 MB for good. It gets its name when it is complete, so that a process killed meanwhile leaves
 * nothing half made. A directory that already has a database is left as it is.
 */
export const initialiseDirectory = async (directory: string): Promise<void> => {
  if (await exists(join(directory, 'PG_VERSION'))) return;
  // What cannot be a directory is said at once, and not after the seconds that a database takes.
  await mkdir(directory, { recursive: true });
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await promisify(execFile)(process.execPath, [CHILD, unfinished], { timeout: MINUTE_MS });
  // Takes the place of the empty directory.
  await rename(unfinished, directory);
};
