import { isWhole } from '#esql/types.ts';
import { sqlType } from '../sql/sql-type.ts';
import type { Emitter } from './emitter.ts';
import { finite, valueAt } from './emitter.ts';

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
  const whole = context.once(`TRY(round(CAST(${value} AS BIGINT), TRY_CAST(${places} AS INTEGER)))`);
  // Beyond the range of BIGINT, DuckDB goes on at its other end.
  const rounded = `CASE WHEN sign(${whole}) = sign(${value}) THEN TRY_CAST(${whole} AS ${sqlType(call.type)}) END`;
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

/** Kahan's form: what 1 costs in digits is given back by the logarithm. */
const expm1: Emitter = (values, _, context) => {
  const number = context.once(asDouble(values, 0));
  const power = context.once(`TRY(exp(${number}))`);
  return finite(
    context,
    `CASE WHEN ${power} = 1 THEN ${number} WHEN ${power} < 1e-16 THEN -1 WHEN abs(${number}) > 1 THEN ${power} - 1 ELSE (${power} - 1) * ${number} / ln(${power}) END`,
  );
};

const hypotenuse: Emitter = (values, _, context) => {
  const [a, b] = [context.once(asDouble(values, 0)), context.once(asDouble(values, 1))];
  return finite(context, `sqrt(${a} * ${a} + ${b} * ${b})`);
};

/** A zero of doubles has a sign as well. */
const copySign: Emitter = (values, call, context) => {
  const [magnitude, sign] = [context.once(valueAt(values, 0)), context.once(asDouble(values, 1))];
  const isNegative = `(${sign} < 0 OR (${sign} = 0 AND starts_with(CAST(${sign} AS VARCHAR), '-')))`;
  const [plus, minus] = [`abs(${magnitude})`, `-abs(${magnitude})`].map((sql) =>
    isWhole(call.type) ? `TRY(${sql})` : sql,
  );
  return `CASE WHEN ${magnitude} IS NULL OR ${sign} IS NULL THEN NULL WHEN ${isNegative} THEN ${minus} ELSE ${plus} END`;
};

// Beyond, the result is 0 or infinite whatever the number; a power of two that large would be itself.
const MAX_SCALE = 2_200;

/** In two steps, because 2 to the power of -1074 is the least that a double can hold. */
const scaled: Emitter = (values, _, context) => {
  const scale = context.once(
    `CAST(least(greatest(CAST(${valueAt(values, 1)} AS BIGINT), -${MAX_SCALE}), ${MAX_SCALE}) AS INTEGER)`,
  );
  const known = `CASE WHEN ${valueAt(values, 1)} IS NOT NULL THEN ${asDouble(values, 0)} END`;
  const part = (at: number): string => `pow(2.0::DOUBLE, floor((${scale} + ${at}) / 3))`;
  return finite(context, `${known} * ${part(0)} * ${part(1)} * ${part(2)}`);
};

const roundTo: Emitter = (values, _, context) => {
  const value = context.once(valueAt(values, 0));
  const points = context.once(`list_sort([${values.slice(1).join(', ')}])`);
  const below = `list_filter(${points}, lambda point: point <= ${value})`;
  return `CASE WHEN ${value} IS NOT NULL THEN coalesce(${below}[-1], ${points}[1]) END`;
};

export const MATHEMATICS_EMITTERS: Readonly<Record<string, Emitter>> = {
  ABS: (values, call) => (isWhole(call.type) ? `TRY(abs(${valueAt(values, 0)}))` : `abs(${valueAt(values, 0)})`),
  CEIL: ofDouble('ceil'),
  FLOOR: ofDouble('floor'),
  ROUND: round,
  POW: double('pow'),
  COPY_SIGN: copySign,
  SCALB: scaled,
  ROUND_TO: roundTo,
  SQRT: double('sqrt'),
  CBRT: cubeRoot,
  EXP: double('exp'),
  EXPM1: expm1,
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
  ASINH: double('asinh'),
  ACOSH: double('acosh'),
  ATANH: double('atanh'),
  TO_DEGREES: double('degrees'),
  TO_RADIANS: double('radians'),
  PI: (_values, _call, context) => context.bind(Math.PI, 'double'),
  E: (_values, _call, context) => context.bind(Math.E, 'double'),
  TAU: (_values, _call, context) => context.bind(2 * Math.PI, 'double'),
};
