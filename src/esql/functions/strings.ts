import { textOf } from './arguments.ts';
import { always, integer, scalar, string } from './definition.ts';
import type { FunctionDefinition } from './definition.ts';
import { HASH_NAMES, hashOfName } from './hash-algorithms.ts';
import { replacementProblem, regexProblem } from '../extract/regex-syntax.ts';

const oneString = (name: string, description: string, result: 'keyword' | 'integer' = 'keyword'): FunctionDefinition =>
  scalar(name, description, [string('string')], result);

const twoStrings = (name: string, description: string, second: string): FunctionDefinition =>
  scalar(name, description, [string('string'), string(second)], 'boolean');

export const STRINGS: readonly FunctionDefinition[] = [
  {
    name: 'CONCAT',
    kind: 'scalar',
    description: 'Strings joined; null if any is null.',
    signatures: [
      {
        arguments: [string('first')],
        repeated: { arguments: [string('string')], minRounds: 1 },
        result: always('keyword'),
      },
    ],
  },
  {
    name: 'SUBSTRING',
    kind: 'scalar',
    description: 'A part of a string, from a position that counts from 1, or from the end if negative.',
    signatures: [
      { arguments: [string('string'), integer('start')], result: always('keyword') },
      { arguments: [string('string'), integer('start'), integer('length')], result: always('keyword') },
    ],
  },
  scalar('LEFT', 'The first characters of a string.', [string('string'), integer('length')], 'keyword'),
  scalar('RIGHT', 'The last characters of a string.', [string('string'), integer('length')], 'keyword'),
  {
    name: 'LOCATE',
    kind: 'scalar',
    description: 'The position of a string in another, from 1; 0 if it is not there.',
    signatures: [
      { arguments: [string('string'), string('substring')], result: always('integer') },
      { arguments: [string('string'), string('substring'), integer('start')], result: always('integer') },
    ],
  },
  oneString('LENGTH', 'The number of characters (code points).', 'integer'),
  oneString('BYTE_LENGTH', 'The number of bytes in UTF-8.', 'integer'),
  oneString('BIT_LENGTH', 'The number of bits in UTF-8.', 'integer'),
  oneString('TRIM', 'Without white space at both ends.'),
  oneString('LTRIM', 'Without white space at the start.'),
  oneString('RTRIM', 'Without white space at the end.'),
  { ...oneString('TO_UPPER', 'In capitals.'), multiValues: 'each' },
  { ...oneString('TO_LOWER', 'In small letters.'), multiValues: 'each' },
  oneString('REVERSE', 'From the last character to the first.'),
  scalar('REPEAT', 'The string so many times.', [string('string'), integer('times')], 'keyword'),
  scalar('SPACE', 'So many spaces.', [integer('number')], 'keyword'),
  {
    ...scalar(
      'REPLACE',
      'Each match of a regular expression replaced; $1 stands for its first group.',
      [string('string'), string('regex'), string('replacement')],
      'keyword',
    ),
    refuse: ([, regex, replacement]) => {
      const [pattern, text] = [textOf(regex), textOf(replacement)];
      if (pattern === undefined) return undefined;
      const bad = regexProblem(pattern);
      if (bad) return { at: 1, message: bad };
      const badReplacement = text === undefined ? undefined : replacementProblem(pattern, text);
      return badReplacement ? { at: 2, message: badReplacement } : undefined;
    },
  },
  {
    ...scalar('SPLIT', 'The parts of a string between delimiters.', [string('string'), string('delimiter')], 'keyword'),
    returnsList: true,
    refuse: ([, delimiter]) => {
      const text = textOf(delimiter);
      return text === undefined || text.length === 1
        ? undefined
        : { at: 1, message: `the delimiter of SPLIT must be one character, found [${text}]` };
    },
  },
  twoStrings('STARTS_WITH', 'Whether a string begins with another.', 'prefix'),
  twoStrings('ENDS_WITH', 'Whether a string ends with another.', 'suffix'),
  twoStrings('CONTAINS', 'Whether a string holds another.', 'substring'),
  oneString('URL_ENCODE', 'Percent-encoded for a query string, where a space is +.'),
  oneString('URL_ENCODE_COMPONENT', 'Percent-encoded, where a space is %20.'),
  oneString('URL_DECODE', 'Percent-decoded; null if an escape is none.'),
  oneString('TO_BASE64', 'Encoded in base 64.'),
  oneString('FROM_BASE64', 'Decoded from base 64; null if it is none.'),
  oneString('MD5', 'The MD5 hash, in hexadecimal.'),
  oneString('SHA1', 'The SHA-1 hash, in hexadecimal.'),
  oneString('SHA256', 'The SHA-256 hash, in hexadecimal.'),
  {
    ...scalar('HASH', 'A hash by the name of its algorithm.', [string('algorithm'), string('string')], 'keyword'),
    refuse: ([algorithm]) => {
      const name = textOf(algorithm);
      if (name === undefined || hashOfName(name)) return undefined;
      return { at: 0, message: `Algorithm [${name}] is not supported; there are ${HASH_NAMES.join(', ')}` };
    },
  },
];
