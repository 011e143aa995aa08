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

const readRows = async (file: string) => {
  try {
    return readCsv(await readFile(file, 'utf8'));
  } catch (error) {
    return `${file} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`;
  }
};

/** A system, or a sentence that says why its file is none. */
const readSystem = async (file: string): Promise<LabelledSystem | string> => {
  const rows = await readRows(file);
  if (typeof rows === 'string') return rows;
  const [first] = rows;
  if (first?.['Content'] === undefined || first['EventId'] === undefined)
    return `${file} has no rows with the columns Content and EventId`;
  return {
    name: basename(file).slice(0, -SUFFIX.length),
    lines: rows.map((row) => row['Content'] ?? ''),
    groups: rows.map((row) => row['EventId'] ?? ''),
  };
};

interface FoundSystems {
  readonly systems: readonly LabelledSystem[];
  /** Why others could not be read, a sentence each. */
  readonly unread: readonly string[];
}

/** Each `<System>_2k.log_structured.csv` below a folder, at any depth, by name; the first of a name. */
export const findSystems = async (folder: string): Promise<FoundSystems> => {
  const entries = await readdir(folder, { recursive: true });
  const byName = new Map<string, string>();
  for (const entry of entries.filter((name) => name.endsWith(SUFFIX)).toSorted()) {
    const name = basename(entry);
    if (!byName.has(name)) byName.set(name, join(folder, entry));
  }
  if (byName.size === 0) throw new Error(`No <System>/<System>${SUFFIX} is in ${folder}`);
  const read = await Promise.all(
    [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => readSystem(file)),
  );
  return {
    systems: read.filter((one) => typeof one !== 'string'),
    unread: read.filter((one) => typeof one === 'string'),
  };
};
