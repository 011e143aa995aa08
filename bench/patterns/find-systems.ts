import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readCsv } from './read-csv.ts';

/** Lines of one system, each with the name of its true group. */
export interface LabelledSystem {
  readonly name: string;
  readonly lines: readonly string[];
  readonly groups: readonly string[];
}

const SUFFIX = '_2k.log_structured.csv';

const readSystem = async (file: string): Promise<LabelledSystem> => {
  const rows = readCsv(await readFile(file, 'utf8'));
  const [first] = rows;
  if (first?.['Content'] === undefined || first['EventId'] === undefined) {
    throw new Error(`${file} has no rows with the columns Content and EventId`);
  }
  return {
    name: basename(file).slice(0, -SUFFIX.length),
    lines: rows.map((row) => row['Content'] ?? ''),
    groups: rows.map((row) => row['EventId'] ?? ''),
  };
};

/** Each `<System>_2k.log_structured.csv` below a folder, at any depth, by name; the first of a name. */
export const findSystems = async (folder: string): Promise<readonly LabelledSystem[]> => {
  const entries = await readdir(folder, { recursive: true });
  const byName = new Map<string, string>();
  for (const entry of entries.filter((name) => name.endsWith(SUFFIX)).toSorted()) {
    const name = basename(entry);
    if (!byName.has(name)) byName.set(name, join(folder, entry));
  }
  if (byName.size === 0) throw new Error(`No <System>/<System>${SUFFIX} is in ${folder}`);
  return Promise.all([...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => readSystem(file)));
};
