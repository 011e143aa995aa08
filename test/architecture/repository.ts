import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export const REPOSITORY = join(import.meta.dirname, '../..');

/** Files below a folder of the repository, relative to it, in order; none if there is no such folder. */
export const listFiles = async (folder: string): Promise<readonly string[]> => {
  const root = join(REPOSITORY, folder);
  if (!existsSync(root)) return [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !/(^|\/)(node_modules|data|output)\//.test(file))
    .toSorted();
};

export const listFolders = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(join(REPOSITORY, folder), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
};

export const readText = async (file: string): Promise<string> => await readFile(join(REPOSITORY, file), 'utf8');
