import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { type Config, toEffectiveConfig } from './config/effective-config.ts';
import { explainIssue, misspelledVariables } from './config/explain-issue.ts';
import { takeOutSecrets } from './config/find-secrets.ts';
import { namesBelow } from './config/known-keys.ts';
import { missingSecrets } from './config/missing-secrets.ts';
import type { ConfigProblem } from './config/problem.ts';
import { settingsSchema } from './config/settings-schema.ts';

export type { Config } from './config/effective-config.ts';
export { printEffectiveConfig } from './config/print-effective-config.ts';
export { type ConfigProblem, formatProblems } from './config/problem.ts';

const DEFAULT_FILE = 'sentinel.yaml';
// Aliases of aliases can expand to more than fits in memory.
const MAX_ALIASES = 100;

export interface ConfigSources {
  /** Path of the file; else the variable SENTINEL_CONFIG, else sentinel.yaml where there is one. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Null: there is no such file. Throws if it cannot be read. */
  readonly readFile?: (path: string) => string | null;
}

export type LoadOutcome =
  | { readonly kind: 'ok'; readonly config: Config }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** Reads sentinel.yaml and the environment (the process's own by default), and lists all problems at once. */
export const loadConfig = (sources: ConfigSources = {}): LoadOutcome => {
  const env = withoutEmpty(sources.env ?? process.env);
  const named = sources.file ?? env['SENTINEL_CONFIG'];
  const { value, problems: unread } = readSettings(sources, named);
  const { rest, problems: secrets } = takeOutSecrets(value);
  const input = { file: rest, environment: env };
  const checked = settingsSchema.safeParse(input);
  const problems = [
    ...unread,
    ...secrets,
    ...missingSecrets(rest, env),
    ...misspelledVariables(env),
    ...(checked.error?.issues ?? []).flatMap((issue) => explainIssue(issue, input)),
  ];
  if (problems.length > 0 || !checked.success) return { kind: 'invalid', problems: uniqueByKey(problems) };
  return { kind: 'ok', config: toEffectiveConfig(checked.data) };
};

interface ReadSettings {
  /** The file's content, or no settings at all where it could not be read: the environment is checked all the same. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
}

const notRead = (...problems: readonly ConfigProblem[]): ReadSettings => ({ value: {}, problems });

const readSettings = (sources: ConfigSources, named: string | undefined): ReadSettings => {
  const path = named ?? DEFAULT_FILE;
  let content: string | null;
  try {
    content = (sources.readFile ?? readFileFromDisk)(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    return notRead({ key: path, found: `${code} on reading it`, expected: 'a readable file' });
  }
  if (content !== null) return parseYaml(content, path);
  if (named === undefined) return notRead();
  const key = sources.file === undefined ? 'SENTINEL_CONFIG' : '--config';
  return notRead({ key, found: `no file at ${named}`, expected: 'a readable file' });
};

const readFileFromDisk = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

const parseYaml = (text: string, path: string): ReadSettings => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { key: `${path}:${line}:${col}`, found: error.message, expected: 'YAML' };
    });
    return notRead(...problems);
  }
  try {
    return { value: withoutEmptySections(document.toJS({ maxAliasCount: MAX_ALIASES })) ?? {}, problems: [] };
  } catch {
    return notRead({ key: path, found: `over ${MAX_ALIASES} aliases`, expected: 'fewer' });
  }
};

/**
 * A section whose lines are all commented out is its defaults. A single key without a value is
 * left for the schema to refuse: in `channel: #oncall` the value is a comment.
 */
const withoutEmptySections = (value: unknown, path: readonly string[] = []): unknown => {
  if (value === null) return namesBelow(path).length > 0 ? undefined : null;
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => {
      const rest = withoutEmptySections(entry, [...path, key]);
      return rest === undefined ? [] : [[key, rest]];
    }),
  );
};

/** `NAME=` in an environment file means that it is not set. */
const withoutEmpty = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [[name, value]])),
  );

const uniqueByKey = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] =>
  [...new Map(problems.toReversed().map((problem) => [problem.key, problem])).values()].toReversed();
