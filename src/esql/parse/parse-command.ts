import type { IndexPattern, PlainName, ProcessingCommand, Renaming, SortKey, SourceCommand } from '../ast.ts';
import { PROCESSING_COMMANDS } from '../command-table.ts';
import { parseExpression } from './parse-expression.ts';
import { parseChangePoint, parseConstant, parseDissect, parseExpand, parseGrok, parseSample } from './parse-extract.ts';
import { METADATA, metadataProblem } from '../metadata.ts';
import { listOf, parseField, parseStats } from './parse-fields.ts';
import { parseName, parseNamePattern } from './parse-names.ts';
import { didYouMean } from '../suggest.ts';
import {
  expectWord,
  failAt,
  failExpecting,
  failOutside,
  insteadOf,
  isMark,
  isWord,
  takeMark,
  takeWord,
  textOf,
} from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';

const refuseSubquery = (reader: TokenReader): void => {
  if (!isMark(reader, '(')) return;
  const message = `subqueries in FROM are not in Sentinel's language; LOOKUP JOIN joins another index`;
  failOutside(reader, reader.peek().span, message);
};

const parseIndex = (reader: TokenReader): IndexPattern => {
  refuseSubquery(reader);
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
  if (isMark(reader, '::'))
    return failOutside(reader, reader.peek().span, `parts of data streams are not in Sentinel's language`);
  if (isMark(reader, ':'))
    return failOutside(reader, reader.peek().span, `indices of other clusters are not in Sentinel's language`);
  const isExcluded = name.startsWith('-');
  return { pattern: isExcluded ? name.slice(1) : name, isExcluded, span };
};

const parseMetadata = (reader: TokenReader): PlainName => {
  const name = parseName(reader);
  if (name.kind === 'name' && METADATA.includes(name.name)) return name;
  const { message, isOutside } = metadataProblem(name.kind === 'name' ? name.name : '??');
  return failAt(reader, name.span, message, isOutside ? 'outside' : undefined);
};

const parseFrom = (reader: TokenReader): SourceCommand => {
  const start = reader.lastEnd();
  const indices = listOf(reader, parseIndex);
  const metadata = takeWord(reader, 'metadata') ? listOf(reader, parseMetadata) : [];
  return { kind: 'from', indices, metadata, span: { start, end: reader.lastEnd() } };
};

const parseLookupJoin = (reader: TokenReader): ProcessingCommand => {
  const start = reader.lastEnd() - 'LOOKUP'.length;
  expectWord(reader, 'join');
  const index = parseIndex(reader);
  expectWord(reader, 'on');
  const given = listOf(reader, parseExpression);
  const span = { start, end: reader.lastEnd() };
  const on = given.flatMap((one) => (one.kind === 'column' ? [one.name] : []));
  if (on.length === given.length) return { kind: 'lookup-join', index, on, condition: null, span };
  const [condition, second] = given;
  if (condition === undefined || second !== undefined)
    return failAt(reader, (second ?? index).span, 'LOOKUP JOIN takes names of fields, or one condition');
  return { kind: 'lookup-join', index, on: [], condition, span };
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
  const count = parseConstant(reader, 'LIMIT takes a whole number or a parameter');
  if (isWord(reader, 'by'))
    return failOutside(reader, reader.peek().span, `LIMIT BY is not in Sentinel's language; STATS has TOP(…) BY`);
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
  stats: (reader) => parseStats(reader, 'stats'),
  inline: (reader) => {
    expectWord(reader, 'stats');
    return parseStats(reader, 'inline-stats');
  },
  inlinestats: (reader) => parseStats(reader, 'inline-stats'),
  lookup: parseLookupJoin,
  mv_expand: parseExpand,
  sample: parseSample,
  dissect: parseDissect,
  grok: parseGrok,
  change_point: parseChangePoint,
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

/** Commands of Elasticsearch that Sentinel does not have, with what to use instead where there is anything. */
const FOREIGN: Readonly<Record<string, string>> = {
  enrich: 'LOOKUP JOIN adds columns of another index',
  fork: 'ask one query for each branch',
  fuse: '',
  rerank: '',
  completion: '',
  ts: 'FROM metrics reads metric points',
  show: '',
  explain: '',
  set: '',
  insist: '',
  promql: 'FROM metrics reads metric points',
  mmr: '',
  uri_parts: 'GROK reads columns from a text',
  user_agent: 'GROK reads columns from a text',
  registered_domain: 'GROK reads columns from a text',
  metrics_info: '',
  ts_info: '',
};

const NAMES: Readonly<Record<string, string>> = { lookup: 'LOOKUP JOIN', inline: 'INLINE STATS' };
const nameOfCommand = (word: string): string => NAMES[word] ?? word.toUpperCase();
const PROCESSING = PROCESSING_COMMANDS.map(({ name }) => name);
const listed = (word: 'and' | 'or'): string =>
  `${PROCESSING.slice(0, -1).join(', ')} ${word} ${PROCESSING.at(-1) ?? ''}`;
const BEGINNING = 'a query begins with FROM and an index, such as FROM logs';

/** Refused by name where ES|QL has the command and Sentinel does not. */
const refuseForeign = (reader: TokenReader, word: string): void => {
  const { span } = reader.peek();
  if (!Object.hasOwn(FOREIGN, word)) return;
  const instead = FOREIGN[word] === '' ? '' : `; ${FOREIGN[word]}`;
  failOutside(reader, span, `${word.toUpperCase()} is not in Sentinel's language${instead}`);
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

/** Two pipes with nothing between them, rather than an operator. */
const isBeforeCommand = (reader: TokenReader): boolean => {
  const [, after = ''] = /^\s*(\w+)/.exec(reader.text.slice(reader.peek().span.end)) ?? [];
  return Object.hasOwn(COMMANDS, after.toLowerCase());
};

const failAtCommand = (reader: TokenReader, word: string): never => {
  const token = reader.peek();
  if (token.kind === 'unknown') return failAt(reader, token.span, token.problem);
  if (token.kind === 'end') return failAt(reader, token.span, `a command is missing after the pipe |: ${listed('or')}`);
  if (isMark(reader, '|') && reader.text[token.span.start - 1] === '|' && !isBeforeCommand(reader))
    return failAt(
      reader,
      { ...token.span, start: token.span.start - 1 },
      '[||] means nothing here; texts are joined by CONCAT(a, b), conditions by OR',
    );
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
