import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { openTables } from '#app/open-tables.ts';
import { systemClock } from '#kernel/clock.ts';
import { findSuites, SUITE } from './find-suites.ts';
import { readDataset } from './read-dataset.ts';
import { readManifest, readMapping } from './read-manifest.ts';
import { readSuite } from './read-suite.ts';
import { readTable, type SpecTable } from './read-table.ts';
import { type CaseOutcome, runCase, type SuiteTables } from './run-case.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly unsupported: number;
}

export interface FailedCase {
  readonly file: string;
  readonly case: string;
  readonly line: number;
  readonly query: string;
  readonly reason: string;
}

export interface SuiteReport extends Counts {
  readonly files: Readonly<Record<string, Counts>>;
  readonly failures: readonly FailedCase[];
  readonly unsupportedCases: readonly FailedCase[];
}

// As many as the store answers at once.
const AT_ONCE = 2;

const namesIn = async (folder: string, ending: string): Promise<readonly string[]> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() && entry.name.endsWith(ending) ? [entry.name] : [])).toSorted();
  } catch {
    return [];
  }
};

/** The tables of a folder: `data/NAME.csv`, CSV files beside the suites, and what the manifest of Elastic's tells. */
const readTables = async (folder: string): Promise<readonly SpecTable[]> => {
  const texts = new Map<string, string>();
  for (const place of [folder, join(folder, 'data')]) {
    for (const file of await namesIn(place, '.csv')) texts.set(file, await readFile(join(place, file), 'utf8'));
  }
  const tables = new Map(
    [...texts].map(([file, text]) => [basename(file, '.csv'), readTable(basename(file, '.csv'), text)]),
  );
  for (const dataset of await readManifest(folder)) {
    const mapping = dataset.mapping === null ? null : await readMapping(join(folder, dataset.mapping));
    const table = readDataset(dataset, dataset.data === null ? null : texts.get(dataset.data), mapping);
    if (table) tables.set(dataset.index, table);
  }
  return [...tables.values()];
};

/** The tables of a folder or else of the nearest one above it, up to the directory of all suites. */
const readNearestTables = async (folder: string, directory: string): Promise<readonly SpecTable[]> => {
  const tables = await readTables(folder);
  if (tables.length > 0 || relative(directory, folder) === '') return tables;
  return readNearestTables(dirname(folder), directory);
};

/** Elastic's suites join `NAME_lookup` and read `NAME_alias`, whose rows are those of `NAME.csv`. */
const withOtherNames = async (folder: string, tables: readonly SpecTable[]): Promise<readonly SpecTable[]> => {
  const suites = await Promise.all((await namesIn(folder, SUITE)).map((file) => readFile(join(folder, file), 'utf8')));
  const names = new Set(tables.map(({ table }) => table.name));
  const named = new Set(suites.flatMap((text) => text.match(/\b\w+_(?:lookup|alias)\b/g) ?? []));
  const missing = tables.flatMap(({ table, leftOut }) =>
    ['_lookup', '_alias']
      .map((ending) => `${table.name}${ending}`)
      .filter((name) => named.has(name) && !names.has(name))
      .map((name) => ({ table: { ...table, name }, leftOut })),
  );
  return [...tables, ...missing];
};

const openFolder = async (folder: string, directory: string): Promise<SuiteTables> => {
  const tables = await withOtherNames(folder, await readNearestTables(folder, directory));
  const store = await openTables(
    { clock: systemClock },
    tables.flatMap(({ table }) => (table.columns.length > 0 ? [table] : [])),
  );
  return { store, leftOut: new Map(tables.map(({ table, leftOut }) => [table.name, leftOut])) };
};

const count = (outcomes: readonly CaseOutcome[], kind: CaseOutcome['kind']): number =>
  outcomes.filter((outcome) => outcome.kind === kind).length;

const countAll = (outcomes: readonly CaseOutcome[]): Counts => ({
  passed: count(outcomes, 'passed'),
  failed: count(outcomes, 'failed'),
  unsupported: count(outcomes, 'unsupported'),
});

const inParallel = async <Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) => {
  const results: Result[] = [];
  const queue = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
};

/** Runs each `*.csv-spec` below the directory on tables of its own folder. */
export const runSuites = async (
  directory: string,
  onFile: (file: string) => void = () => undefined,
): Promise<SuiteReport> => {
  const found = await findSuites(directory);
  if ('problem' in found) throw new Error(found.problem);
  const { files } = found;
  const folders = new Map<string, SuiteTables>();
  const counts: Record<string, Counts> = {};
  const all: CaseOutcome[] = [];
  const told: Record<'failed' | 'unsupported', FailedCase[]> = { failed: [], unsupported: [] };
  try {
    for (const file of files) {
      const path = join(directory, file);
      const folder = dirname(path);
      const tables = folders.get(folder) ?? (await openFolder(folder, directory));
      folders.set(folder, tables);
      onFile(file);
      const cases = readSuite(await readFile(path, 'utf8'));
      const outcomes = await inParallel(cases, (spec) => runCase(spec, tables));
      const name = relative(directory, path);
      counts[name] = countAll(outcomes);
      all.push(...outcomes);
      for (const [at, outcome] of outcomes.entries()) {
        const spec = cases[at];
        if (!spec || outcome.kind === 'passed') continue;
        const { title, line, query } = spec;
        told[outcome.kind].push({ file: name, case: title, line, query, reason: outcome.reason });
      }
    }
  } finally {
    for (const { store } of folders.values()) await store.close();
  }
  return { ...countAll(all), files: counts, failures: told.failed, unsupportedCases: told.unsupported };
};
