import { nearestNames } from '#kernel/nearest-names.ts';
import { FIELD_SYNONYMS } from './field-synonyms.ts';
import { didYouMean } from './suggest.ts';

/** `, did you mean [x]?`: a field that is also called so, is nearly called so or has a part that is; else nothing. */
export const suggestField = (written: string, fields: Iterable<string>): string => {
  const all = [...fields];
  const wanted = written.toLowerCase();
  const synonyms = all.filter((field) => FIELD_SYNONYMS.get(field)?.has(wanted) === true);
  if (synonyms.length > 0) return didYouMeanAny(synonyms);
  const near = didYouMean(written, all);
  return near === '' ? didYouMeanAny(withNearPart(wanted, all)) : near;
};

const didYouMeanAny = (fields: readonly string[]): string => {
  const [only, second] = fields;
  if (only === undefined) return '';
  return second === undefined
    ? `, did you mean [${only}]?`
    : `, did you mean any of [${fields.slice(0, 3).join(', ')}]?`;
};

// Of fewer letters too many parts are near.
const LEAST_PART = 4;

/** `service.name` for `servce`. */
const withNearPart = (wanted: string, fields: readonly string[]): readonly string[] => {
  if (wanted.length < LEAST_PART) return [];
  const partsOf = (field: string): readonly string[] => field.toLowerCase().split('.');
  const parts = fields.flatMap((field) => (field.includes('.') ? partsOf(field) : []));
  const near = new Set(nearestNames(wanted, [...new Set(parts.filter((part) => part.length >= LEAST_PART))]));
  return fields.filter((field) => field.includes('.') && partsOf(field).some((part) => near.has(part))).toSorted();
};

const MOST_NAMED = 8;

/** "; there are level, message and 12 more", those that mean most first; nothing where there are none. */
export const mainFields = (fields: Iterable<string>): string => {
  const all = [...fields];
  const known = [...FIELD_SYNONYMS.keys()].filter((field) => all.includes(field));
  const ordered = [...known, ...all.filter((field) => !FIELD_SYNONYMS.has(field))];
  const [only, second] = ordered;
  if (only === undefined) return '';
  if (second === undefined) return `; there is ${only}`;
  const named = ordered.length > MOST_NAMED + 1 ? ordered.slice(0, MOST_NAMED) : ordered.slice(0, -1);
  const rest = ordered.length - named.length;
  return `; there are ${named.join(', ')} and ${rest === 1 ? (ordered.at(-1) ?? '') : `${rest} more`}`;
};
