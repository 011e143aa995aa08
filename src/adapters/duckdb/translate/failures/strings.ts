import { ARGUMENT, type FailureText, says } from './failure.ts';
import { type EmitContext, valueAt } from '../emitters/emitter.ts';
import { MAX_BUILT_BYTES } from '../emitters/strings.ts';

const negative = (context: EmitContext, name: string, value: string): string =>
  `${context.bind(`${ARGUMENT} ${name} parameter cannot be negative, found [`, 'keyword')} || CAST(${value} AS VARCHAR) || ']'`;

const builtString =
  (timesAt: number): FailureText =>
  (values, _call, context) => {
    const times = valueAt(values, timesAt);
    const tooLong = `${ARGUMENT} Creating repeated strings with more than [${MAX_BUILT_BYTES}] bytes is not supported`;
    return `CASE WHEN ${times} < 0 THEN ${negative(context, 'Number', times)} ELSE ${context.bind(tooLong, 'keyword')} END`;
  };

export const STRING_FAILURES: Readonly<Record<string, FailureText>> = {
  SUBSTRING: (values, _call, context) => negative(context, 'Length', valueAt(values, values.length - 1)),
  REPLACE: says('java.util.regex.PatternSyntaxException: not a pattern that can be used here'),
  REPEAT: builtString(1),
  SPACE: builtString(0),
  URL_DECODE: (values, _call, context) =>
    `${context.bind(`${ARGUMENT} URLDecoder: Illegal hex characters in escape (%) pattern: `, 'keyword')} || ${valueAt(values, 0)}`,
  HASH: (values, _call, context) =>
    `${context.bind('java.security.NoSuchAlgorithmException: ', 'keyword')} || ${valueAt(values, 0)} || ' MessageDigest not available'`,
  FROM_BASE64: says(`${ARGUMENT} Illegal base64 character`),
};
