import type { Expression, FunctionCall } from '../ast.ts';
import { callSourceOf, report, sourceOf } from '../check/checking.ts';
import type { ExpressionContext } from '../check/expression-context.ts';
import { foldConstant } from '../check/fold-constant.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import type { TypedColumn, TypedExpression } from '../plan.ts';
import { didYouMean } from '../suggest.ts';
import { typeLabel } from '../types.ts';
import { lowerSearch } from './lower-search.ts';
import { isFailure } from './lowering.ts';
import { parseKql } from './parse-kql.ts';
import { parseQueryString } from './parse-query-string.ts';
import { readOptions } from './search-options.ts';
import type { SearchOptions } from './search-options.ts';
import { matchesField } from './search-query.ts';
import type { ParsedSearch, SearchField, SearchQuery } from './search-query.ts';

const titleOf = (name: string): string => (name === ':' ? '[:] operator' : `[${name}] function`);

const BEFORE_ANY_FIELD = new Set(['from', 'where', 'sort', 'sample']);
const HIDES_FIELDS = new Set(['limit', 'stats', 'mv-expand']);
// Those of two words apart, a command is written in one.
const wordOf = (kind: string): string =>
  kind.replaceAll('-', kind === 'lookup-join' || kind === 'inline-stats' ? ' ' : '_').toUpperCase();

/** Why a search cannot stand here: an index answers it, so what it looks at must be as it is stored. */
const misplaced = (context: ExpressionContext, call: FunctionCall, name: string): string | undefined => {
  const { checking, place, inside } = context;
  if (place.kind === 'row' && place.lookup) return undefined;
  const isCondition = place.kind === 'filter' || (place.kind === 'row' && place.isCondition === true);
  if (!isCondition) return `${titleOf(name)} is only supported in WHERE and STATS commands`;
  if (inside !== undefined)
    return `Invalid condition [${sourceOf(checking, call.span)}]. ${titleOf(name)} can't be used with ${inside}`;
  const isWhole = name === 'KQL' || name === 'QSTR';
  const before = checking.before.findLast((kind) => (isWhole ? !BEFORE_ANY_FIELD.has(kind) : HIDES_FIELDS.has(kind)));
  return before && `${titleOf(name)} cannot be used after ${wordOf(before)}`;
};

/** The constant that is looked for, as text. */
const readQuery = (
  context: ExpressionContext,
  call: FunctionCall,
  expression: Expression,
  takes: 'any' | 'string' = 'any',
): string | undefined => {
  const checked = context.check(context, expression);
  if (!checked) return undefined;
  const value = foldConstant(checked);
  const shown = sourceOf(context.checking, expression.span);
  if (value.kind === 'literal' && value.value !== null) {
    if (takes === 'any' || value.type === 'keyword') return String(value.value);
    const found = `argument of [${sourceOf(context.checking, call.span)}] must be [string], found value [${shown}] type [${typeLabel(value.type)}]`;
    return report(context.checking, expression.span, found);
  }
  const message =
    value.kind === 'literal'
      ? `argument of [${sourceOf(context.checking, call.span)}] cannot be null, received [${shown}]`
      : `argument of [${sourceOf(context.checking, call.span)}] must be a constant, received [${shown}]`;
  return report(context.checking, expression.span, message);
};

const readField = (context: ExpressionContext, name: string, expression: Expression): TypedColumn | undefined => {
  // A cast of a field is the field: `message::keyword : "x"`.
  const bare = expression.kind === 'cast' ? expression.operand : expression;
  const value = context.check(context, bare);
  if (!value) return undefined;
  if (value.kind === 'column' && isSearchable(context, value.id)) return value;
  const shown = sourceOf(context.checking, expression.span);
  return report(
    context.checking,
    expression.span,
    `${titleOf(name)} cannot operate on [${shown}], which is not a field from an index mapping`,
  );
};

const isSearchable = ({ checking, place }: ExpressionContext, id: number): boolean =>
  (place.kind === 'row' && place.lookup ? place.lookup : checking.indexColumns).has(id);

/** The fields that a search language means by a name; where there is none, as in Elasticsearch, nothing is found. */
const columnsIn =
  (context: ExpressionContext) =>
  (field: SearchField | null): readonly TypedColumn[] => {
    const { checking, scope } = context;
    const found = [...scope].filter(([name]) => field === null || matchesField(field, name));
    const columns = found.flatMap(([, { id, type, isMulti, conflict }]): TypedColumn[] =>
      type === undefined || conflict !== undefined || !isSearchable(context, id)
        ? []
        : [{ kind: 'column', id, type, isMulti }],
    );
    if (found.length === 0 && field !== null) {
      const name = field.join('*');
      checking.warnings.push(
        `No index has a field [${name}], so nothing is found in it${didYouMean(name, scope.keys())}`,
      );
    }
    return columns;
  };

