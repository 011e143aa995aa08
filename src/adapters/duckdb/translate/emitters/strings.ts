import { hashOfName } from '#esql/functions/hash-algorithms.ts';
import type { TypedExpression, TypedLiteral } from '#esql/plan.ts';
import { MAX_STRING_BYTES } from '../built-size.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { named, valueAt } from './emitter.ts';
import { DIGEST_OF } from '../../digest-of.ts';
import { filledList } from '../sql/list-sql.ts';
import { inHalves } from '../sql/in-halves.ts';
import { toLowerSql, toUpperSql } from '../sql/letter-case.ts';
import { javaReplacement, patternSql } from '../sql/patterns.ts';

// What java.lang.Character.isWhitespace calls so.
const WHITE_SPACE =
  '\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000';

const trim =
  (name: string): Emitter =>
  (values, _, context) =>
    `${name}(${valueAt(values, 0)}, ${context.bind(WHITE_SPACE, 'keyword')})`;

/** The position from 1: 0 is the first, negative ones count from the end, and both ends clamp. */
const startSql = (text: string, start: string): string =>
  `CASE WHEN ${start} > 0 THEN CAST(${start} AS BIGINT) WHEN ${start} = 0 THEN 1 ` +
  `WHEN ${start} < -length(${text}) THEN 1 ELSE length(${text}) + ${start} + 1 END`;

const substring: Emitter = (values, _, context) => {
  const [text, start] = [context.once(valueAt(values, 0)), context.once(valueAt(values, 1))];
  if (values.length === 2) return `substring(${text}, ${startSql(text, start)})`;
  const length = context.once(valueAt(values, 2));
  return `CASE WHEN ${length} >= 0 THEN substring(${text}, ${startSql(text, start)}, ${length}) END`;
};

/** DuckDB reads a negative number as "all but so many". */
const end =
  (name: string): Emitter =>
  (values, _, context) => {
    const length = context.once(valueAt(values, 1));
    return `${name}(${valueAt(values, 0)}, CASE WHEN ${length} < 0 THEN 0 ELSE ${length} END)`;
  };

const locate: Emitter = (values, _, context) => {
  const [text, part] = [valueAt(values, 0), valueAt(values, 1)];
  if (values.length === 2) return `CAST(strpos(${text}, ${part}) AS INTEGER)`;
  const whole = context.once(text);
  const start = context.once(startSql(whole, context.once(valueAt(values, 2))));
  const found = context.once(`strpos(substring(${whole}, ${start}), ${part})`);
  return `CAST(CASE WHEN ${found} = 0 THEN 0 ELSE ${found} + ${start} - 1 END AS INTEGER)`;
};

export const maxRepeatedBytes = ({ maxBuiltBytes }: EmitContext): number =>
  Math.min(maxBuiltBytes ?? MAX_STRING_BYTES, MAX_STRING_BYTES);

const repeated = (context: EmitContext, text: string, times: string): string =>
  `CASE WHEN ${times} >= 0 AND CAST(strlen(${text}) AS BIGINT) * ${times} <= ${maxRepeatedBytes(context)} THEN repeat(${text}, ${times}) END`;

// What DuckDB itself computes; the others come from `digest_of`.
const OWN_HASHES = new Set(['md5', 'sha1', 'sha256']);

const hash: Emitter = (values, call) => {
  const [algorithm] = call.arguments;
  const own = isText(algorithm) ? hashOfName(algorithm.value) : undefined;
  if (own !== undefined && OWN_HASHES.has(own)) return `${own}(${valueAt(values, 1)})`;
  return `${DIGEST_OF}(${valueAt(values, 0)}, ${valueAt(values, 1)})`;
};

// A percent sign without two hexadecimal digits, which DuckDB leaves as it is.
const BAD_ESCAPE = '%(?:$|[^0-9A-Fa-f]|.(?:$|[^0-9A-Fa-f]))';

