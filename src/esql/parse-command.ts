import type {
  AggregateField,
  Expression,
  Field,
  IndexPattern,
  Name,
  ProcessingCommand,
  Renaming,
  SortKey,
  SourceCommand,
} from './ast.ts';
import { isExpressionEnd, parseExpression } from './parse-expression.ts';
import { parseName, parseNamePattern } from './parse-names.ts';
import { parsePrimary } from './parse-primary.ts';
import { didYouMean } from './suggest.ts';
import {
  expectWord,
  failAt,
  failExpecting,
  insteadOf,
  isMark,
  isWord,
  takeMark,
  takeWord,
  textOf,
} from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';

const listOf = <T>(reader: TokenReader, read: (reader: TokenReader) => T): T[] => {
  const items = [read(reader)];
  while (takeMark(reader, ',')) items.push(read(reader));
  return items;
};

const parseField = (reader: TokenReader): Field => {
  const start = reader.peek().span.start;
  const expression = parseExpression(reader);
  const span = { start, end: reader.lastEnd() };
  if (!isMark(reader, '=')) {
    const text: Name = { kind: 'name', name: reader.text.slice(start, span.end), span };
    return { name: expression.kind === 'column' ? expression.name : text, expression, span };
  }
  if (expression.kind !== 'column')
    return failAt(reader, span, 'only a name can stand before [=]; equality is written ==');
  reader.next();
  const value = parseExpression(reader);
  return { name: expression.name, expression: value, span: { start, end: reader.lastEnd() } };
};

const parseAggregateField = (reader: TokenReader): AggregateField => {
  const field = parseField(reader);
  const filter = takeWord(reader, 'where') ? parseExpression(reader) : null;
  const span = { start: field.span.start, end: reader.lastEnd() };
  const isNamed = field.name.span.end !== field.span.end;
  const name: Name =
    isNamed || !filter ? field.name : { kind: 'name', name: reader.text.slice(span.start, span.end), span };
  return { ...field, name, filter, span };
};

const parseIndex = (reader: TokenReader): IndexPattern => {
  const token = reader.peek();
  const { start } = token.span;
  let name: string | undefined;
  if (token.kind === 'string') {
    reader.next();
    name = token.value;
  } else {
    const source = reader.nextSourceName();
    name = source?.kind === 'identifier' ? source.text : undefined;
  }
  if (name === undefined || name === '') return failExpecting(reader, 'the name of an index');
  const span = { start, end: reader.lastEnd() };
  if (isMark(reader, ':')) return failAt(reader, reader.peek().span, 'indices of other clusters are not supported');
  const isExcluded = name.startsWith('-');
  return { pattern: isExcluded ? name.slice(1) : name, isExcluded, span };
};

const parseFrom = (reader: TokenReader): SourceCommand => {
  const start = reader.lastEnd();
  if (isMark(reader, '(')) return failAt(reader, reader.peek().span, 'subqueries in FROM are not supported yet');
  const indices = listOf(reader, parseIndex);
  if (isWord(reader, 'metadata')) return failAt(reader, reader.peek().span, 'METADATA is not supported yet');
  return { kind: 'from', indices, span: { start, end: reader.lastEnd() } };
};

const parseStats = (reader: TokenReader): ProcessingCommand => {
  const start = reader.lastEnd();
  const aggregates = isWord(reader, 'by') ? [] : listOf(reader, parseAggregateField);
  const groups = takeWord(reader, 'by') ? listOf(reader, parseField) : [];
  return { kind: 'stats', aggregates, groups, span: { start, end: reader.lastEnd() } };
};

const parseLookupJoin = (reader: TokenReader): ProcessingCommand => {
  const start = reader.lastEnd();
  expectWord(reader, 'join');
  const index = parseIndex(reader);
  expectWord(reader, 'on');
  const on = parseName(reader);
  const end = reader.lastEnd();
  if (isMark(reader, ','))
    return failAt(reader, reader.peek().span, 'LOOKUP JOIN on several fields is not supported yet');
  if (!isExpressionEnd(reader))
    return failAt(reader, reader.peek().span, 'LOOKUP JOIN on an expression is not supported yet');
  return { kind: 'lookup-join', index, on, span: { start, end } };
};

