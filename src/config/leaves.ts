import { z } from 'zod';
import { parseDurationMs } from '#kernel/duration.ts';

/** A number in [low, high]; every refusal says the same sentence. */
export const numberBetween = (low: number, high: number, unit = '') => {
  const expected = `a number from ${low} to ${high}${unit}`;
  return z.number({ error: expected }).min(low, { error: expected }).max(high, { error: expected });
};

export const wholeNumberBetween = (low: number, high: number) => {
  const expected = `a whole number from ${low} to ${high}`;
  return z.int({ error: expected }).min(low, { error: expected }).max(high, { error: expected });
};

const EXAMPLE_DURATIONS = ['500ms', '5s', '30s', '5min', '2h', '12h', '7d', '30d'];
const SHOWN_EXAMPLES = 3;

/** Text such as "30s" or "5 min", read as milliseconds. */
export const durationBetween = (low: string, high: string) => {
  const lowMs = parseDurationMs(low) ?? 0;
  const highMs = parseDurationMs(high) ?? Infinity;
  const isWithin = (ms: number | undefined): ms is number => ms !== undefined && ms >= lowMs && ms <= highMs;
  const examples = EXAMPLE_DURATIONS.filter((text) => isWithin(parseDurationMs(text))).slice(0, SHOWN_EXAMPLES);
  const quoted = new Intl.ListFormat('en', { type: 'disjunction', style: 'short' }).format(
    examples.map((text) => `"${text}"`),
  );
  const expected = `a duration from ${low} to ${high}, such as ${quoted}`;
  return z.string({ error: expected }).transform((text, context) => {
    const ms = parseDurationMs(text);
    if (isWithin(ms)) return ms;
    context.issues.push({ code: 'custom', message: expected, input: text });
    return z.NEVER;
  });
};

export const textMatching = (pattern: RegExp, expected: string) =>
  z.string({ error: expected }).regex(pattern, { error: expected });

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `one of ${values.join(', ')}` });

export const trueOrFalse = () => z.boolean({ error: 'true or false' });

/** A mapping that refuses keys it does not know. Left out or empty, it is all defaults. */
export const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    // Unknown keys are told by the keys themselves, not by this sentence.
    error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'a mapping of keys to values'),
  });

const URL_EXPECTED = 'an http:// or https:// address';

export const webAddress = () =>
  z.string({ error: URL_EXPECTED }).refine((text) => /^https?:$/.test(protocolOf(text)), { error: URL_EXPECTED });

/** "postgres:" of an address; empty if it is none. */
export const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : '');
