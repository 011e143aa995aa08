const VERSION = /^(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

/** Marks of src/adapters/duckdb/translate/sql/version-sql.ts as well. */
export const NO_VERSION = '~';
const RELEASE = '\u0003';
const PRE_RELEASE = '\u0002';
const NUMERIC = '\u0001';
export const BEFORE_TEXT = ' ';

const inOrder = (digits: string): string => `${String(digits.length).padStart(3, '0')}${digits}`;

/**
 * A version as a text that is ordered as versions are, with the version itself at its end: numbers by
 * their value, a release after its pre-releases, and what is no version after all that are (semver.org, 11).
 */
export const encodeVersion = (text: string): string => {
  const match = VERSION.exec(text);
  if (!match) return `${NO_VERSION}${text}`;
  const [, numbers = '', preRelease, build] = match;
  const main = numbers.split('.').map(inOrder).join('.');
  const parts = preRelease?.split('.').map((part) => (/^\d+$/.test(part) ? `${NUMERIC}${inOrder(part)}` : part));
  const phase = parts ? `${PRE_RELEASE}${parts.join('.')}` : RELEASE;
  return `${main}${phase}${build === undefined ? '' : `+${build}`}${BEFORE_TEXT}${text}`;
};
