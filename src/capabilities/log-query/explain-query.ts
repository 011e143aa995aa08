import type { Expression, Field, Name, ProcessingCommand } from '#esql/ast.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { printExpression, printName } from '#esql/print/print-expression.ts';
import { printQuery } from '#esql/print-query.ts';

/** What each command of a query does, a sentence each, in their order. Throws EsqlError for what is no query. */
export const explainQuery = (text: string): readonly string[] => {
  const { source, commands, span } = parseQuery(text);
  const first =
    source.kind === 'from'
      ? `Reads ${list(source.indices.map(({ pattern, isExcluded }) => (isExcluded ? `not ${pattern}` : pattern)))}.`
      : `Makes one row of its own: ${list(source.fields.map(fieldWords))}.`;
  return [
    first,
    ...commands.map((command) => {
      const words = EXPLAIN[command.kind] as ((command: ProcessingCommand) => string) | undefined;
      if (words !== undefined) return words(command);
      // The text of a command alone is what follows a source.
      return `Then ${printQuery({ source, commands: [command], span })
        .split(' | ')
        .slice(1)
        .join(' | ')}.`;
    }),
  ];
};

type CommandOf<K, C = ProcessingCommand> = C extends { readonly kind: infer Kind }
  ? K extends Kind
    ? C
    : never
  : never;
type Explain = { readonly [K in ProcessingCommand['kind']]?: (command: CommandOf<K>) => string };

const EXPLAIN: Explain = {
  where: ({ condition }) => `Keeps the rows where ${conditionWords(condition)}.`,
  eval: ({ fields }) => `Computes ${list(fields.map(fieldWords))}.`,
  stats: ({ aggregates, groups }) => {
    const what = aggregates.map(({ name, expression, filter }) => {
      const where = filter === null ? '' : ` where ${conditionWords(filter)}`;
      return `${aggregateWords(expression)}${where}${named(name, expression)}`;
    });
    const by = groups.length === 0 ? '' : `, for each ${list(groups.map(groupWords))}`;
    return what.length === 0 ? `Lists each ${list(groups.map(groupWords))} once.` : `Takes ${list(what)}${by}.`;
  },
  sort: ({ keys }) =>
    `Sorts by ${list(keys.map(({ expression, direction }) => `${printExpression(expression)}, ${direction === 'desc' ? 'largest or latest' : 'smallest or earliest'} first`))}.`,
  limit: ({ count }) => `Shows at most ${printExpression(count)} rows.`,
  keep: ({ patterns }) => `Shows of each row ${list(patterns.map(patternWords))}.`,
  drop: ({ patterns }) => `Leaves out ${list(patterns.map(patternWords))}.`,
  rename: ({ renamings }) => `Calls ${list(renamings.map(({ from, to }) => `${printName(from)} ${printName(to)}`))}.`,
  'lookup-join': ({ index, on, condition }) =>
    `Adds what ${index.pattern} has ${condition ? `where ${conditionWords(condition)}` : `for the same ${list(on.map(printName))}`}.`,
};

const list = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

const patternWords = (pattern: { readonly kind: 'pattern'; readonly parts: readonly string[] } | Name): string =>
  pattern.kind === 'pattern' ? pattern.parts.join('*') : printName(pattern);

const fieldWords = ({ name, expression }: Field): string => `${printName(name)} as ${printExpression(expression)}`;

const groupWords = ({ name, expression }: Field): string => {
  if (expression.kind !== 'call') return printExpression(expression);
  const [column, size] = expression.arguments;
  if (expression.function === 'BUCKET' && column !== undefined && size?.kind === 'time-span')
    return `${printExpression(size)} of ${printExpression(column)}`;
  if (expression.function === 'CATEGORIZE' && column !== undefined) return `pattern of ${printExpression(column)}`;
  return `${printExpression(expression)}${named(name, expression)}`;
};

/** The name that somebody gave it. */
const named = (name: Name, expression: Expression): string => {
  const said = printName(name);
  return said.replaceAll('`', '') === printExpression(expression).replaceAll('`', '') ? '' : ` (called ${said})`;
};

const AGGREGATES: Readonly<Record<string, string>> = {
  AVG: 'the average of',
  COUNT_DISTINCT: 'how many different',
  MAX: 'the largest',
  MEDIAN: 'the median of',
  MIN: 'the smallest',
  SUM: 'the sum of',
};

const aggregateWords = (expression: Expression): string => {
  if (expression.kind !== 'call' || typeof expression.function !== 'string') return printExpression(expression);
  const [first, second] = expression.arguments;
  if (first === undefined) return printExpression(expression);
  if (expression.function === 'COUNT') {
    return first.kind === 'star' ? 'the number of rows' : `the number of values of ${printExpression(first)}`;
  }
  if (expression.function === 'PERCENTILE' && second !== undefined)
    return `the p${printExpression(second)} of ${printExpression(first)}`;
  const words = AGGREGATES[expression.function];
  return words === undefined ? printExpression(expression) : `${words} ${printExpression(first)}`;
};

const COMPARED: Readonly<Record<string, string>> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'is below',
  '<=': 'is at most',
  '>': 'is above',
  '>=': 'is at least',
};

const conditionWords = (condition: Expression): string => {
  switch (condition.kind) {
    case 'binary': {
      const { operator, left, right } = condition;
      const words = COMPARED[operator];
      return words === undefined
        ? printExpression(condition)
        : `${printExpression(left)} ${words} ${printExpression(right)}`;
    }
    case 'and':
    case 'or':
      return condition.operands.map((operand) => part(operand, condition.kind)).join(` ${condition.kind} `);
    case 'not':
      return `not (${conditionWords(condition.operand)})`;
    case 'in':
      return `${printExpression(condition.operand)} is ${condition.isNegated ? 'none' : 'one'} of ${condition.values.map(printExpression).join(', ')}`;
    case 'like':
    case 'rlike':
      return `${printExpression(condition.operand)} ${condition.isNegated ? 'does not look' : 'looks'} like ${condition.patterns.map(printExpression).join(' or ')}`;
    case 'is-null':
      return `${printExpression(condition.operand)} has ${condition.isNegated ? 'a' : 'no'} value`;
    default:
      return printExpression(condition);
  }
};

/** In parentheses where AND and OR meet. */
const part = (condition: Expression, kind: 'and' | 'or'): string => {
  const isMixed = (condition.kind === 'and' || condition.kind === 'or') && condition.kind !== kind;
  return isMixed ? `(${conditionWords(condition)})` : conditionWords(condition);
};
