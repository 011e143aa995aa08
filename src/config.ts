import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Config, toEffectiveConfig, toWatchSettings, type WatchSettings } from './config/effective-config.ts';
import { explainIssue, misspelledVariables } from './config/explain-issue.ts';
import { explainYaml } from './config/explain-yaml.ts';
import { takeOutSecrets } from './config/find-secrets.ts';
import { namesBelow } from './config/known-keys.ts';
import { refuseLookups } from './config/lookup-files.ts';
import { missingSecrets } from './config/missing-secrets.ts';
import { type ConfigProblem, DEFAULT_FILE } from './config/problem.ts';
import { fileSchema, settingsSchema } from './config/settings-schema.ts';

export type { Config, WatchSettings } from './config/effective-config.ts';
export { printEffectiveConfig } from './config/print-effective-config.ts';
export { type ConfigProblem, formatProblems } from './config/problem.ts';

// Aliases of aliases can expand to more than fits in memory.
const MAX_ALIASES = 100;

export interface ConfigSources {
  /** Path of the file; else the variable SENTINEL_CONFIG, else sentinel.yaml where there is one. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Null: there is no such file. Throws if it cannot be read. */
  readonly readFile?: (path: string) => string | null;
}

interface Invalid {
  readonly kind: 'invalid';
  readonly problems: readonly ConfigProblem[];
}

export type LoadOutcome = { readonly kind: 'ok'; readonly config: Config } | Invalid;

/** Reads sentinel.yaml and the environment (the process's own by default), and lists all problems at once. */
export const loadConfig = (sources: ConfigSources = {}): LoadOutcome => {
  const env = withoutEmpty(sources.env ?? process.env);
  const { file, value, problems } = readSettings(sources, env);
  const known = [
    ...problems,
    ...missingSecrets(value, env),
    ...refuseLookups(value, file, env),
    ...misspelledVariables(env),
  ];
  const checked = check(settingsSchema, { file: value, environment: env }, file, known);
  return checked.kind === 'invalid' ? checked : { kind: 'ok', config: toEffectiveConfig(checked.data) };
};

export type WatchSettingsOutcome = { readonly kind: 'ok'; readonly settings: WatchSettings } | Invalid;

/** As `loadConfig`, but only what decides which incidents open: it asks for no token of anything. */
export const loadWatchSettings = (sources: ConfigSources = {}): WatchSettingsOutcome => {
  const { file, value, problems } = readSettings(sources, withoutEmpty(sources.env ?? process.env));
  const checked = check(z.object({ file: fileSchema }), { file: value }, file, problems);
  return checked.kind === 'invalid' ? checked : { kind: 'ok', settings: toWatchSettings(checked.data.file) };
};

const check = <Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  file: string,
  known: readonly ConfigProblem[],
): { readonly kind: 'valid'; readonly data: z.output<Schema> } | Invalid => {
  const checked = schema.safeParse(input);
  const problems = [...known, ...(checked.error?.issues ?? []).flatMap((issue) => explainIssue(issue, input, file))];
  if (problems.length > 0 || !checked.success) return { kind: 'invalid', problems: uniqueByKey(problems) };
  return { kind: 'valid', data: checked.data };
};

interface ReadSettings {
  /** The file's content, or no settings at all where it could not be read: the environment is checked all the same. */
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
}

const notRead = (...problems: readonly ConfigProblem[]): ReadSettings => ({ value: {}, problems });

/** The file without its secrets, each of which is a problem. */
const readSettings = (
  sources: ConfigSources,
  env: Readonly<Record<string, string>>,
): ReadSettings & { readonly file: string } => {
  const named = sources.file ?? env['SENTINEL_CONFIG'];
  const file = named ?? DEFAULT_FILE;
  const { value, problems } = readFile(sources, named);
  const { rest, problems: secrets } = takeOutSecrets(value, file);
  return { file, value: rest, problems: [...problems, ...secrets] };
};

const readFile = (sources: ConfigSources, named: string | undefined): ReadSettings => {
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
      return { key: `${path}:${line}:${col}`, ...explainYaml(error.code) };
    });
    return notRead(...problems);
  }
  try {
    return { value: withoutEmptySections(document.toJS({ maxAliasCount: MAX_ALIASES })) ?? {}, problems: [] };
  } catch (error) {
    const isUnknown = error instanceof Error && error.message.startsWith('Unresolved alias');
    return notRead(
      isUnknown
        ? { key: path, found: 'an alias of nothing', expected: 'a value that begins with * in quotes' }
        : { key: path, found: `over ${MAX_ALIASES} aliases`, expected: 'fewer' },
    );
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
