import { isMulti } from '#esql/check/multi-values.ts';
import type { TypedCall, TypedExpression } from '#esql/plan.ts';
import { type EmitContext, valueAt } from '../emitters/emitter.ts';
import { inHalves } from './in-halves.ts';
import { patternSql } from './patterns.ts';
import { MEMBER_BYTES } from '../built-size.ts';

/** SQL of the bytes that a call builds of its arguments, at most; each of them may be used more than once. */
type BuiltBytes = (values: readonly string[], call: TypedCall, context: EmitContext) => string;

const listBytes = (list: string, argument: TypedExpression | undefined): string =>
  argument?.type === 'keyword' || argument?.type === 'text'
    ? `coalesce(list_sum(list_transform(${list}, lambda m: strlen(m) + ${MEMBER_BYTES})), 0)`
    : `coalesce(len(${list}), 0) * ${MEMBER_BYTES}`;

const listsBytes = (values: readonly string[], call: TypedCall): string =>
  values
    .flatMap((value, at) =>
      call.arguments[at] && isMulti(call.arguments[at]) ? listBytes(value, call.arguments[at]) : [],
    )
    .join(' + ');

const replaced: BuiltBytes = (values, call, context) => {
  const [text, replacement] = [valueAt(values, 0), valueAt(values, 2)];
  const pattern = patternSql(context, call.arguments[1], valueAt(values, 1));
  // Every dollar may stand for all of what matched.
  const dollars = `(strlen(${replacement}) - strlen(replace(${replacement}, '$', '')))`;
  const atMost = `(length(${text}) + 1) * strlen(${replacement}) + strlen(${text}) * (1 + ${dollars})`;
  const found = `coalesce(TRY(regexp_extract_all(${text}, ${pattern})), [])`;
  const lengths = `coalesce(list_sum(list_transform(${found}, lambda m: ${dollars} * strlen(m) + strlen(${replacement}) - strlen(m))), 0)`;
  return `CASE WHEN ${atMost} <= ${context.maxBuiltBytes} THEN 0 ELSE strlen(${text}) + ${lengths} END`;
};

const split: BuiltBytes = (values) => {
  const [text, delimiter] = [valueAt(values, 0), valueAt(values, 1)];
  const found = `(strlen(${text}) - strlen(replace(${text}, ${delimiter}, ''))) // strlen(${delimiter})`;
  return `strlen(${text}) + ${MEMBER_BYTES} * (CASE WHEN ${delimiter} = '' THEN length(${text}) ELSE ${found} END + 1)`;
};

const joined: BuiltBytes = (values, call) =>
  `${listBytes(valueAt(values, 0), call.arguments[0])} + len(${valueAt(values, 0)}) * strlen(${valueAt(values, 1)})`;

const zipped: BuiltBytes = (values, call) => {
  const [left, right] = [valueAt(values, 0), valueAt(values, 1)];
  const pairs = `greatest(coalesce(len(${left}), 0), coalesce(len(${right}), 0))`;
  return `${listsBytes([left, right], call)} + ${pairs} * coalesce(strlen(${values[2] ?? "','"}), 0)`;
};

const encoded: BuiltBytes = (values) => `3 * strlen(${valueAt(values, 0)})`;

// As long as a stored message can be. What is hardly longer than what it is made of may be so, whatever the bound.
const MESSAGE_BYTES = 131_072;
const HARDLY_LONGER = 1.5;

/** SQL of whether a call is not to build more than the bound of its query. */
export const mayBeBuilt = (context: EmitContext, call: TypedCall, values: readonly string[]): string => {
  const built = BUILT_BYTES.get(call.function)?.(values, call, context) ?? '0';
  const texts = values.flatMap((value, at) => {
    const argument = call.arguments[at];
    return argument && !isMulti(argument) && (argument.type === 'keyword' || argument.type === 'text')
      ? [`coalesce(strlen(${value}), 0)`]
      : [];
  });
  const longest = texts.length === 0 ? '0' : `greatest(${texts.join(', ')})`;
  return `${built} <= greatest(${context.maxBuiltBytes}, least(${MESSAGE_BYTES}, ${HARDLY_LONGER} * ${longest}))`;
};

/** Of the functions whose value may be longer than their arguments; REPEAT and SPACE are always bounded. */
export const BUILT_BYTES: ReadonlyMap<string, BuiltBytes> = new Map([
  [
    'CONCAT',
    (values) =>
      inHalves(
        '+',
        values.map((value) => `strlen(${value})`),
      ),
  ],
  ['REPLACE', replaced],
  ['SPLIT', split],
  ['MV_CONCAT', joined],
  ['MV_ZIP', zipped],
  ['MV_APPEND', listsBytes],
  ['MV_UNION', listsBytes],
  ['TO_BASE64', encoded],
  ['URL_ENCODE', encoded],
  ['URL_ENCODE_COMPONENT', encoded],
]);
