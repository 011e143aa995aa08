/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** Dotted for sentinel.yaml, the variable's name for the environment. */
  readonly key: string;
  readonly found: string;
  readonly expected: string;
}

/** A headline and a table, for a terminal. */
export const formatProblems = (problems: readonly ConfigProblem[]): string => {
  const rows = [{ key: 'key', found: 'found', expected: 'expected' }, ...problems];
  const keyWidth = Math.max(...rows.map((row) => row.key.length));
  const foundWidth = Math.max(...rows.map((row) => row.found.length));
  const lines = rows.map((row) => `  ${row.key.padEnd(keyWidth)}  ${row.found.padEnd(foundWidth)}  ${row.expected}`);
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return [`The configuration has ${count}; nothing was started.`, '', ...lines].join('\n');
};
