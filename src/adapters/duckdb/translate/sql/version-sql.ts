import { BEFORE_TEXT, NO_VERSION } from '#esql/values/version.ts';

// The same form as src/esql/values/version.ts gives to literals; its marks are chr(1) to chr(3).
const VERSION = String.raw`^(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$`;

const inOrder = (digits: string): string => `lpad(CAST(length(${digits}) AS VARCHAR), 3, '0') || ${digits}`;

/** A text as a version; of what is none the text itself, after all versions. */
export const versionSql = (text: string): string => {
  const group = (at: number): string => `regexp_extract(version_text, '${VERSION}', ${at})`;
  const numbers = `array_to_string(list_transform(string_split(${group(1)}, '.'), lambda version_part: ${inOrder('version_part')}), '.')`;
  const part = `CASE WHEN regexp_full_match(version_part, '\\d+') THEN chr(1) || ${inOrder('version_part')} ELSE version_part END`;
  const parts = `array_to_string(list_transform(string_split(${group(2)}, '.'), lambda version_part: ${part}), '.')`;
  const phase = `CASE WHEN ${group(2)} = '' THEN chr(3) ELSE chr(2) || ${parts} END`;
  const build = `CASE WHEN ${group(3)} = '' THEN '' ELSE '+' || ${group(3)} END`;
  const known = `${numbers} || ${phase} || ${build} || '${BEFORE_TEXT}' || version_text`;
  const body = `CASE WHEN regexp_matches(version_text, '${VERSION}') THEN ${known} ELSE '${NO_VERSION}' || version_text END`;
  return `list_transform([${text}], lambda version_text: ${body})[1]`;
};

/** A version as people read it. */
export const versionTextSql = (version: string): string =>
  `CASE WHEN starts_with(${version}, '${NO_VERSION}') THEN substring(${version}, 2) ELSE split_part(${version}, '${BEFORE_TEXT}', 2) END`;
