import type { CastExpression, CastType, Expression, FunctionCall } from '../ast.ts';
import { callSourceOf, nameOf, report, reportOutside, sourceOf } from './checking.ts';
import type { ScopeColumn } from './checking.ts';
import type { ExpressionContext } from './expression-context.ts';
import { readFunctionOptions } from './read-function-options.ts';
import { convertArguments } from './convert-arguments.ts';
import { insteadOfFunction, isForeignFunction, otherNameOf } from '../functions/foreign-functions.ts';
import { functionByName, functionNames, isConversion } from '../functions/function-table.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import { fitMultiValues, single } from './multi-values.ts';
import { checkSearch } from '../search/check-search.ts';
import type { PlannedColumn, TypedColumn, TypedExpression } from '../plan.ts';
import { didYouMean } from '../suggest.ts';

const findFunction = (context: ExpressionContext, call: FunctionCall): FunctionDefinition | undefined => {
  const { checking } = context;
  const given = typeof call.function === 'string' ? call.function : nameOf(checking, call.function);
  if (given === undefined) return undefined;
  const name = given.toUpperCase();
  const found = functionByName(name);
  if (found) return found;
  const span = {
    start: call.span.start,
    end: call.span.start + (typeof call.function === 'string' ? given.length : 1),
  };
  const shown = typeof call.function === 'string' ? sourceOf(checking, span) : given;
  if (isForeignFunction(name))
    return reportOutside(checking, span, `function [${shown}] is not in Sentinel's language${insteadOfFunction(name)}`);
  const other = otherNameOf(name);
  const instead = other === undefined ? insteadOfFunction(name) : `, did you mean [${other}]?`;
  const meant = instead === '' ? didYouMean(name, functionNames()) : instead;
  return report(checking, span, `Unknown function [${shown}]${meant}`);
};

const checkValues = (context: ExpressionContext, values: readonly Expression[]): TypedExpression[] | undefined => {
  const checked = values.map((value) => context.check(context, value));
  return checked.every((value) => value !== undefined) ? checked : undefined;
};

const isNullLiteral = (value: TypedExpression | undefined): boolean =>
  value?.kind === 'literal' && value.value === null;

/** Options follow arguments of one number, so that a call's last ones are known by their places. */
const withFirst = ({ firstWithOptions }: FunctionDefinition, call: FunctionCall): FunctionCall => {
  const [only] = call.arguments;
  if (firstWithOptions === undefined || !only || call.arguments.length > 1) return call;
  const literal = { type: 'keyword', value: firstWithOptions } as const;
  return { ...call, arguments: [{ kind: 'literal', literal, span: only.span }, only] };
};

const checkScalar = (
  context: ExpressionContext,
  definition: FunctionDefinition,
  call: FunctionCall,
): TypedExpression | undefined => {
  const last = call.arguments.at(-1);
  const isOptional = definition.options !== undefined && last?.kind === 'options';
  const given = isOptional ? withFirst(definition, { ...call, arguments: call.arguments.slice(0, -1) }) : call;
  const values = checkValues({ ...context, inside: definition.name }, given.arguments);
  const converted = values && convertArguments(context.checking, definition, given, values);
  const options = readFunctionOptions(context, definition, isOptional ? last : undefined);
  if (!converted || !options) return undefined;
  const problem = definition.refuseOptions?.(
    converted.values,
    options.map(({ value }) => String(value)),
  );
  if (problem !== undefined) return report(context.checking, call.span, problem);
  const folded = definition.fold?.(converted.values);
  if (folded) return folded;
  // A unit or pattern that is null makes null, as null does in any other place; and of no type there is only null.
  if (
    converted.type === 'null' ||
    converted.rules.some(({ needs }, at) => needs !== undefined && isNullLiteral(converted.values[at]))
  )
    return { kind: 'literal', type: converted.type, value: null };
  const source = callSourceOf(context.checking, call.span);
  const fit = fitMultiValues(definition, converted.rules, converted.values, {
    call: source,
    argument: (at) => callSourceOf(context.checking, call.arguments[at]?.span ?? call.span),
  });
  return {
    kind: 'call',
    function: definition.name,
    ...fit,
    arguments: isOptional || definition.firstWithOptions === undefined ? [...fit.arguments, ...options] : fit.arguments,
    type: converted.type,
    source,
  };
};

/** Why an aggregate cannot stand here, or undefined. */
const misplacedAggregate = (context: ExpressionContext, source: string): string | undefined => {
  const { place } = context;
  switch (place.kind) {
    case 'row':
      return `aggregate function [${source}] not allowed outside STATS command`;
    case 'group':
      return `cannot use an aggregate [${source}] for grouping`;
    case 'filter':
      return `cannot use an aggregate [${source}] in the WHERE of another`;
    case 'aggregate-argument':
      return `nested aggregations [${source}] not allowed inside other aggregations [${place.aggregate}]`;
    case 'aggregate-output':
      return undefined;
  }
};

