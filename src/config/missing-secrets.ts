import type { ConfigProblem } from './problem.ts';
import { APP_TOKEN_EXPECTED, SIGNING_SECRET_EXPECTED } from './settings-schema.ts';

/**
 * What of the environment the file's way to Slack needs and does not have. Beside the schema, because
 * a check across both would be skipped while anything else is wrong.
 */
export const missingSecrets = (
  file: unknown,
  env: Readonly<Record<string, string | undefined>>,
): readonly ConfigProblem[] => {
  const slack = (file as { readonly slack?: unknown } | null)?.slack as { readonly mode?: unknown } | null | undefined;
  const [key, expected] =
    slack?.mode === 'http'
      ? ['SLACK_SIGNING_SECRET', SIGNING_SECRET_EXPECTED]
      : ['SLACK_APP_TOKEN', APP_TOKEN_EXPECTED];
  return env[key] === undefined ? [{ key, found: 'nothing', expected }] : [];
};