type Reading = { readonly search: SearchQuery; readonly columns?: readonly TypedColumn[]; readonly at: Expression };

const parsed = (
  context: ExpressionContext,
  name: string,
  at: Expression,
  result: ParsedSearch,
): Reading | undefined => {
  if ('query' in result) return { search: result.query, at };
  return report(context.checking, at.span, `${name} query cannot be read: ${result.problem}`);
};

const wordsAs = (name: string, field: SearchField | null, text: string, options: SearchOptions): SearchQuery => {
  const { operator, minimum, distance, nearness, analyzer, ofNoWords } = options;
  const told = { field, text, analyzer, ofNoWords } as const;
  if (name === 'MATCH_PHRASE' || options.isPhrase) return { ...told, kind: 'phrase', slop: options.slop };
  const needs = operator === 'and' ? 'all' : minimum === undefined ? 'any' : { minimum };
  return distance === undefined
    ? { ...told, kind: 'words', needs }
    : { ...told, kind: 'fuzzy', distance, needs, nearness };
};

const readWords = (
  context: ExpressionContext,
  definition: FunctionDefinition,
  call: FunctionCall,
  options: SearchOptions,
): Reading | undefined => {
  const values = definition.name === 'MULTI_MATCH' ? [...call.arguments.slice(1), call.arguments[0]] : call.arguments;
  const query = values.at(-1);
  const fields = values.slice(0, -1).flatMap((field) => field ?? []);
  const columns = fields.map((field) => readField(context, definition.name, field));
  const text = query && readQuery(context, call, query);
  if (text === undefined || !query || !columns.every((column) => column !== undefined)) return undefined;
  // Of several fields those that can hold the value; one alone must.
  const field = columns.length > 1 ? null : [''];
  return { search: wordsAs(definition.name, field, text, options), columns, at: query };
};

const readSearch = (
  context: ExpressionContext,
  definition: FunctionDefinition,
  call: FunctionCall,
  options: SearchOptions,
): Reading | undefined => {
  const { name } = definition;
  if (name !== 'KQL' && name !== 'QSTR') return readWords(context, definition, call, options);
  const [expression] = call.arguments;
  const text = expression && readQuery(context, call, expression, 'string');
  if (text === undefined || !expression) return undefined;
  const result = name === 'KQL' ? parseKql(text, options.defaultField) : parseQueryString(text, options);
  return parsed(context, name, expression, result);
};

const expectedCount = ({ signatures: [signature] }: FunctionDefinition): number => signature?.arguments.length ?? 0;

/** A search as a condition over the columns that it looks at; undefined if it has a problem, which is reported. */
export const checkSearch = (
  context: ExpressionContext,
  definition: FunctionDefinition,
  call: FunctionCall,
): TypedExpression | undefined => {
  const { checking } = context;
  const problem = misplaced(context, call, definition.name);
  if (problem !== undefined) return report(checking, call.span, problem);
  const last = call.arguments.at(-1);
  const given = last?.kind === 'options' ? { ...call, arguments: call.arguments.slice(0, -1) } : call;
  const expected = expectedCount(definition);
  const takesMore = definition.signatures.some(({ repeated }) => repeated);
  if (given.arguments.length < expected || (given.arguments.length > expected && !takesMore))
    return report(
      checking,
      call.span,
      `error building [${definition.name}]: expects ${takesMore ? 'at least ' : ''}[${expected}] arguments, found [${given.arguments.length}]`,
    );
  const options = readOptions(context, definition.name, last?.kind === 'options' ? last : undefined);
  const reading = options && readSearch(context, definition, given, options);
  if (!reading) return undefined;
  const { columns } = reading;
  const columnsOf = columns ? () => columns : columnsIn(context);
  const { timeZone, isCaseInsensitive, isLenient } = options;
  const source = callSourceOf(checking, call.span);
  const lowered = lowerSearch(
    { columnsOf, reading: { source, timeZone, isCaseInsensitive, isLenient } },
    reading.search,
  );
  return isFailure(lowered) ? report(checking, reading.at.span, lowered.problem) : lowered;
};
