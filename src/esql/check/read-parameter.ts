import type { ParameterKey, Span } from '../ast.ts';
import type { Parameters, ParameterScalar, ParameterValue } from '../checked-query.ts';
import type { ConstantValue, TypedList, TypedLiteral } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { commonType } from '../types.ts';
import { widen } from './convert.ts';

export interface ParameterReader {
  /** The value given for the key; undefined if there is none, which is reported. */
  read(key: ParameterKey, span: Span): ParameterValue | undefined;
}

const isList = (parameters: Parameters): parameters is readonly ParameterValue[] => Array.isArray(parameters);

/** Finds parameters by position or name, and reports a query that mixes the ways of writing them. */
export const createParameterReader = (
  parameters: Parameters,
  reportProblem: (span: Span, message: string) => undefined,
): ParameterReader => {
  let firstStyle: ParameterKey['style'] | undefined;
  const plain = (value: ParameterValue | undefined, span: Span): ParameterValue | undefined =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : reportProblem(
          span,
          `A query parameter is a value or a list, not an object of [${Object.keys(value).join(', ')}]; a name is given as text for [??name]`,
        );
  return {
    read: (key, span) => {
      firstStyle ??= key.style;
      if (key.style !== firstStyle)
        return reportProblem(
          span,
          `Inconsistent parameter declaration, use one of positional, named or anonymous params but not a combination of [${firstStyle}] and [${key.style}]`,
        );
      if (key.style === 'named') {
        if (!isList(parameters) && Object.hasOwn(parameters, key.name)) return plain(parameters[key.name], span);
        return reportProblem(span, `Unknown query parameter [${key.name}]`);
      }
      const position = key.style === 'positional' ? key.position : key.index + 1;
      const value = isList(parameters) ? parameters[position - 1] : undefined;
      return value === undefined
        ? reportProblem(span, `No parameter is defined for position ${position}`)
        : plain(value, span);
    },
  };
};

const MAX_INTEGER = 2_147_483_647;

const NULL: TypedLiteral = { kind: 'literal', type: 'null', value: null };

/** Constants in the widest of their types: null of none, itself of one; undefined if their types do not meet. */
export const listOf = (literals: readonly TypedLiteral[]): TypedLiteral | TypedList | undefined => {
  let type: FieldType = 'null';
  for (const literal of literals) {
    const common = commonType(type, literal.type);
    if (!common) return undefined;
    type = common;
  }
  const values = literals.flatMap((literal): Exclude<ConstantValue, null>[] => {
    const value = widen(literal, type);
    return value.kind === 'literal' && value.value !== null ? [value.value] : [];
  });
  const [only] = values;
  if (only === undefined) return NULL;
  return values.length === 1 ? { kind: 'literal', type, value: only } : { kind: 'list', type, values };
};

/** A value as JSON has it, typed as ES|QL does; undefined of a number that is not finite, or of unlike values. */
export const constantOfParameter = (value: ParameterValue): TypedLiteral | TypedList | undefined => {
  if (value === null) return NULL;
  if (typeof value !== 'object') return literalOfParameter(value);
  const literals = value.map(literalOfParameter);
  return literals.every((literal) => literal !== undefined) ? listOf(literals) : undefined;
};

/** The same of a single value. */
export const literalOfParameter = (value: ParameterScalar | null): TypedLiteral | undefined => {
  if (value === null) return NULL;
  if (typeof value === 'string') return { kind: 'literal', type: 'keyword', value };
  if (typeof value === 'boolean') return { kind: 'literal', type: 'boolean', value };
  if (!Number.isFinite(value)) return undefined;
  if (!Number.isSafeInteger(value)) return { kind: 'literal', type: 'double', value };
  return Math.abs(value) <= MAX_INTEGER
    ? { kind: 'literal', type: 'integer', value }
    : { kind: 'literal', type: 'long', value: BigInt(value) };
};
