import type { Expression, Literal, LiteralValue, Options, Parameter, Span } from '../ast.ts';
import { parseName, readNameParameter, readParameterKey } from './parse-names.ts';
import { unitOfName } from '../values/time-units.ts';
import { expectMark, failAt, failExpecting, isMark, takeMark } from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';

const MAX_INTEGER = 2_147_483_647n;
const MIN_INTEGER = -2_147_483_648n;
const MAX_LONG = 9_223_372_036_854_775_807n;
const MAX_UNSIGNED_LONG = 18_446_744_073_709_551_615n;
const MIN_LONG = -9_223_372_036_854_775_808n;

/** Reads a whole expression, e.g. in parentheses. */
type ExpressionParser = (reader: TokenReader) => Expression;

const wholeNumber = (reader: TokenReader, digits: string, sign: 1 | -1, span: Span): LiteralValue => {
  const value = BigInt(digits) * BigInt(sign);
  if (value >= MIN_INTEGER && value <= MAX_INTEGER) return { type: 'integer', value: Number(value) };
  if (value >= MIN_LONG && value <= MAX_LONG) return { type: 'long', value };
  if (value >= 0n && value <= MAX_UNSIGNED_LONG) return { type: 'unsigned_long', value };
  const double = Number(value);
  return Number.isFinite(double)
    ? { type: 'double', value: double }
    : failAt(reader, span, `number [${digits}] is beyond the range of double`);
};

const parseNumber = (reader: TokenReader, sign: 1 | -1, start: number): Expression => {
  const token = reader.next();
  const span = { start, end: token.span.end };
  if (token.kind === 'decimal') {
    const value = sign * Number(token.text);
    if (!Number.isFinite(value)) return failAt(reader, span, `number [${token.text}] is beyond the range of double`);
    return reader.node({ kind: 'literal', literal: { type: 'double', value }, span }, []);
  }
  if (token.kind !== 'integer') return failExpecting(reader, 'a number');
  const literal = wholeNumber(reader, token.text, sign, span);
  const following = reader.peek();
  const unit = following.kind === 'identifier' ? unitOfName(following.text) : undefined;
  if (!unit) return reader.node({ kind: 'literal', literal, span }, []);
  if (literal.type !== 'integer')
    return failAt(reader, span, `time span of [${token.text}] is beyond the range of integer`);
  reader.next();
  const whole = { start, end: reader.lastEnd() };
  return reader.node({ kind: 'time-span', amount: literal.value, unit, span: whole }, []);
};

const WORD_LITERALS: Readonly<Record<string, LiteralValue>> = {
  null: { type: 'null' },
  true: { type: 'boolean', value: true },
  false: { type: 'boolean', value: false },
};

const parseConstant = (reader: TokenReader, parseExpression: ExpressionParser): Literal | Parameter => {
  const value = parseExpression(reader);
  return value.kind === 'literal' || value.kind === 'parameter'
    ? value
    : failAt(reader, value.span, 'expected a constant');
};

/** `{"name": value, …}`, the last argument of a search function. */
const parseOptions = (reader: TokenReader, parseExpression: ExpressionParser): Options => {
  const { start } = reader.peek().span;
  expectMark(reader, '{');
  const entries: Options['entries'][number][] = [];
  while (!isMark(reader, '}')) {
    if (entries.length > 0) expectMark(reader, ',');
    const key = reader.peek();
    if (key.kind !== 'string') return failExpecting(reader, 'the name of an option in double quotes');
    reader.next();
    expectMark(reader, ':');
    entries.push({ key: key.value, value: parseConstant(reader, parseExpression) });
  }
  expectMark(reader, '}');
  return reader.node({ kind: 'options', entries, span: { start, end: reader.lastEnd() } }, []);
};

const isDistinct = (value: Expression | undefined): boolean =>
  value?.kind === 'column' && value.name.kind === 'name' && value.name.name.toLowerCase() === 'distinct';

const parseArguments = (reader: TokenReader, parseExpression: ExpressionParser): Expression[] => {
  expectMark(reader, '(');
  if (takeMark(reader, ')')) return [];
  const first = reader.peek();
  if (takeMark(reader, '*')) {
    expectMark(reader, ')');
    return [reader.node({ kind: 'star', span: first.span }, [])];
  }
  const values = [parseExpression(reader)];
  if (isDistinct(values[0]) && !isMark(reader, ',') && !isMark(reader, ')'))
    return failAt(reader, first.span, 'DISTINCT is not written within an aggregate; use COUNT_DISTINCT(x) instead');
  while (takeMark(reader, ',')) {
    if (isMark(reader, '{')) {
      values.push(parseOptions(reader, parseExpression));
      break;
    }
    values.push(parseExpression(reader));
  }
  expectMark(reader, ')');
  return values;
};

