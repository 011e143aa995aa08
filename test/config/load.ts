import { type Config, type ConfigProblem, formatProblems, loadConfig } from '#config.ts';

export const TOKENS = { SLACK_BOT_TOKEN: 'xoxb-1-secret', SLACK_APP_TOKEN: 'xapp-1-secret' };

export const load = (yaml: string, env: Readonly<Record<string, string | undefined>> = TOKENS) =>
  loadConfig({ env, readFile: () => yaml });

export const configOf = (yaml: string, env: Readonly<Record<string, string | undefined>> = TOKENS): Config => {
  const outcome = load(yaml, env);
  if (outcome.kind === 'invalid') throw new Error(formatProblems(outcome.problems));
  return outcome.config;
};

export const problemsOf = (
  yaml: string,
  env: Readonly<Record<string, string | undefined>> = TOKENS,
): readonly ConfigProblem[] => {
  const outcome = load(yaml, env);
  return outcome.kind === 'invalid' ? outcome.problems : [];
};

export const keysOf = (problems: readonly ConfigProblem[]): readonly string[] => problems.map(({ key }) => key);