const parseSortKey = (reader: TokenReader): SortKey => {
  const start = reader.peek().span.start;
  const expression = parseExpression(reader);
  const direction = takeWord(reader, 'desc') ? 'desc' : 'asc';
  if (direction === 'asc') takeWord(reader, 'asc');
  let nulls: 'first' | 'last' = direction === 'asc' ? 'last' : 'first';
  if (takeWord(reader, 'nulls')) {
    if (takeWord(reader, 'first')) nulls = 'first';
    else if (takeWord(reader, 'last')) nulls = 'last';
    else failExpecting(reader, 'FIRST or LAST');
  }
  return { expression, direction, nulls, span: { start, end: reader.lastEnd() } };
};

const parseLimit = (reader: TokenReader): ProcessingCommand => {
  const { start } = reader.peek().span;
  const sign = takeMark(reader, '-') ? -1 : 1;
  const count: Expression = parsePrimary(reader, parseExpression, sign, start);
  if (count.kind !== 'literal' && count.kind !== 'parameter')
    return failAt(reader, count.span, 'LIMIT takes a whole number or a parameter');
  return { kind: 'limit', count, span: { start, end: reader.lastEnd() } };
};

const parseRenaming = (reader: TokenReader): Renaming => {
  const start = reader.peek().span.start;
  const first = parseName(reader, { allowsReserved: true });
  const isAssignment = takeMark(reader, '=');
  if (!isAssignment) expectWord(reader, 'as');
  const second = parseName(reader, { allowsReserved: true });
  const span = { start, end: reader.lastEnd() };
  return isAssignment ? { from: second, to: first, span } : { from: first, to: second, span };
};

type CommandParser = (reader: TokenReader) => ProcessingCommand;

/** Each reads what follows its keyword. */
const COMMANDS: Readonly<Record<string, CommandParser>> = {
  where: (reader) => {
    const condition = parseExpression(reader);
    return { kind: 'where', condition, span: condition.span };
  },
  eval: (reader) => {
    const start = reader.peek().span.start;
    const fields = listOf(reader, parseField);
    return { kind: 'eval', fields, span: { start, end: reader.lastEnd() } };
  },
  stats: parseStats,
  lookup: parseLookupJoin,
  sort: (reader) => {
    const start = reader.peek().span.start;
    const keys = listOf(reader, parseSortKey);
    return { kind: 'sort', keys, span: { start, end: reader.lastEnd() } };
  },
  limit: parseLimit,
  keep: (reader) => parseSelect(reader, 'keep'),
  drop: (reader) => parseSelect(reader, 'drop'),
  rename: (reader) => {
    const start = reader.peek().span.start;
    const renamings = listOf(reader, parseRenaming);
    return { kind: 'rename', renamings, span: { start, end: reader.lastEnd() } };
  },
};

const parseSelect = (reader: TokenReader, kind: 'keep' | 'drop'): ProcessingCommand => {
  const start = reader.peek().span.start;
  const patterns = listOf(reader, parseNamePattern);
  return { kind, patterns, span: { start, end: reader.lastEnd() } };
};

const LATER: Readonly<Record<string, string>> = {
  dissect: 'DISSECT',
  grok: 'GROK',
  mv_expand: 'MV_EXPAND',
  change_point: 'CHANGE_POINT',
  inline: 'INLINE STATS',
  inlinestats: 'INLINESTATS',
  sample: 'SAMPLE',
};
const FOREIGN = new Set(['enrich', 'fork', 'fuse', 'rerank', 'completion', 'ts', 'show', 'explain', 'set']);

