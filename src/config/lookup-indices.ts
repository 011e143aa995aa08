import { z } from 'zod';
import { OWN_LOOKUPS } from '#ports/telemetry-rules/check-lookup.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';

const MOST_INDICES = 20;
const MOST_BYTES = 255;
// After Elasticsearch's own rules for a name; those of its parts that stand for something else are left out.
const NAME = /^[^-_+\s"'`\\/<>|?*#,:][^\s"'`\\/<>|?*#,:]*$/;

const KINDS = Object.keys(TELEMETRY_SCHEMA);
const LIST_EXPECTED = `a list of at most ${MOST_INDICES} names of indices of mode lookup`;
const NAME_EXPECTED = 'the name of an index or alias of mode lookup: small letters and no wildcards, such as "owners"';

const isIndexName = (name: string): boolean =>
  NAME.test(name) &&
  name === name.toLowerCase() &&
  name !== '.' &&
  name !== '..' &&
  Buffer.byteLength(name) <= MOST_BYTES;

export const lookupIndices = () =>
  z
    .array(z.string({ error: NAME_EXPECTED }).refine(isIndexName, { error: NAME_EXPECTED }), { error: LIST_EXPECTED })
    .max(MOST_INDICES, { error: LIST_EXPECTED });

/** Why queries cannot call a lookup table like this; null if they can. */
export const refuseLookupName = (names: readonly string[], at: number, prefix: string): string | null => {
  const name = names[at] ?? '';
  if (KINDS.includes(name)) return `a name other than ${KINDS.join(', ')}, which queries read`;
  if (names.indexOf(name) !== at) return 'each name once';
  const own = [prefix, OWN_LOOKUPS].find((beginning) => name.startsWith(beginning));
  if (own === undefined) return null;
  return `a name that does not begin with ${own}, because Sentinel makes and deletes those`;
};
