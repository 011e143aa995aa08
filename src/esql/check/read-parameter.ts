import type { ParameterKey, Span } from '../ast.ts';
import type { Parameters, ParameterValue } from '../checked-query.ts';
import type { TypedLiteral } from '../plan.ts';

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
  return {
    read: (key, span) => {
      firstStyle ??= key.style;
      if (key.style !== firstStyle)
        return reportProblem(
          span,
          `Inconsistent parameter declaration, use one of positional, named or anonymous params but not a combination of [${firstStyle}] and [${key.style}]`,
        );
      if (key.style === 'named') {
        if (!isList(parameters) && Object.hasOwn(parameters, key.name)) return parameters[key.name];
        return reportProblem(span, `Unknown query parameter [${key.name}]`);
      }
      const position = key.style === 'positional' ? key.position : key.index + 1;
      const value = isList(parameters) ? parameters[position - 1] : undefined;
      return value === undefined ? reportProblem(span, `No parameter is defined for position ${position}`) : value;
    },
  };
};

const MAX_INTEGER = 2_147_483_647;

/** A value as JSON has it, typed as ES|QL does; undefined of a number that is not finite. */
export const literalOfParameter = (value: ParameterValue): TypedLiteral | undefined => {
  if (value === null) return { kind: 'literal', type: 'null', value: null };
  if (typeof value === 'string') return { kind: 'literal', type: 'keyword', value };
  if (typeof value === 'boolean') return { kind: 'literal', type: 'boolean', value };
  if (!Number.isFinite(value)) return undefined;
  if (!Number.isSafeInteger(value)) return { kind: 'literal', type: 'double', value };
  return Math.abs(value) <= MAX_INTEGER
    ? { kind: 'literal', type: 'integer', value }
    : { kind: 'literal', type: 'long', value: BigInt(value) };
};
