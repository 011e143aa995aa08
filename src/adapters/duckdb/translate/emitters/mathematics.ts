import { isWhole } from '#esql/types.ts';
import { sqlType } from '../sql-type.ts';
import type { Emitter } from '../emitter.ts';
import { finite, valueAt } from '../emitter.ts';

const DIGITS_OF_LONG = 18;

const asDouble = (values: readonly string[], at: number): string => `CAST(${valueAt(values, at)} AS DOUBLE)`;

const double =
  (name: string): Emitter =>
  (values, _, context) =>
    finite(context, `TRY(${name}(${values.map((value) => `CAST(${value} AS DOUBLE)`).join(', ')}))`);

/** Whole numbers stay as they are. */
const ofDouble =
  (name: string): Emitter =>
  (values, call) =>
    call.type === 'double' ? `${name}(${valueAt(values, 0)})` : valueAt(values, 0);

const round: Emitter = (values, call, context) => {
  const number = valueAt(values, 0);
  if (values.length === 1) return call.type === 'double' ? `round(${number})` : number;
  const decimals = `CAST(${valueAt(values, 1)} AS BIGINT)`;
  if (call.type === 'double') return finite(context, `TRY(round(${number}, TRY_CAST(${decimals} AS INTEGER)))`);
  const [value, places] = [context.once(number), context.once(decimals)];
  const rounded = `TRY_CAST(TRY(round(CAST(${value} AS BIGINT), TRY_CAST(${places} AS INTEGER))) AS ${sqlType(call.type)})`;
  // With as many digits to round as there are, DuckDB rounds 55 to 100 and Elasticsearch to 0.
  return (
    `CASE WHEN ${places} >= 0 THEN ${value} ` +
    `WHEN ${places} < -${DIGITS_OF_LONG} OR length(ltrim(CAST(${value} AS VARCHAR), '-')) <= -${places} ` +
    `THEN CAST(0 AS ${sqlType(call.type)}) WHEN ${places} < 0 THEN ${rounded} END`
  );
};

const logarithm: Emitter = (values, _, context) => {
  if (values.length === 1) return `TRY(ln(${asDouble(values, 0)}))`;
  return finite(context, `TRY(log10(${asDouble(values, 1)})) / TRY(log10(${asDouble(values, 0)}))`);
};

const cubeRoot: Emitter = (values, _, context) => {
  const number = context.once(asDouble(values, 0));
  const root = context.once(`cbrt(${number})`);
  const whole = context.once(`round(${root})`);
  // cbrt(27) is 3.0000000000000004.
  return `CASE WHEN ${whole} * ${whole} * ${whole} = ${number} THEN ${whole} ELSE ${root} END`;
};

const hypotenuse: Emitter = (values, _, context) => {
  const [a, b] = [context.once(asDouble(values, 0)), context.once(asDouble(values, 1))];
  return finite(context, `sqrt(${a} * ${a} + ${b} * ${b})`);
};

export const MATHEMATICS_EMITTERS: Readonly<Record<string, Emitter>> = {
  ABS: (values, call) => (isWhole(call.type) ? `TRY(abs(${valueAt(values, 0)}))` : `abs(${valueAt(values, 0)})`),
  CEIL: ofDouble('ceil'),
  FLOOR: ofDouble('floor'),
  ROUND: round,
  POW: double('pow'),
  SQRT: double('sqrt'),
  CBRT: cubeRoot,
  EXP: double('exp'),
  LOG: logarithm,
  LOG10: double('log10'),
  SIGNUM: (values) => `CAST(sign(${asDouble(values, 0)}) AS DOUBLE)`,
  HYPOT: hypotenuse,
  SIN: double('sin'),
  COS: double('cos'),
  TAN: double('tan'),
  ASIN: double('asin'),
  ACOS: double('acos'),
  ATAN: double('atan'),
  ATAN2: double('atan2'),
  SINH: double('sinh'),
  COSH: double('cosh'),
  TANH: double('tanh'),
  TO_DEGREES: double('degrees'),
  TO_RADIANS: double('radians'),
  PI: (_values, _call, context) => context.bind(Math.PI, 'double'),
  E: (_values, _call, context) => context.bind(Math.E, 'double'),
  TAU: (_values, _call, context) => context.bind(2 * Math.PI, 'double'),
};
