import type { FunctionCall } from '../ast.ts';
import { report, sourceOf } from './checking.ts';
import type { Checking } from './checking.ts';
import { acceptArgument, widen } from './convert.ts';
import { foldConstant } from './fold-constant.ts';
import { isFoldable } from './fold-date.ts';
import type { Argument, FunctionDefinition, Signature } from '../functions/definition.ts';
import type { TypedExpression } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { commonType, typeLabel } from '../types.ts';

/** The argument rules for so many arguments, or undefined if the signature does not take as many. */
const rulesFor = (signature: Signature, count: number): readonly Argument[] | undefined => {
  const fixed = signature.arguments;
  const round = signature.repeated?.arguments ?? [];
  const extra = count - fixed.length;
  if (extra < 0) return undefined;
  if (round.length === 0) return extra === 0 ? fixed : undefined;
  const rounds = Math.floor(extra / round.length);
  const rest = extra % round.length;
  const last = rest === 1 ? signature.last : undefined;
  if ((rest > 0 && !last) || rounds < (signature.repeated?.minRounds ?? 0)) return undefined;
  const repeated = Array.from({ length: rounds }, () => round).flat();
  return [...fixed, ...repeated, ...(last ? [last] : [])];
};

const fewest = (signature: Signature): number =>
  signature.arguments.length + (signature.repeated?.minRounds ?? 0) * (signature.repeated?.arguments.length ?? 0);

const describeCounts = (definition: FunctionDefinition): string => {
  const counts = definition.signatures.map(fewest);
  const least = Math.min(...counts);
  if (definition.signatures.some(({ repeated }) => repeated)) return `at least [${least}]`;
  return [...new Set(counts)].map((count) => `[${count}]`).join(' or ');
};

// What matters to nobody who has given no unsigned_long.
const EXCEPT_UNSIGNED = ' except unsigned_long';

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

const argumentLabel = (at: number, count: number): string =>
  count === 1 ? 'argument' : `${ORDINALS[at] ?? `${at + 1}th`} argument`;

interface Failure {
  readonly at: number;
  readonly message: string;
}

/** Each argument converted to what the rules take, or the first that does not fit. */
const fit = (
  rules: readonly Argument[],
  values: readonly TypedExpression[],
  describe: (at: number, expected: string) => string,
  takesNull: boolean,
): { readonly values: TypedExpression[] } | Failure => {
  const fitted: TypedExpression[] = [];
  for (const [at, rule] of rules.entries()) {
    const given = values[at];
    if (!given) return { at, message: describe(at, rule.name) };
    const value = rule.needs || rule.accepts.includes('time span') ? foldConstant(given) : given;
    const conversion = acceptArgument(value, rule.accepts);
    if (!conversion) return { at, message: describe(at, rule.accepts.join(' or ') || 'any type except time spans') };
    if ('problem' in conversion) {
      const isExact = rule.accepts.includes('datetime') || rule.accepts.includes('time span');
      return { at, message: isExact ? conversion.problem : describe(at, rule.accepts.join(' or ')) };
    }
    const isGiven = conversion.value.kind === 'literal' || conversion.value.kind === 'span';
    if (rule.needs === 'literal' && !isGiven) return { at, message: describe(at, 'a constant') };
    if (rule.needs === 'constant' && !isFoldable(conversion.value)) return { at, message: describe(at, 'a constant') };
    if (rule.needs && !takesNull && conversion.value.kind === 'literal' && conversion.value.value === null)
      return { at, message: describe(at, 'a constant that is not null') };
    fitted.push(conversion.value);
  }
  return { values: fitted };
};

const shareType = (
  rules: readonly Argument[],
  values: readonly TypedExpression[],
  describe: (at: number, expected: string) => string,
): { readonly values: readonly TypedExpression[] } | Failure => {
  let shared: FieldType = 'null';
  for (const [at, rule] of rules.entries()) {
    const value = values[at];
    if (!rule.sharesType || !value || value.kind === 'span') continue;
    const next = commonType(shared, value.type);
    if (!next) return { at, message: describe(at, typeLabel(shared)) };
    shared = next;
  }
  const widened = values.map((value, at) =>
    rules[at]?.sharesType && shared !== 'null' ? widen(value, shared) : value,
  );
  return { values: widened };
};

export interface ConvertedArguments {
  readonly values: readonly TypedExpression[];
  /** What the signature says of each. */
  readonly rules: readonly Argument[];
  readonly type: FieldType;
}

/** The arguments as one of the function's signatures takes them; undefined if none does, which is reported. */
export const convertArguments = (
  checking: Checking,
  definition: FunctionDefinition,
  call: FunctionCall,
  values: readonly TypedExpression[],
): ConvertedArguments | undefined => {
  const source = sourceOf(checking, call.span);
  const describe = (at: number, expected: string): string => {
    const span = call.arguments[at]?.span ?? call.span;
    const type = values[at]?.type ?? 'null';
    return `${argumentLabel(at, values.length)} of [${source}] must be [${type === 'unsigned_long' ? expected : expected.replace(EXCEPT_UNSIGNED, '')}], found value [${sourceOf(checking, span)}] type [${typeLabel(type)}]`;
  };
  const failures: Failure[] = [];
  for (const signature of definition.signatures) {
    const rules = rulesFor(signature, values.length);
    if (!rules) continue;
    const fitted = fit(rules, values, describe, definition.kind === 'scalar');
    const shared = 'values' in fitted ? shareType(rules, fitted.values, describe) : fitted;
    if (!('values' in shared)) {
      failures.push(shared);
      continue;
    }
    const refused = definition.refuse?.(shared.values);
    if (!refused)
      return { values: shared.values, rules, type: signature.result(shared.values.map(({ type }) => type)) };
    return report(checking, call.arguments[refused.at]?.span ?? call.span, refused.message);
  }
  // The signature that came furthest is the one that was meant.
  const [failure] = failures.toSorted((a, b) => b.at - a.at);
  if (failure) return report(checking, call.arguments[failure.at]?.span ?? call.span, failure.message);
  const message = `error building [${definition.name}]: expects ${describeCounts(definition)} arguments, found [${values.length}]`;
  return report(checking, call.span, message);
};
