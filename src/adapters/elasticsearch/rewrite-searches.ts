import type { Expression, FunctionCall, Options, ProcessingCommand, Span, WhereCommand } from '#esql/ast.ts';
import type { FieldType } from '#esql/schema.ts';
import { parseKql } from '#esql/search/parse-kql.ts';
import { parseQueryString } from '#esql/search/parse-query-string.ts';
import { DEFAULT_OPTIONS } from '#esql/search/search-options.ts';
import { matchesField, type SearchField, type SearchLeaf, type SearchQuery } from '#esql/search/search-query.ts';
import { AppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import { printQueryString, type StoredField } from './print-query-string.ts';
import { joined, NEVER, searchCondition, text } from './search-condition.ts';

/** How a field of queries comes from documents. */
export interface ReadField {
  readonly type: FieldType;
  /** Its value, told in the names of the documents. */
  readonly value: Expression;
  /** Where documents hold it as it is; null if it is computed. */
  readonly storedName: string | null;
}
export type ReadFields = ReadonlyMap<string, ReadField>;

const NOWHERE: Span = { start: 0, end: 0 };
const SEARCHES = new Set([':', 'MATCH', 'MATCH_PHRASE', 'MULTI_MATCH']);
const LANGUAGES = new Set(['KQL', 'QSTR']);
// They are in the search that is printed.
const PRINTED_OPTIONS = new Set(['default_field', 'default_operator', 'lenient', 'case_insensitive']);

const isCall = (node: object): node is FunctionCall => 'kind' in node && node.kind === 'call' && 'function' in node;

const rejected = (userMessage: string): AppError => new AppError({ code: 'rejected', isRetryable: false, userMessage });

const refuse = (name: string): never => {
  throw rejected(
    `Elasticsearch cannot search ${name} like this, because documents hold it in another form. Compare it with == or LIKE instead.`,
  );
};

const fieldOf = (fields: ReadFields, name: string): ReadField => {
  const field = fields.get(name);
  invariant(field, `a checked search names fields of its index, not ${name}`);
  return field;
};

const namesOf = (fields: ReadFields, field: SearchField): readonly string[] =>
  [...fields.keys()].filter((name) => matchesField(field, name));

/** Of several fields those that an index can search. */
const stored =
  (fields: ReadFields) =>
  (field: SearchField): readonly StoredField[] =>
    namesOf(fields, field).flatMap((name) => {
      const { storedName, type } = fieldOf(fields, name);
      return storedName === null ? [] : [{ name: storedName, type }];
    });

const isStored = (fields: ReadFields, query: SearchQuery): boolean => {
  switch (query.kind) {
    case 'all':
      return true;
    case 'not':
      return isStored(fields, query.operand);
    case 'and':
    case 'or':
      return query.operands.every((operand) => isStored(fields, operand));
    default:
      return query.field === null || query.field.length > 1 || stored(fields)(query.field).length > 0;
  }
};

type Entries = Options['entries'];

const queryString = (value: string, kept: Entries): Expression => {
  const lenient = {
    key: 'lenient',
    value: { kind: 'literal', literal: { type: 'boolean', value: true }, span: NOWHERE },
  } as const;
  return {
    kind: 'call',
    function: 'QSTR',
    arguments: [text(value), { kind: 'options', entries: [lenient, ...kept], span: NOWHERE }],
    span: NOWHERE,
  };
};

const onValue = (fields: ReadFields, leaf: SearchLeaf): Expression => {
  const [name = ''] = leaf.field ?? [];
  const { value, type } = fieldOf(fields, name);
  return searchCondition(leaf, value, type) ?? refuse(name);
};

/** As much as an index can search as one query string; conditions on what is computed beside it. */
const toExpression = (fields: ReadFields, query: SearchQuery, kept: Entries): Expression => {
  if (isStored(fields, query)) return queryString(printQueryString(query, stored(fields)), kept);
  switch (query.kind) {
    case 'not':
      return { kind: 'not', operand: toExpression(fields, query.operand, kept), span: NOWHERE };
    case 'and':
    case 'or': {
      const operands = query.operands.map((operand) => toExpression(fields, operand, kept));
      return joined(query.kind, operands) ?? NEVER;
    }
    case 'all':
      return NEVER;
    default:
      return query.field !== null && namesOf(fields, query.field).length === 0 ? NEVER : onValue(fields, query);
  }
};

const literalText = (expression: Expression | undefined): string => {
  if (expression?.kind === 'literal' && expression.literal.type === 'keyword') return expression.literal.value;
  throw rejected('Over these indices KQL and QSTR take one string or a parameter, not an expression.');
};

const fieldNamed = (name: string | undefined): SearchField | null =>
  name === undefined || name === '*' ? null : name.split('*');

const entriesOf = (call: FunctionCall): Entries => {
  const options = call.arguments[1];
  return options?.kind === 'options' ? options.entries : [];
};

const readLanguage = (call: FunctionCall): SearchQuery => {
  const [first] = call.arguments;
  const entries = entriesOf(call);
  const option = (key: string): string | undefined => {
    const entry = entries.find((candidate) => candidate.key === key);
    return entry && literalText(entry.value);
  };
  const defaultField = option('default_field');
  const parsed =
    call.function === 'KQL'
      ? parseKql(literalText(first), fieldNamed(defaultField))
      : parseQueryString(literalText(first), {
          ...DEFAULT_OPTIONS,
          defaultField: fieldNamed(defaultField),
          operator: option('default_operator')?.toLowerCase() === 'and' ? 'and' : 'or',
        });
  invariant('query' in parsed, 'the search of a checked query can be read');
  return parsed.query;
};

/** KQL and QSTR name fields inside a text, where no RENAME reaches them. */
const inStoredNames = (call: FunctionCall, fields: ReadFields): Expression => {
  const entries = entriesOf(call);
  const isOn = ({ value }: Entries[number]): boolean =>
    value.kind !== 'literal' || ('value' in value.literal && String(value.literal.value).toLowerCase() === 'true');
  if (entries.some((entry) => entry.key === 'case_insensitive' && isOn(entry)))
    throw rejected('Over these indices KQL takes no case_insensitive, because Elasticsearch is asked by QSTR there.');
  if (entries.some(({ key }) => key === 'minimum_should_match'))
    throw rejected(
      'Over these indices QSTR takes no minimum_should_match, because its clauses are told in other names.',
    );
  return toExpression(
    fields,
    readLanguage(call),
    entries.filter(({ key }) => !PRINTED_OPTIONS.has(key)),
  );
};

const namesUnknown = (fields: ReadFields, query: SearchQuery): boolean => {
  switch (query.kind) {
    case 'all':
      return false;
    case 'not':
      return namesUnknown(fields, query.operand);
    case 'and':
    case 'or':
      return query.operands.some((operand) => namesUnknown(fields, operand));
    default:
      return query.field !== null && namesOf(fields, query.field).length === 0;
  }
};

/** MATCH and `:` on a computed column compare it, because no index holds it. */
const onColumn = (call: FunctionCall, fields: ReadFields): Expression => {
  const computed = call.arguments.flatMap((value) => {
    if (value.kind !== 'column' || value.name.kind !== 'name') return [];
    return fields.get(value.name.name)?.storedName === null ? [value.name.name] : [];
  });
  const [name] = computed;
  if (name === undefined) return call;
  const [column, value] = call.arguments;
  const { type } = fieldOf(fields, name);
  const isComparable = column?.kind === 'column' && value !== undefined && call.arguments.length === 2;
  if (!isComparable || type === 'text' || type === 'date' || call.function === 'MULTI_MATCH') return refuse(name);
  const comparison: Expression = { kind: 'binary', operator: '==', left: column, right: value, span: NOWHERE };
  return { kind: 'call', function: 'COALESCE', arguments: [comparison, NEVER], span: NOWHERE };
};

/** The tree with each call replaced, the inner ones first. */
const mapCalls = <Tree>(tree: Tree, replace: (call: FunctionCall) => Expression): Tree => {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((part: unknown) => mapCalls(part, replace)) as Tree;
  const parts = Object.entries(tree).map(([name, part]) => [name, mapCalls(part as unknown, replace)]);
  const mapped = Object.fromEntries(parts) as object;
  return (isCall(mapped) ? replace(mapped) : mapped) as Tree;
};

const hasLanguage = (tree: object): boolean => {
  let found = false;
  mapCalls(tree, (call) => {
    found ||= typeof call.function === 'string' && LANGUAGES.has(call.function);
    return call;
  });
  return found;
};

const conjunctsOf = (condition: Expression): readonly Expression[] =>
  condition.kind === 'and' ? condition.operands.flatMap(conjunctsOf) : [condition];

/** Columns as documents have them. */
const inDocuments = <Tree>(tree: Tree, fields: ReadFields): Tree => {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((part: unknown) => inDocuments(part, fields)) as Tree;
  if ('kind' in tree && tree.kind === 'column' && 'name' in tree) {
    const { name } = tree as unknown as { readonly name: { readonly name?: unknown } };
    return fieldOf(fields, String(name.name)).value as Tree;
  }
  return Object.fromEntries(
    Object.entries(tree).map(([name, part]) => [name, inDocuments(part as unknown, fields)]),
  ) as Tree;
};

/** Whether a KQL or QSTR names a field that queries do not have; documents might, and must not be found by it. */
export const searchesUnknownFields = (commands: readonly ProcessingCommand[], fields: ReadFields): boolean => {
  let found = false;
  mapCalls(commands, (call) => {
    const isLanguage = typeof call.function === 'string' && LANGUAGES.has(call.function);
    found ||= isLanguage && call.arguments[0]?.kind === 'literal' && namesUnknown(fields, readLanguage(call));
    return call;
  });
  return found;
};

export interface RewrittenSearches {
  /** What has to stand before documents' fields are renamed. */
  readonly first: readonly WhereCommand[];
  readonly rest: readonly ProcessingCommand[];
}

/**
 * Searches over documents whose fields have names of their own: KQL and QSTR take these names, and
 * stand before any RENAME or EVAL, after which Elasticsearch refuses them. What documents hold in
 * another form is compared instead of searched. Throws AppError where only an index could tell.
 */
export const rewriteSearches = (commands: readonly ProcessingCommand[], fields: ReadFields): RewrittenSearches => {
  const first: WhereCommand[] = [];
  const replaceOf =
    (names: ReadonlySet<string>, replace: (call: FunctionCall, fields: ReadFields) => Expression) =>
    <Tree>(tree: Tree): Tree =>
      mapCalls(tree, (call) =>
        typeof call.function === 'string' && names.has(call.function) ? replace(call, fields) : call,
      );
  const replaceSearches = replaceOf(SEARCHES, onColumn);
  const replaceLanguages = replaceOf(LANGUAGES, inStoredNames);
  const rest = commands.flatMap((given): readonly ProcessingCommand[] => {
    const command = replaceSearches(given);
    if (command.kind !== 'where' || !hasLanguage(command)) return [replaceLanguages(command)];
    const conjuncts = conjunctsOf(command.condition);
    // The columns first: what a search becomes is told in documents' names already.
    for (const condition of conjuncts.filter(hasLanguage))
      first.push({ ...command, condition: replaceLanguages(inDocuments(condition, fields)) });
    return conjuncts.filter((each) => !hasLanguage(each)).map((condition) => ({ ...command, condition }));
  });
  return { first, rest };
};
