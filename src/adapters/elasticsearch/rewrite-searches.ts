import type { Expression, FunctionCall, ProcessingCommand, WhereCommand } from '#esql/ast.ts';
import { parseKql } from '#esql/search/parse-kql.ts';
import { parseQueryString } from '#esql/search/parse-query-string.ts';
import { matchesField, type SearchField } from '#esql/search/search-query.ts';
import { AppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import { printQueryString, type StoredField } from './print-query-string.ts';

/** Where a field of queries is stored as it is; null where documents hold something else. */
export type StoredFields = ReadonlyMap<string, StoredField | null>;

const SEARCHES = new Set([':', 'MATCH', 'MATCH_PHRASE', 'MULTI_MATCH']);
const LANGUAGES = new Set(['KQL', 'QSTR']);

const isCall = (node: object): node is FunctionCall => 'kind' in node && node.kind === 'call' && 'function' in node;

const refuse = (name: string): never => {
  throw new AppError({
    code: 'rejected',
    isRetryable: false,
    userMessage: `A search cannot look at ${name} here, because Elasticsearch stores it in another form. Compare it with == or LIKE instead.`,
  });
};

const storedOf = (fields: StoredFields, name: string): StoredField => {
  const stored = fields.get(name);
  return stored ?? refuse(name);
};

const find =
  (fields: StoredFields) =>
  (field: SearchField): readonly StoredField[] => {
    const names = [...fields.keys()].filter((name) => matchesField(field, name));
    // Of several fields those that can be searched.
    if (field.length > 1) return names.flatMap((name) => fields.get(name) ?? []);
    return names.map((name) => storedOf(fields, name));
  };

const literalText = (expression: Expression | undefined): string => {
  if (expression?.kind === 'literal' && expression.literal.type === 'keyword') return expression.literal.value;
  throw new AppError({
    code: 'rejected',
    isRetryable: false,
    userMessage: 'Over these indices KQL and QSTR take one string or a parameter, not an expression.',
  });
};

/** KQL and QSTR name fields inside a text, where no RENAME reaches them. */
const inStoredNames = (call: FunctionCall, fields: StoredFields): FunctionCall => {
  const [first, options] = call.arguments;
  const entries = options?.kind === 'options' ? options.entries : [];
  const option = (key: string): string | undefined => {
    const entry = entries.find((candidate) => candidate.key === key);
    return entry && literalText(entry.value);
  };
  const defaultField = option('default_field');
  const text = literalText(first);
  const parsed =
    call.function === 'KQL'
      ? parseKql(text)
      : parseQueryString(text, {
          defaultField: defaultField === undefined || defaultField === '*' ? null : defaultField.split('*'),
          defaultOperator: option('default_operator')?.toLowerCase() === 'and' ? 'and' : 'or',
        });
  invariant('query' in parsed, 'the search of a checked query can be read');
  const { span } = call;
  const value = printQueryString(parsed.query, find(fields));
  const lenient = {
    key: 'lenient',
    value: { kind: 'literal', literal: { type: 'boolean', value: true }, span },
  } as const;
  return {
    ...call,
    function: 'QSTR',
    arguments: [
      { kind: 'literal', literal: { type: 'keyword', value }, span },
      { kind: 'options', entries: [lenient], span },
    ],
  };
};

/** The tree with each call replaced, the inner ones first. */
const mapCalls = <Tree>(tree: Tree, replace: (call: FunctionCall) => FunctionCall): Tree => {
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
  condition.kind === 'binary' && condition.operator === 'AND'
    ? [...conjunctsOf(condition.left), ...conjunctsOf(condition.right)]
    : [condition];

const renameColumns = <Tree>(tree: Tree, fields: StoredFields): Tree => {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map((part: unknown) => renameColumns(part, fields)) as Tree;
  if ('kind' in tree && tree.kind === 'name' && 'name' in tree && typeof tree.name === 'string')
    return { ...tree, name: storedOf(fields, tree.name).name };
  return Object.fromEntries(
    Object.entries(tree).map(([name, part]) => [name, renameColumns(part as unknown, fields)]),
  ) as Tree;
};

export interface RewrittenSearches {
  /** What has to stand before documents' fields are renamed. */
  readonly first: readonly WhereCommand[];
  readonly rest: readonly ProcessingCommand[];
}

/**
 * Searches over documents whose fields have names of their own: KQL and QSTR take these names, and
 * stand before any RENAME or EVAL, after which Elasticsearch refuses them. Throws AppError where a
 * search looks at something that documents hold in another form.
 */
export const rewriteSearches = (commands: readonly ProcessingCommand[], fields: StoredFields): RewrittenSearches => {
  const first: WhereCommand[] = [];
  const replaced = mapCalls(commands, (call) => {
    if (typeof call.function !== 'string') return call;
    if (LANGUAGES.has(call.function)) return inStoredNames(call, fields);
    if (SEARCHES.has(call.function))
      for (const value of call.arguments)
        if (value.kind === 'column' && value.name.kind === 'name' && fields.get(value.name.name) === null)
          refuse(value.name.name);
    return call;
  });
  const rest = replaced.flatMap((command): readonly ProcessingCommand[] => {
    if (command.kind !== 'where' || !hasLanguage(command)) return [command];
    const conjuncts = conjunctsOf(command.condition);
    for (const condition of conjuncts.filter(hasLanguage))
      first.push({ ...command, condition: renameColumns(condition, fields) });
    return conjuncts.filter((each) => !hasLanguage(each)).map((condition) => ({ ...command, condition }));
  });
  return { first, rest };
};
