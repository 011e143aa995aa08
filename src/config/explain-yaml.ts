import type { YAMLError } from 'yaml';
import type { ConfigProblem } from './problem.ts';

type Words = Pick<ConfigProblem, 'found' | 'expected'>;

const UNCLEAR: Words = {
  found: 'text that cannot be read here',
  expected: 'lines of the form key: value, and what belongs together equally indented',
};

// The parser's own messages name its tokens, and may repeat what is in the file, a secret among it.
const WORDS: Readonly<Partial<Record<YAMLError['code'], Words>>> = {
  TAB_AS_INDENT: { found: 'a tab', expected: 'spaces before a key' },
  BAD_INDENT: {
    found: 'indentation that fits no line above',
    expected: 'keys of one section in one column, and each [ and { with its end',
  },
  DUPLICATE_KEY: { found: 'a key that stands there twice', expected: 'each key once' },
  MISSING_CHAR: {
    found: 'something without its end',
    expected: 'a colon and a space after each key, and an end to each quote, [ and {',
  },
  MULTILINE_IMPLICIT_KEY: { found: 'a line that is no key', expected: 'a colon and a space after each key' },
  BLOCK_AS_IMPLICIT_KEY: {
    found: 'a second key in one line',
    expected: 'one key a line; a value with a colon and a space in it in quotes',
  },
  BAD_SCALAR_START: { found: 'a value that begins with a reserved character', expected: 'that value in quotes' },
  BAD_DQ_ESCAPE: {
    found: 'an unknown escape',
    expected: 'a backslash in double quotes written \\\\, or single quotes',
  },
  MULTIPLE_DOCS: { found: 'a second document', expected: 'one document, without a line --- after its first' },
};

/** A fault of the file's syntax, in the operator's words and never in the file's. */
export const explainYaml = (code: YAMLError['code']): Words => WORDS[code] ?? UNCLEAR;
