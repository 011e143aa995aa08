import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { type Config, toEffectiveConfig } from './config/effective-config.ts';
import { explainIssue, misspelledVariables } from './config/explain-issue.ts';
import { takeOutSecrets } from './config/find-secrets.ts';
import { namesBelow } from './config/known-keys.ts';
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
  const text = readText(named ?? DEFAULT_FILE, sources.readFile ?? readFileFromDisk);
  if (text.kind === 'unreadable') return { kind: 'invalid', problems: [text.problem] };
  if (text.content === null && named !== undefined) {
    const source = sources.file === undefined ? 'SENTINEL_CONFIG' : '--config';
    return { kind: 'invalid', problems: [{ key: source, found: `no file at ${named}`, expected: 'a readable file' }] };
  }
  const parsed = parseYaml(text.content ?? '', named ?? DEFAULT_FILE);
  if (parsed.kind === 'broken') return { kind: 'invalid', problems: parsed.problems };

  const { rest, problems: secrets } = takeOutSecrets(parsed.value);
  const input = { file: rest, environment: env };
  const checked = settingsSchema.safeParse(input);
  const problems = [
    ...secrets,
    ...misspelledVariables(env),
    ...(checked.error?.issues ?? []).flatMap((issue) => explainIssue(issue, input)),
  ];
  if (problems.length > 0 || !checked.success) return { kind: 'invalid', problems: uniqueByKey(problems) };
  return { kind: 'ok', config: toEffectiveConfig(checked.data) };
};

const readFileFromDisk = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

type ReadText =
  | { readonly kind: 'read'; readonly content: string | null }
  | { readonly kind: 'unreadable'; readonly problem: ConfigProblem };

const readText = (path: string, readFile: (path: string) => string | null): ReadText => {
  try {
    return { kind: 'read', content: readFile(path) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    return { kind: 'unreadable', problem: { key: path, found: `${code} on reading it`, expected: 'a readable file' } };
  }
};

type ParsedYaml =
  | { readonly kind: 'parsed'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly problems: readonly ConfigProblem[] };

const parseYaml = (text: string, path: string): ParsedYaml => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { key: `${path}:${line}:${col}`, found: error.message, expected: 'YAML' };
    });
    return { kind: 'broken', problems };
  }
  try {
    return { kind: 'parsed', value: withoutEmptySections(document.toJS({ maxAliasCount: MAX_ALIASES })) ?? {} };
  } catch {
    return { kind: 'broken', problems: [{ key: path, found: `over ${MAX_ALIASES} aliases`, expected: 'fewer' }] };
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
