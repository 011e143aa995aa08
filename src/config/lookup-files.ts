import { z } from 'zod';
import { LOOKUP_NAME, OWN_LOOKUPS } from '#ports/telemetry-rules/check-lookup.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import { textMatching } from './leaves.ts';
import { type ConfigProblem, keyIn } from './problem.ts';

const MOST_FILES = 20;
const EXPECTED = `a mapping of at most ${MOST_FILES} names of lookup tables to CSV files`;

const INDICES = Object.keys(TELEMETRY_SCHEMA);
const NAME_EXPECTED = `a name of a-z, 0-9, - and _ that begins with a letter, not with ${OWN_LOOKUPS}, and is none of ${INDICES.join(', ')}`;

/** By the name of the lookup table that each becomes. */
export const lookupFiles = () =>
  z
    .record(
      z.string().refine((name) => LOOKUP_NAME.test(name) && !name.startsWith(OWN_LOOKUPS) && !INDICES.includes(name), {
        error: NAME_EXPECTED,
      }),
      textMatching(/\S/, 'the path of a CSV file'),
      { error: EXPECTED },
    )
    .refine((files) => Object.keys(files).length <= MOST_FILES, { error: EXPECTED });

/**
 * The problem of files where telemetry is in Elasticsearch. Beside the schema, because a check across file and
 * environment would be skipped while anything else is wrong.
 */
export const refuseLookups = (
  file: unknown,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly ConfigProblem[] => {
  const lookups = (file as { readonly lookups?: unknown } | null)?.lookups;
  const isEmbedded = env['ELASTICSEARCH_URL'] === undefined && env['ELASTICSEARCH_CLOUD_ID'] === undefined;
  if (isEmbedded || typeof lookups !== 'object' || lookups === null || Object.keys(lookups).length === 0) return [];
  return [
    {
      key: keyIn(path, 'lookups'),
      found: 'files, while telemetry is in Elasticsearch',
      expected: 'nothing: name indices of mode lookup in elasticsearch.lookups instead (docs/lookups.md)',
    },
  ];
};