const parseNameOrCall = (reader: TokenReader, parseExpression: ExpressionParser): Expression => {
  const start = reader.peek().span.start;
  const name = readNameParameter(reader) ?? parseWord(reader);
  if (name.kind === 'literal') return name;
  const isQuoted = reader.text[start] === '`';
  if (isMark(reader, '(') && !isQuoted) {
    if (name.kind === 'name' && name.name.includes('.'))
      return failAt(reader, name.span, `[${name.name}] is not the name of a function`);
    const values = parseArguments(reader, parseExpression);
    const called = name.kind === 'name' ? name.name.toUpperCase() : name;
    return reader.node(
      { kind: 'call', function: called, arguments: values, span: { start, end: reader.lastEnd() } },
      values,
    );
  }
  return reader.node({ kind: 'column', name, span: name.span }, []);
};

// Reserved words that are also functions.
const isCalled = (reader: TokenReader, word: string): boolean =>
  (word === 'first' || word === 'last') && /^\s*\(/.test(reader.text.slice(reader.peek().span.end));

const parseWord = (reader: TokenReader): ReturnType<typeof parseName> | Literal => {
  const token = reader.peek();
  const word = token.kind === 'identifier' ? token.text.toLowerCase() : '';
  const literal = Object.hasOwn(WORD_LITERALS, word) ? WORD_LITERALS[word] : undefined;
  if (!literal) return parseName(reader, { allowsReserved: isCalled(reader, word) });
  reader.next();
  return reader.node({ kind: 'literal', literal, span: token.span }, []);
};

/** A constant of a list; null is none. */
const parseMember = (reader: TokenReader): Literal => {
  const { span } = reader.peek();
  const sign = takeMark(reader, '-') ? -1 : takeMark(reader, '+') ? 1 : undefined;
  const token = reader.peek();
  if (token.kind === 'integer' || token.kind === 'decimal') {
    const number = parseNumber(reader, sign ?? 1, span.start);
    if (number.kind === 'literal') return number;
    return failAt(reader, number.span, 'a time span cannot stand in a list');
  }
  if (sign !== undefined) return failExpecting(reader, 'a number');
  if (token.kind === 'string') {
    reader.next();
    return { kind: 'literal', literal: { type: 'keyword', value: token.value }, span: token.span };
  }
  const word = token.kind === 'identifier' ? parseWord(reader) : undefined;
  if (word?.kind === 'literal' && word.literal.type !== 'null') return word;
  return failAt(reader, token.span, 'a list holds constants: numbers, strings, true or false');
};

const parseList = (reader: TokenReader, start: number): Expression => {
  const values = [parseMember(reader)];
  while (takeMark(reader, ',')) values.push(parseMember(reader));
  expectMark(reader, ']');
  return reader.node({ kind: 'list', values, span: { start, end: reader.lastEnd() } }, values);
};

/** A literal, parameter, column, call or parenthesis; `sign` belongs to the number that follows. */
export const parsePrimary = (
  reader: TokenReader,
  parseExpression: ExpressionParser,
  sign: 1 | -1 = 1,
  signStart?: number,
): Expression => {
  const token = reader.peek();
  switch (token.kind) {
    case 'integer':
    case 'decimal':
      return parseNumber(reader, sign, signStart ?? token.span.start);
    case 'string':
      reader.next();
      return reader.node({ kind: 'literal', literal: { type: 'keyword', value: token.value }, span: token.span }, []);
    case 'parameter':
      reader.next();
      return reader.node({ kind: 'parameter', key: readParameterKey(reader, token), span: token.span }, []);
    case 'identifier':
    case 'quoted-identifier':
    case 'name-parameter':
      return parseNameOrCall(reader, parseExpression);
    default:
      break;
  }
  if (takeMark(reader, '[')) return parseList(reader, token.span.start);
  if (!takeMark(reader, '(')) return failExpecting(reader, 'an expression');
  const inner = parseExpression(reader);
  expectMark(reader, ')');
  return inner;
};

/** What LIKE and RLIKE take: a string or a parameter, never a column. */
export const parsePatternLiteral = (reader: TokenReader): Literal | Parameter => {
  const token = reader.peek();
  if (token.kind === 'string') {
    reader.next();
    return { kind: 'literal', literal: { type: 'keyword', value: token.value }, span: token.span };
  }
  if (token.kind !== 'parameter') return failExpecting(reader, 'a string in double quotes');
  reader.next();
  return { kind: 'parameter', key: readParameterKey(reader, token), span: token.span };
};
