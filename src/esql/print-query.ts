import type {
  AggregateField,
  ChangePointCommand,
  ExtractCommand,
  Field,
  IndexPattern,
  Name,
  ProcessingCommand,
  Query,
  SortKey,
  SourceCommand,
  StatsCommand,
} from './ast.ts';
import { printExpression, printName, printString } from './print/print-expression.ts';
import { quoteName, quotePattern } from './print/quote-name.ts';

const UNQUOTED_SOURCE = /^[A-Za-z0-9_.*@-]+$/;

const printIndex = ({ pattern, isExcluded }: IndexPattern): string => {
  const text = isExcluded ? `-${pattern}` : pattern;
  return UNQUOTED_SOURCE.test(text) ? text : printString(text);
};

/** A column is called by its own name, any other expression by its text. */
const impliedName = (field: Field, text: string): string =>
  field.expression.kind === 'column' ? text : quoteName(text);

const printField = (field: Field, filter = ''): string => {
  const text = `${printExpression(field.expression)}${filter}`;
  const name = printName(field.name);
  return name === impliedName(field, text) ? text : `${name} = ${text}`;
};

const printAggregate = (field: AggregateField): string =>
  printField(field, field.filter ? ` WHERE ${printExpression(field.filter)}` : '');

const printMetadata = (names: readonly Name[]): string =>
  names.length > 0 ? ` METADATA ${names.map(printName).join(', ')}` : '';

const printSource = (source: SourceCommand): string =>
  source.kind === 'from'
    ? `FROM ${source.indices.map(printIndex).join(', ')}${printMetadata(source.metadata)}`
    : `ROW ${source.fields.map((field) => printField(field)).join(', ')}`;

const printSortKey = (key: SortKey): string => {
  const direction = key.direction === 'desc' ? ' DESC' : '';
  const isDefault = key.nulls === (key.direction === 'asc' ? 'last' : 'first');
  return `${printExpression(key.expression)}${direction}${isDefault ? '' : ` NULLS ${key.nulls.toUpperCase()}`}`;
};

const printStats = ({ kind, aggregates, groups }: StatsCommand): string => {
  const by = groups.length > 0 ? [`BY ${groups.map((group) => printField(group)).join(', ')}`] : [];
  const what = aggregates.length > 0 ? [aggregates.map(printAggregate).join(', ')] : [];
  return [kind === 'stats' ? 'STATS' : 'INLINE STATS', ...what, ...by].join(' ');
};

const printExtract = ({ kind, input, patterns, separator }: ExtractCommand): string => {
  const appended = separator ? ` APPEND_SEPARATOR=${printExpression(separator)}` : '';
  return `${kind.toUpperCase()} ${printExpression(input)} ${patterns.map(printExpression).join(', ')}${appended}`;
};

const printChangePoint = ({ value, key, names }: ChangePointCommand): string => {
  const on = key ? ` ON ${printName(key)}` : '';
  const as = names ? ` AS ${printName(names.type)}, ${printName(names.pvalue)}` : '';
  return `CHANGE_POINT ${printName(value)}${on}${as}`;
};

const printCommand = (command: ProcessingCommand): string => {
  switch (command.kind) {
    case 'where':
      return `WHERE ${printExpression(command.condition)}`;
    case 'eval':
      return `EVAL ${command.fields.map((field) => printField(field)).join(', ')}`;
    case 'stats':
    case 'inline-stats':
      return printStats(command);
    case 'mv-expand':
      return `MV_EXPAND ${printName(command.column)}`;
    case 'sample':
      return `SAMPLE ${printExpression(command.probability)}`;
    case 'dissect':
    case 'grok':
      return printExtract(command);
    case 'change-point':
      return printChangePoint(command);
    case 'lookup-join':
      return `LOOKUP JOIN ${printIndex(command.index)} ON ${command.condition ? printExpression(command.condition) : command.on.map(printName).join(', ')}`;
    case 'sort':
      return `SORT ${command.keys.map(printSortKey).join(', ')}`;
    case 'limit':
      return `LIMIT ${printExpression(command.count)}`;
    case 'keep':
    case 'drop': {
      const patterns = command.patterns.map((pattern) =>
        pattern.kind === 'pattern' ? quotePattern(pattern.parts) : printName(pattern),
      );
      return `${command.kind.toUpperCase()} ${patterns.join(', ')}`;
    }
    case 'rename':
      return `RENAME ${command.renamings.map(({ from, to }) => `${printName(from)} AS ${printName(to)}`).join(', ')}`;
  }
};

/**
 * The canonical text of a query, on one line. Parsing it gives the same tree, spans apart;
 * a column that was named by its source text keeps that name.
 */
export const printQuery = (query: Query): string =>
  [printSource(query.source), ...query.commands.map(printCommand)].join(' | ');
