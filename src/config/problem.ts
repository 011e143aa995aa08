/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** Dotted for sentinel.yaml, after the file's name for any other; the variable's name for the environment. */
  readonly key: string;
  readonly found: string;
  readonly expected: string;
}

export const DEFAULT_FILE = 'sentinel.yaml';

/** How a problem names a key of the file. */
export const keyIn = (file: string, key: string): string => (file === DEFAULT_FILE ? key : `${file}: ${key}`);

/** A headline and a table, for a terminal. */
export const formatProblems = (problems: readonly ConfigProblem[]): string => {
  const rows = [{ key: 'key', found: 'found', expected: 'expected' }, ...problems];
  const keyWidth = Math.max(...rows.map((row) => row.key.length));
  const foundWidth = Math.max(...rows.map((row) => row.found.length));
  const lines = rows.map((row) => `  ${row.key.padEnd(keyWidth)}  ${row.found.padEnd(foundWidth)}  ${row.expected}`);
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return [`The configuration has ${count}; nothing was started.`, '', ...lines].join('\n');
};