const checkAggregate = (
  context: ExpressionContext,
  definition: FunctionDefinition,
  call: FunctionCall,
): TypedColumn | undefined => {
  const { checking, place } = context;
  const source = sourceOf(checking, call.span);
  const misplaced = misplacedAggregate(context, source);
  if (misplaced !== undefined) return report(checking, call.span, misplaced);
  if (place.kind !== 'aggregate-output') return undefined;
  const isStar = definition.name === 'COUNT' && call.arguments[0]?.kind === 'star';
  const inner = {
    ...context,
    place: { kind: 'aggregate-argument', collector: place.collector, aggregate: source },
  } as const;
  const values = isStar ? [] : checkValues(inner, call.arguments);
  const counted = isStar ? { ...call, arguments: [] } : call;
  const converted = values && convertArguments(checking, definition, counted, values);
  if (!converted) return undefined;
  const column = { id: checking.newId(), type: converted.type, isMulti: definition.returnsList === true };
  const callSource = callSourceOf(checking, call.span);
  place.collector.aggregates.push({
    column,
    function: definition.name,
    // Of several values only the first argument takes each.
    arguments: converted.values.map((value, at) => (at === 0 ? value : single(value, callSource))),
    filter: place.filter,
    source: callSource,
  });
  return { kind: 'column', ...column };
};

const checkGrouping = (
  context: ExpressionContext,
  definition: FunctionDefinition,
  call: FunctionCall,
): TypedExpression | undefined => {
  const { checking, place } = context;
  const source = sourceOf(checking, call.span);
  if (place.kind === 'row')
    return report(checking, call.span, `cannot use grouping function [${source}] outside of a STATS command`);
  if (place.kind !== 'group')
    return report(checking, call.span, `can only use grouping function [${source}] as part of the BY clause`);
  return checkScalar(context, definition, call);
};

/** A field of different types in several indices, converted in each: its column, or undefined if it is no such field. */
const ambiguousField = ({ checking, scope }: ExpressionContext, call: FunctionCall): ScopeColumn | undefined => {
  const [argument] = call.arguments;
  if (argument?.kind !== 'column' || call.arguments.length !== 1) return undefined;
  const name = argument.name.kind === 'name' ? argument.name.name : nameOf(checking, argument.name);
  const column = name === undefined ? undefined : scope.get(name);
  return column?.variants ? column : undefined;
};

/** Each row comes from one index, so that at most one of the conversions has a value. */
const uniteField = (
  context: ExpressionContext,
  definition: FunctionDefinition,
  call: FunctionCall,
  variants: readonly PlannedColumn[],
): TypedExpression | undefined => {
  const converted = variants.map((variant) => {
    const column: TypedColumn = { kind: 'column', ...variant };
    return checkScalar({ ...context, check: () => column }, definition, call);
  });
  if (!converted.every((value) => value !== undefined)) return undefined;
  const coalesce = functionByName('COALESCE');
  const [first] = converted;
  if (!coalesce || !first || first.kind === 'span') return undefined;
  const source = callSourceOf(context.checking, call.span);
  const [signature] = coalesce.signatures;
  const rules = converted.flatMap(() => signature?.arguments ?? []);
  const fit = fitMultiValues(coalesce, rules, converted, { call: source, argument: () => source });
  return { kind: 'call', function: coalesce.name, ...fit, type: first.type, source };
};

/** TBUCKET is BUCKET of @timestamp. */
const onTimestamp = (call: FunctionCall): FunctionCall => {
  const span = { start: call.span.start, end: call.span.start + 'TBUCKET'.length };
  const name = { kind: 'name', name: '@timestamp', span } as const;
  return { ...call, function: 'BUCKET', arguments: [{ kind: 'column', name, span }, ...call.arguments] };
};

export const checkCall = (context: ExpressionContext, call: FunctionCall): TypedExpression | undefined => {
  const definition = findFunction(context, call);
  if (!definition) return undefined;
  if (definition.kind === 'aggregate') return checkAggregate(context, definition, call);
  if (definition.kind === 'search') return checkSearch(context, definition, call);
  if (definition.name === 'TBUCKET') return checkCall(context, onTimestamp(call));
  if (definition.kind === 'grouping') return checkGrouping(context, definition, call);
  const variants = isConversion(definition.name) ? ambiguousField(context, call)?.variants : undefined;
  return variants ? uniteField(context, definition, call, variants) : checkScalar(context, definition, call);
};

const CONVERSION_OF_CAST: Readonly<Record<CastType, string>> = {
  boolean: 'TO_BOOLEAN',
  integer: 'TO_INTEGER',
  long: 'TO_LONG',
  double: 'TO_DOUBLE',
  keyword: 'TO_STRING',
  date: 'TO_DATETIME',
  ip: 'TO_IP',
  version: 'TO_VERSION',
  unsigned_long: 'TO_UNSIGNED_LONG',
  date_nanos: 'TO_DATE_NANOS',
  date_period: 'TO_DATEPERIOD',
  time_duration: 'TO_TIMEDURATION',
};

export const checkCast = (context: ExpressionContext, cast: CastExpression): TypedExpression | undefined =>
  checkCall(context, {
    kind: 'call',
    function: CONVERSION_OF_CAST[cast.type],
    arguments: [cast.operand],
    span: cast.span,
  });
