import { ARGUMENT, type FailureText, says } from './failure.ts';
import { type EmitContext, valueAt } from '../emitters/emitter.ts';
import { maxRepeatedBytes } from '../emitters/strings.ts';

const negative = (context: EmitContext, name: string, value: string): string =>
  `${context.bind(`${ARGUMENT} ${name} parameter cannot be negative, found [`, 'keyword')} || CAST(${value} AS VARCHAR) || ']'`;

const builtString =
  (timesAt: number): FailureText =>
  (values, _call, context) => {
    const times = valueAt(values, timesAt);
    const tooLong = `${ARGUMENT} Creating repeated strings with more than [${maxRepeatedBytes(context)}] bytes is not supported`;
    return `CASE WHEN ${times} < 0 THEN ${negative(context, 'Number', times)} ELSE ${context.bind(tooLong, 'keyword')} END`;
  };

const BAD_ESCAPE = '(?s)%([0-9a-fA-F][^0-9a-fA-F]|[^0-9a-fA-F].)';

/** Java's own words for what stands behind a percent sign. */
const badEscape: FailureText = (values, _call, context) => {
  const digits = context.once(`regexp_extract(${valueAt(values, 0)}, '${BAD_ESCAPE}', 1)`);
  const at = `CASE WHEN regexp_matches(${digits}, '^[0-9a-fA-F]') THEN '1' ELSE '0' END`;
  const illegal = `${ARGUMENT} URLDecoder: Illegal hex characters in escape (%) pattern - Error at index `;
  return (
    `CASE WHEN ${digits} = '' THEN ${context.bind(`${ARGUMENT} URLDecoder: Incomplete trailing escape (%) pattern`, 'keyword')} ` +
    `ELSE ${context.bind(illegal, 'keyword')} || ${at} || ' in: "' || ${digits} || '"' END`
  );
};

export const STRING_FAILURES: Readonly<Record<string, FailureText>> = {
  SUBSTRING: (values, _call, context) => negative(context, 'Length', valueAt(values, values.length - 1)),
  REPLACE: says('java.util.regex.PatternSyntaxException: not a pattern that can be used here'),
  REPEAT: builtString(1),
  SPACE: builtString(0),
  URL_DECODE: badEscape,
  HASH: (values, _call, context) =>
    `${context.bind('java.security.NoSuchAlgorithmException: ', 'keyword')} || ${valueAt(values, 0)} || ' MessageDigest not available'`,
  FROM_BASE64: says(`${ARGUMENT} Illegal base64 character`),
};