const urlDecode: Emitter = (values, _, context) => {
  const text = context.once(valueAt(values, 0));
  const isBad = `regexp_matches(${text}, ${context.bind(BAD_ESCAPE, 'keyword')}, 's')`;
  return `CASE WHEN NOT ${isBad} THEN TRY(url_decode(replace(${text}, '+', ' '))) END`;
};

/** Java takes a text without its padding, DuckDB does not. */
const fromBase64: Emitter = (values, _, context) => {
  const text = context.once(valueAt(values, 0));
  const padded = `CASE WHEN length(${text}) % 4 > 1 AND NOT contains(${text}, '=') THEN ${text} || repeat('=', 4 - length(${text}) % 4) ELSE ${text} END`;
  return `TRY(decode(TRY(from_base64(${context.once(padded)}))))`;
};

const isText = (value: TypedExpression | undefined): value is TypedLiteral & { readonly value: string } =>
  value?.kind === 'literal' && typeof value.value === 'string';

/** A replacement that each row has: `$1` as RE2 writes it, and a backslash as itself. */
const rowReplacement = (text: string): string =>
  `regexp_replace(replace(${text}, '\\', '\\\\'), '\\$(\\d)', '\\\\\\1', 'g')`;

export const STRING_EMITTERS: Readonly<Record<string, Emitter>> = {
  CONCAT: (values) => `(${inHalves('||', values)})`,
  SUBSTRING: substring,
  LEFT: end('left'),
  RIGHT: end('right'),
  LOCATE: locate,
  LENGTH: (values) => `CAST(length(${valueAt(values, 0)}) AS INTEGER)`,
  BYTE_LENGTH: (values) => `CAST(strlen(${valueAt(values, 0)}) AS INTEGER)`,
  BIT_LENGTH: (values) => `TRY_CAST(CAST(strlen(${valueAt(values, 0)}) AS BIGINT) * 8 AS INTEGER)`,
  TRIM: trim('trim'),
  LTRIM: trim('ltrim'),
  RTRIM: trim('rtrim'),
  TO_UPPER: (values, _, context) => toUpperSql(context, valueAt(values, 0)),
  TO_LOWER: (values, _, context) => toLowerSql(context, valueAt(values, 0)),
  REVERSE: named('reverse'),
  REPEAT: (values, _, context) => repeated(context, context.once(valueAt(values, 0)), context.once(valueAt(values, 1))),
  SPACE: (values, _, context) => repeated(context, "' '", context.once(valueAt(values, 0))),
  REPLACE: (values, call, context) => {
    const [, regex, text] = call.arguments;
    const pattern = patternSql(context, regex, valueAt(values, 1));
    const replacement = isText(text)
      ? context.bind(javaReplacement(text.value), 'keyword')
      : rowReplacement(valueAt(values, 2));
    return `TRY(regexp_replace(${valueAt(values, 0)}, ${pattern}, ${replacement}, 'g'))`;
  },
  SPLIT: (values, _, context) => {
    const delimiter = context.once(valueAt(values, 1));
    // Without a delimiter DuckDB gives the whole text.
    return filledList(
      context,
      `CASE WHEN ${delimiter} IS NOT NULL THEN string_split(${valueAt(values, 0)}, ${delimiter}) END`,
    );
  },
  STARTS_WITH: (values) => `starts_with(${valueAt(values, 0)}, ${valueAt(values, 1)})`,
  ENDS_WITH: (values) => `ends_with(${valueAt(values, 0)}, ${valueAt(values, 1)})`,
  CONTAINS: (values) => `contains(${valueAt(values, 0)}, ${valueAt(values, 1)})`,
  URL_ENCODE: (values) => `replace(url_encode(${valueAt(values, 0)}), '%20', '+')`,
  URL_ENCODE_COMPONENT: (values) => `url_encode(${valueAt(values, 0)})`,
  URL_DECODE: urlDecode,
  TO_BASE64: (values) => `to_base64(encode(${valueAt(values, 0)}))`,
  FROM_BASE64: fromBase64,
  MD5: named('md5'),
  SHA1: named('sha1'),
  SHA256: named('sha256'),
  HASH: hash,
};
