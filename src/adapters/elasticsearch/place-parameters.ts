import type { FunctionCall, Literal, LiteralValue, ParameterKey, Query } from '#esql/ast.ts';
import type { Parameters, ParameterValue } from '#esql/checked-query.ts';
import { constantOfParameter } from '#esql/check/read-parameter.ts';
import { invariant } from '#kernel/invariant.ts';

const valueOf = (parameters: Parameters, key: ParameterKey): ParameterValue => {
  const list = parameters as readonly ParameterValue[];
  const byName = parameters as Readonly<Record<string, ParameterValue>>;
  const value =
    key.style === 'named' ? byName[key.name] : key.style === 'positional' ? list[key.position - 1] : list[key.index];
  invariant(value !== undefined, 'a checked query has a value for each parameter');
  return value;
};

const isKind = <Kind extends string>(node: object, kind: Kind): node is { readonly kind: Kind } =>
  'kind' in node && node.kind === kind;

const hasKey = (node: object): node is { readonly key: ParameterKey; readonly span: Literal['span'] } => 'key' in node;

const literalOf = (value: ParameterValue): LiteralValue => {
  const typed = constantOfParameter(value);
  invariant(typed?.kind === 'literal', 'a checked parameter in this place is a literal');
  return typed as unknown as LiteralValue;
};

// Where Elasticsearch's grammar took a parameter only in later versions.
const PLACED_WITHIN = ['limit', 'like', 'rlike'];

// Their texts name fields, which are read here.
const isSearchLanguage = (node: object): boolean =>
  isKind(node, 'call') && 'function' in node && (node.function === 'KQL' || node.function === 'QSTR');

/**
 * The query with everything put in place that Elasticsearch cannot be given beside it: identifiers
 * (`??name`), the count of LIMIT, patterns of LIKE, texts of KQL and QSTR, and NOW(), which is Sentinel's clock. Other
 * parameters stay, so values of telemetry never become text of a query.
 */
export const placeParameters = (query: Query, parameters: Parameters, now: Date): Query => {
  const place = (node: unknown, isPlaced: boolean): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map((part: unknown) => place(part, isPlaced));
    if (isKind(node, 'parameter-name') && hasKey(node)) {
      return { kind: 'name', name: String(valueOf(parameters, node.key)), span: node.span };
    }
    if (isPlaced && isKind(node, 'parameter') && hasKey(node)) {
      return { kind: 'literal', literal: literalOf(valueOf(parameters, node.key)), span: node.span };
    }
    const within = isPlaced || PLACED_WITHIN.some((kind) => isKind(node, kind)) || isSearchLanguage(node);
    const parts = Object.entries(node).map(([name, part]) => [name, place(part, within)] as const);
    const placed = Object.fromEntries(parts) as object;
    return isKind(placed, 'call') ? placeCall(placed as unknown as FunctionCall, now) : placed;
  };
  return place(query, false) as Query;
};

const placeCall = (call: FunctionCall, now: Date): FunctionCall => {
  const called = typeof call.function === 'string' ? call.function : nameOf(call.function);
  if (called !== 'NOW') return { ...call, function: called };
  const literal: Literal = { kind: 'literal', literal: { type: 'keyword', value: now.toISOString() }, span: call.span };
  return { ...call, function: 'TO_DATETIME', arguments: [literal] };
};

/** `??name` in the place of a function has become a plain name by now. */
const nameOf = (node: object): string => {
  invariant('name' in node && typeof node.name === 'string', 'a function has a name');
  return node.name.toUpperCase();
};
