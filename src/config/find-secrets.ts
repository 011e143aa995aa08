import { type ConfigProblem, keyIn } from './problem.ts';

const SECRET_NAME =
  /token|secret|password|passphrase|credential|api_?key|database_?url|redis_?url|^(database|postgres|redis)$/i;
const SECRET_VALUE = /\bx(ox[a-z]|app)-[\w-]|^[a-z][a-z0-9+.-]*:\/\/[^/\s]*:[^/\s]*@/i;

const VARIABLES: readonly (readonly [RegExp, string])[] = [
  [/bot|xoxb/i, 'SLACK_BOT_TOKEN'],
  [/appToken|app_token|xapp/i, 'SLACK_APP_TOKEN'],
  [/signing/i, 'SLACK_SIGNING_SECRET'],
  [/ingest/i, 'SENTINEL_INGEST_TOKENS'],
  [/database|postgres/i, 'DATABASE_URL'],
  [/redis/i, 'REDIS_URL'],
  [/anthropic|claude/i, 'ANTHROPIC_API_KEY'],
  [/elastic.*key/i, 'ELASTICSEARCH_API_KEY'],
  [/elastic/i, 'ELASTICSEARCH_PASSWORD'],
];

export const looksLikeSecret = (value: unknown): boolean => typeof value === 'string' && SECRET_VALUE.test(value);

/**
 * Takes what is secret, by its name or its look, out of the parsed file: each is a problem that
 * says where it belongs and never what it was. Sentinel's configuration file is safe to commit.
 */
export const takeOutSecrets = (
  value: unknown,
  file: string,
  path: readonly string[] = [],
): { readonly rest: unknown; readonly problems: readonly ConfigProblem[] } => {
  if (Array.isArray(value)) {
    const parts = value.map((entry: unknown, index) => takeOutSecrets(entry, file, [...path, String(index)]));
    return { rest: parts.map((part) => part.rest), problems: parts.flatMap((part) => part.problems) };
  }
  if (typeof value !== 'object' || value === null) {
    return looksLikeSecret(value)
      ? { rest: undefined, problems: [secretAt(file, path, value)] }
      : { rest: value, problems: [] };
  }
  const rest: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const [name, entry] of Object.entries(value)) {
    const isChosenName = path.length === 1 && (path[0] === 'services' || path[0] === 'lookups');
    if (SECRET_NAME.test(name) && !isChosenName) {
      problems.push(secretAt(file, [...path, name], entry));
      continue;
    }
    const part = takeOutSecrets(entry, file, [...path, name]);
    if (part.rest !== undefined) rest[name] = part.rest;
    problems.push(...part.problems);
  }
  return { rest, problems };
};

const secretAt = (file: string, path: readonly string[], value: unknown): ConfigProblem => {
  const hint = `${path.join('.')} ${looksLikeSecret(value) ? String(value).slice(0, 8) : ''}`;
  const variable = VARIABLES.find(([pattern]) => pattern.test(hint))?.[1];
  return {
    key: keyIn(file, path.join('.')),
    found: 'a secret in the file',
    expected:
      variable === undefined
        ? 'secrets in the environment only'
        : `it in the environment, as ${variable}; secrets never stand in the file`,
  };
};
