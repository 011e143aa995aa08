import type { CallSource, TypedCall, TypedExpression } from '../plan.ts';
import type { Argument, FunctionDefinition } from '../functions/definition.ts';
import type { FieldType } from '../schema.ts';

/** Whether a row may hold several values of the expression. */
export const isMulti = (value: TypedExpression): boolean => {
  switch (value.kind) {
    case 'list':
      return true;
    case 'column':
    case 'call':
      return value.isMulti;
    case 'widen':
      return isMulti(value.operand);
    default:
      return false;
  }
};

const convert = (name: string, value: TypedExpression, source: CallSource, toMulti: boolean): TypedExpression => {
  if (value.kind === 'span' || isMulti(value) === toMulti) return value;
  return { kind: 'call', function: name, arguments: [value], type: value.type, isMulti: toMulti, source };
};

/** The one value; several make null and a warning that names the source, which is what needs one. */
export const single = (value: TypedExpression, source: CallSource): TypedExpression =>
  convert('SINGLE VALUE', value, source, false);

/** A condition of CASE that has several values counts as false. */
const singleCondition = (value: TypedExpression, source: CallSource): TypedExpression =>
  convert('SINGLE CONDITION', value, { ...source, failsAs: 'false' }, false);

/** The key of a join that has several values matches nothing. */
export const joinKey = (value: TypedExpression, source: CallSource): TypedExpression =>
  convert('SINGLE KEY', value, source, false);

/** A condition that has several values is null, and nobody is told: EvalMapper and FilterOperator of Elasticsearch. */
export const truth = (value: TypedExpression, source: CallSource): TypedExpression =>
  convert('SINGLE TRUTH', value, source, false);

export const least = (value: TypedExpression, source: CallSource): TypedExpression =>
  convert('MV_MIN', value, source, false);
export const greatest = (value: TypedExpression, source: CallSource): TypedExpression =>
  convert('MV_MAX', value, source, false);

const asList = (value: TypedExpression, source: CallSource): TypedExpression => convert('AS LIST', value, source, true);

type Fit = Pick<TypedCall, 'arguments' | 'isMulti'>;

interface Sources {
  readonly call: CallSource;
  readonly argument: (at: number) => CallSource;
}

type Rule = (values: readonly TypedExpression[], rules: readonly Argument[], sources: Sources) => Fit;

const RULES: Readonly<Record<NonNullable<FunctionDefinition['multiValues']> | 'none', Rule>> = {
  none: (values, rules, { call }) => ({
    arguments: values.map((value, at) => (rules[at]?.takesList ? asList : single)(value, call)),
    isMulti: false,
  }),
  each: (values) => ({ arguments: values, isMulti: values.some(isMulti) }),
  any: (values) => ({ arguments: values, isMulti: false }),
  kept: (values, rules, { call, argument }) => {
    const isList = values.some((value, at) => rules[at]?.sharesType === true && isMulti(value));
    return {
      arguments: values.map((value, at) => {
        if (rules[at]?.sharesType !== true) return singleCondition(value, argument(at));
        return isList ? asList(value, call) : value;
      }),
      isMulti: isList,
    };
  },
  least: (values, _, { call }) => ({ arguments: values.map((value) => least(value, call)), isMulti: false }),
  greatest: (values, _, { call }) => ({ arguments: values.map((value) => greatest(value, call)), isMulti: false }),
};

/** What a function makes of arguments that may have several values; by default they must have one. */
export const fitMultiValues = (
  definition: FunctionDefinition,
  rules: readonly Argument[],
  values: readonly TypedExpression[],
  sources: Sources,
): Fit => {
  const fit = RULES[definition.multiValues ?? 'none'](values, rules, sources);
  return definition.returnsList === true ? { ...fit, isMulti: true } : fit;
};

/** A call whose arguments must have one value each. */
export const callOf = (
  name: string,
  values: readonly TypedExpression[],
  type: FieldType,
  source: CallSource,
): TypedCall => ({
  kind: 'call',
  function: name,
  arguments: values.map((value) => single(value, source)),
  type,
  isMulti: false,
  source,
});