const nameOfCommand = (word: string): string => (word === 'lookup' ? 'LOOKUP JOIN' : word.toUpperCase());
const PROCESSING = Object.keys(COMMANDS).map(nameOfCommand);
const listed = (word: 'and' | 'or'): string =>
  `${PROCESSING.slice(0, -1).join(', ')} ${word} ${PROCESSING.at(-1) ?? ''}`;
const BEGINNING = 'a query begins with FROM and an index, such as FROM logs';

/** Refused by name where ES|QL has the command and Sentinel does not. */
const refuseForeign = (reader: TokenReader, word: string): void => {
  const { span } = reader.peek();
  if (Object.hasOwn(LATER, word)) failAt(reader, span, `${LATER[word]} is not supported yet`);
  if (FOREIGN.has(word)) failAt(reader, span, `${word.toUpperCase()} is not in Sentinel's language`);
};

const wordAt = (reader: TokenReader): string => {
  const token = reader.peek();
  return token.kind === 'identifier' ? token.text.toLowerCase() : '';
};

const failAtSource = (reader: TokenReader, word: string): never => {
  const token = reader.peek();
  if (token.kind === 'unknown') return failAt(reader, token.span, token.problem);
  if (token.kind === 'end') return failAt(reader, token.span, BEGINNING);
  if (Object.hasOwn(COMMANDS, word))
    return failAt(reader, token.span, `${BEGINNING}; ${nameOfCommand(word)} comes after it and a pipe |`);
  const meant = didYouMean(word, ['FROM', 'ROW']);
  if (meant !== '') return failAt(reader, token.span, `Unknown command [${textOf(reader)}]${meant}`);
  return failAt(reader, token.span, `${BEGINNING}, and not with [${textOf(reader)}]${insteadOf(reader)}`);
};

const failAtCommand = (reader: TokenReader, word: string): never => {
  const token = reader.peek();
  if (token.kind === 'unknown') return failAt(reader, token.span, token.problem);
  if (token.kind === 'end') return failAt(reader, token.span, `a command is missing after the pipe |: ${listed('or')}`);
  if (word === '')
    return failAt(reader, token.span, `a command comes after the pipe |, and not [${textOf(reader)}]: ${listed('or')}`);
  const hint = insteadOf(reader);
  const meant = hint === '' ? didYouMean(word, [...PROCESSING, 'LOOKUP']) : hint;
  return failAt(
    reader,
    token.span,
    `Unknown command [${textOf(reader)}]${meant === '' ? `; there are ${listed('and')}` : meant}`,
  );
};

// What may follow a whole expression, and is worth a guess where it is misspelt.
const CONTINUATIONS = ['AND', 'OR', 'LIKE', 'RLIKE', 'ASC', 'DESC', 'NULLS', 'WHERE'];

/** What stands after a command that is whole is neither a pipe nor the end. */
export const failAfterCommand = (reader: TokenReader): never => {
  const token = reader.peek();
  if (token.kind === 'unknown') return failAt(reader, token.span, token.problem);
  const word = wordAt(reader);
  const shown = textOf(reader);
  if (Object.hasOwn(COMMANDS, word))
    return failAt(reader, token.span, `a pipe | is missing before ${nameOfCommand(word)}`);
  const hint = insteadOf(reader);
  const meant = hint === '' && word !== '' ? didYouMean(word, CONTINUATIONS) : hint;
  return failAt(reader, token.span, `expected a pipe | or the end of the query, found [${shown}]${meant}`);
};

export const parseSource = (reader: TokenReader): SourceCommand => {
  const word = wordAt(reader);
  refuseForeign(reader, word);
  if (word !== 'from' && word !== 'row') return failAtSource(reader, word);
  reader.next();
  if (word === 'from') return parseFrom(reader);
  const start = reader.peek().span.start;
  const fields = listOf(reader, parseField);
  return { kind: 'row', fields, span: { start, end: reader.lastEnd() } };
};

export const parseCommand = (reader: TokenReader): ProcessingCommand => {
  const word = wordAt(reader);
  refuseForeign(reader, word);
  const parse = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (!parse) return failAtCommand(reader, word);
  reader.next();
  return parse(reader);
};
